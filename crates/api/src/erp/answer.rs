//! What whoever uses a connection hears.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::serving::{ChangedPage, NotServed, Shown, Written};
use model::{AnswerClass, Map, Value, json};

use crate::Served;
use crate::headed::headed;

/// An answer: `code`, `message` and, where there are any, `data`.
///
/// | code | HTTP | what it means |
/// |---|---|---|
/// | `0` | 200 | done |
/// | `s306250001` | 401 | the token may not use the connection |
/// | `s306250002` | 404 | no such connection |
/// | `s306250003` | 200 | no such object |
/// | `s306250004` | 200 | a parameter is missing or wrong, the window among them |
/// | `s306250005` | 200 | the body is no JSON of the standard form |
/// | `s306250006` | 200 | no such record |
/// | `s306250007` | 200 | refused: somebody has to mend the data, or a setting; nothing was written |
/// | `s306250008` | 200 | not now: nothing was written, and it may be sent again later |
/// | `s306250009` | 200 | it is not known whether it was written: look before it is sent again |
/// | `s306250010` | 200 | written in part, or there already with another content: `data` has the id, and it must not be created again |
/// | `s306250011` | 413 | the body is too large |
/// | `s306250012` | 503 | we cannot answer now |
/// | `s306250013` | 408, 400 | the body did not come whole |
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    code: &'static str,
    status: StatusCode,
    message: String,
    data: Option<Value<'static>>,
}

impl Said {
    fn failure(code: &'static str, status: StatusCode, message: impl Into<String>) -> Said {
        Said { code, status, message: message.into(), data: None }
    }

    fn success(data: Map<'static>) -> Said {
        Said { code: "0", status: StatusCode::OK, message: "成功".into(), data: Some(Value::Map(data)) }
    }

    pub fn too_large() -> Said {
        let words = "请求体超过 20 MB / the body is larger than 20 MB";
        Said::failure("s306250011", StatusCode::PAYLOAD_TOO_LARGE, words)
    }

    pub fn busy() -> Said {
        let words = "同时发来的数据太多,请稍后重试 / too much is being sent at once; try again later";
        Said::failure("s306250012", StatusCode::SERVICE_UNAVAILABLE, words)
    }

    pub fn cut(too_slow: bool) -> Said {
        let words = "请求体没有完整到达,没有写入,请重发 / the body did not come whole; nothing was written, send it again";
        let status = if too_slow { StatusCode::REQUEST_TIMEOUT } else { StatusCode::BAD_REQUEST };
        Said::failure("s306250013", status, words)
    }

    pub fn broken_off() -> Said {
        let words = format!("{UNKNOWN}服务正在停止。/ The server stops.");
        Said::failure("s306250009", StatusCode::OK, words)
    }

    /// Why it was not served, in both languages.
    pub fn of(served: &dyn Served, not: &NotServed) -> Said {
        let cause = not.cause();
        let told = served.told(&cause);
        let (code, status, message) = match not {
            NotServed::Token => ("s306250001", StatusCode::UNAUTHORIZED, told),
            NotServed::Connection(_) => ("s306250002", StatusCode::NOT_FOUND, told),
            NotServed::Object(_) => ("s306250003", StatusCode::OK, told),
            NotServed::Parameter(_) => ("s306250004", StatusCode::OK, told),
            NotServed::Form(_) => ("s306250005", StatusCode::OK, told),
            NotServed::Record(_) => ("s306250006", StatusCode::OK, told),
            // A proxy in front of several nodes asks the next one.
            NotServed::Elsewhere(_) => {
                ("s306250008", StatusCode::SERVICE_UNAVAILABLE, format!("{LATER}{told}"))
            }
            NotServed::Refused { refusal, written } => {
                let (code, note) = match (refusal.class, written) {
                    (AnswerClass::Unknown, _) => ("s306250009", UNKNOWN),
                    (_, Some(_)) => ("s306250010", ""),
                    (AnswerClass::Rejected | AnswerClass::Config, None) => ("s306250007", ""),
                    (AnswerClass::Auth | AnswerClass::Throttled(_) | AnswerClass::Transient, None) => {
                        ("s306250008", LATER)
                    }
                };
                (code, StatusCode::OK, format!("{note}{told}"))
            }
            NotServed::Store(error) => {
                tracing::error!(%error, "a call cannot be served");
                ("s306250012", StatusCode::SERVICE_UNAVAILABLE, told)
            }
        };
        let mut said = Said::failure(code, status, message);
        if let NotServed::Refused { written: Some(written), .. } = not {
            said.data = Some(Value::Map(ids(written)));
        }
        said
    }

    pub fn written(written: &Written) -> Said {
        Said::success(ids(written))
    }

    pub fn page(object: &str, page: ChangedPage, with_details: bool) -> Said {
        let records = page.records.into_iter().map(|shown| {
            let mut record = Map::new();
            record.push("objAPIName", object.to_owned());
            standard(&mut record, shown, with_details);
            Value::Map(record)
        });
        let list: Vec<Value<'static>> = records.collect();
        let mut data = Map::new();
        data.push("totalNum", i64::try_from(page.total).unwrap_or(i64::MAX));
        data.push("dataList", list);
        Said::success(data)
    }

    pub fn record(object: &str, shown: Shown, with_details: bool) -> Said {
        let mut data = Map::new();
        data.push("objAPIName", object.to_owned());
        standard(&mut data, shown, with_details);
        Said::success(data)
    }
}

const UNKNOWN: &str = "结果未知,可能已写入;请先查询,不要直接重发。/ It is not known whether it was written: look before you \
                       send it again. ";
const LATER: &str = "没有写入,可稍后重试。/ Nothing was written; it may be tried again later. ";

/// A record in the standard form; `void` (ours) is there for one that is void alone.
fn standard(record: &mut Map<'static>, shown: Shown, with_details: bool) {
    record.push("masterFieldVal", shown.master);
    let details = if with_details { shown.details } else { Vec::new() };
    let details: Map<'static> = details.into_iter().map(|(name, rows)| (name.into(), rows)).collect();
    record.push("detailFieldVals", details);
    if shown.void {
        record.push("void", true);
    }
}

fn ids(written: &Written) -> Map<'static> {
    let mut details = Map::new();
    for (list, ids) in written.details.iter().filter(|(_, ids)| ids.iter().any(Option::is_some)) {
        let ids: Vec<Value> = ids.iter().map(|id| id.clone().map_or(Value::Null, Value::from)).collect();
        details.push(list.clone(), ids);
    }
    let mut data = Map::new();
    data.push("masterDataId", written.id.clone());
    if let Some(number) = &written.number {
        data.push("masterDataNumber", number.clone());
    }
    data.push("detailDataIds", details);
    data
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.push("code", self.code);
        body.push("message", self.message);
        body.push("data", self.data.unwrap_or_default());
        let kind = [(header::CONTENT_TYPE, "application/json;charset=UTF-8")];
        headed((self.status, kind, json::write(&Value::Map(body))).into_response(), None)
    }
}
