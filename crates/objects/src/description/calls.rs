//! The calls of both sides, each with its headers, a sample request and a sample answer.

use model::pushing::SUCCESS;
use model::{Map, Value};

use super::addresses::{Addresses, Format, Success, below, rooted};
use super::sample;
use super::wire::Wire;
use crate::pretty;

/// Who implements the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The ERP: we call it.
    Erp,
    /// We: the ERP pushes.
    Push,
    /// We, like an ERP, for an integration platform.
    Served,
}

pub(super) struct Header {
    pub name: String,
    pub value: String,
}

pub(super) struct Call {
    /// Stable, unique: the anchor and the `operationId`.
    pub key: &'static str,
    pub side: Side,
    pub method: &'static str,
    pub base: String,
    /// With a slash before it.
    pub path: String,
    pub headers: Vec<Header>,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<String>,
    /// JSON or XML, for showing the body.
    pub body_language: &'static str,
    pub answer: Value<'static>,
    /// The form of the request's body, and of the answer.
    pub forms: (Format, Format),
    pub title: (&'static str, &'static str),
    pub about: (&'static str, &'static str),
}

/// Six minutes of 2026-11-30, in milliseconds.
const WINDOW: (&str, &str) = ("1795996800000", "1795997160000");

impl Call {
    pub fn url(&self) -> String {
        below(&self.base, &self.path)
    }

    /// The sample answer as it comes.
    pub fn answer_text(&self) -> String {
        self.forms.1.write("response", &self.answer)
    }
}

/// All calls, in the order in which they are told.
pub(super) fn all(wire: &Wire, connection: &str, addresses: &Addresses) -> Vec<Call> {
    let connection = encoded(connection);
    let mut calls = Vec::new();
    let Addresses { erp, ours } = addresses;
    let erp_headers = || {
        let own = erp.headers.iter().map(|(name, value)| header(name, value));
        std::iter::once(header("token", &erp.token)).chain(own).collect()
    };
    let four = Four {
        wire,
        side: Side::Erp,
        base: erp.base.clone(),
        paths: [&erp.paths.create, &erp.paths.update, &erp.paths.query_batch, &erp.paths.query_by_id]
            .map(|path| rooted(path)),
        headers: &erp_headers,
        success: &erp.success,
        gives_ids: erp.gives_ids,
        forms: (erp.format, erp.answers),
    };
    four.push(["create", "update", "queryMasterBatch", "queryMasterById"], &mut calls);
    pushes(wire, addresses, &mut calls);
    let served = Four {
        side: Side::Served,
        base: ours.base.clone(),
        paths: ["create", "update", "queryMasterBatch", "queryMasterById"]
            .map(|call| format!("/erp/{connection}/{call}")),
        headers: &|| vec![header("token", &ours.token)],
        success: &Success::default(),
        forms: Default::default(),
        ..four
    };
    served.push(
        ["servedCreate", "servedUpdate", "servedQueryMasterBatch", "servedQueryMasterById"],
        &mut calls,
    );
    calls
}

/// The four calls of the protocol, implemented by either side.
struct Four<'c> {
    wire: &'c Wire<'c>,
    side: Side,
    base: String,
    /// create, update, batch, by id
    paths: [String; 4],
    headers: &'c dyn Fn() -> Vec<Header>,
    success: &'c Success,
    gives_ids: bool,
    forms: (Format, Format),
}

impl Four<'_> {
    fn push(&self, keys: [&'static str; 4], calls: &mut Vec<Call>) {
        let [create, update, batch, by_id] = keys;
        // Lines of a bill are not written by themselves.
        if !self.wire.is_lines {
            calls.push(self.write(create, 0));
            calls.push(self.write(update, 1));
        }
        calls.push(self.batch(batch));
        calls.push(self.by_id(by_id));
    }

    fn write(&self, key: &'static str, place: usize) -> Call {
        let mut headers = vec![header("Content-Type", self.forms.0.content_type())];
        headers.extend((self.headers)());
        let mut data = Map::new();
        data.push("masterDataId", sample::id());
        data.push("detailDataIds", sample::line_ids(&self.wire.lists));
        let body = match place {
            0 if self.gives_ids => sample::new_record(self.wire),
            _ => sample::record(self.wire),
        };
        let (title, about) = match place {
            0 if self.gives_ids => (
                ("创建", "Create"),
                (
                    "新建一条数据，应答中给出它的 id 和各行的 id。请求中没有 id，由接收方生成。同一条数据可能因网络中断再次查询，请保证创建之后能被查询到。",
                    "Makes a record and answers with its id and those of its lines. The request has no ids: whoever receives it gives them. After an interruption the record is looked up, so it must be found by the queries once it is made.",
                ),
            ),
            0 => (
                ("创建", "Create"),
                (
                    "新建一条数据，应答中给出它的 id。同一条数据可能因网络中断再次查询，请保证创建之后能被查询到。",
                    "Makes a record and answers with its id. After an interruption the record is looked up, so it must be found by the queries once it is made.",
                ),
            ),
            _ => (
                ("修改", "Update"),
                (
                    "修改一条数据。主表字段中带有它的 id；没有出现的字段保持不变。",
                    "Changes a record. Its id is among the master's fields; fields that are not there stay as they are.",
                ),
            ),
        };
        Call {
            key,
            side: self.side,
            method: "POST",
            base: self.base.clone(),
            path: self.paths[place].clone(),
            headers,
            query: Vec::new(),
            body: Some(self.forms.0.write("request", &body)),
            body_language: self.forms.0.language(),
            answer: answer(self.success, data),
            forms: self.forms,
            title,
            about,
        }
    }

    fn query(
        &self,
        key: &'static str,
        place: usize,
        query: Vec<(&'static str, String)>,
        data: Map<'static>,
    ) -> Call {
        Call {
            key,
            side: self.side,
            method: "GET",
            base: self.base.clone(),
            path: self.paths[place].clone(),
            headers: (self.headers)(),
            query,
            body: None,
            body_language: "json",
            answer: answer(self.success, data),
            forms: self.forms,
            title: ("", ""),
            about: ("", ""),
        }
    }

    fn batch(&self, key: &'static str) -> Call {
        let mut data = Map::new();
        data.push("totalNum", 1);
        data.push("dataList", vec![sample::record(self.wire)]);
        let query = vec![
            ("objAPIName", self.wire.code.to_owned()),
            ("startTime", WINDOW.0.to_owned()),
            ("endTime", WINDOW.1.to_owned()),
            ("includeDetail", "true".to_owned()),
            ("offset", "0".to_owned()),
            ("limit", "100".to_owned()),
        ];
        Call {
            title: ("批量查询", "Query a batch"),
            about: (
                "startTime 到 endTime（毫秒，含两端）之间修改过的数据，按固定顺序分页。没有数据时 dataList 为空列表。",
                "The records changed from startTime to endTime (milliseconds, both ends included), paged in a fixed order. Without any, dataList is an empty list.",
            ),
            ..self.query(key, 2, query, data)
        }
    }

    fn by_id(&self, key: &'static str) -> Call {
        let mut data = Map::new();
        sample::parts(self.wire, &mut data);
        let query = vec![
            ("objAPIName", self.wire.code.to_owned()),
            ("dataId", sample::id().to_owned()),
            ("includeDetail", "true".to_owned()),
        ];
        Call {
            title: ("单个查询", "Query one"),
            about: (
                "按 id 查询一条数据。没有这条数据时 data 为 null。",
                "One record by its id. When there is none, data is null.",
            ),
            ..self.query(key, 3, query, data)
        }
    }
}

fn pushes(wire: &Wire, addresses: &Addresses, calls: &mut Vec<Call>) {
    let ours = &addresses.ours;
    let call = |key, kind: &str, further: &[(&str, &str)]| {
        let mut headers = vec![
            header("Content-Type", kind),
            header("token", &ours.token),
            header("tenantId", &ours.tenant_id),
        ];
        headers.extend(ours.data_center_id.iter().map(|id| header("dataCenterId", id)));
        headers.extend([header("objectApiName", wire.code), header("version", "v1")]);
        headers.extend(further.iter().map(|(name, value)| header(name, value)));
        Call {
            key,
            side: Side::Push,
            method: "POST",
            base: ours.base.clone(),
            path: "/erp/syncdata/open/objdata/syncpush".into(),
            headers,
            query: Vec::new(),
            body: None,
            body_language: "json",
            answer: pushed(),
            forms: Default::default(),
            title: ("", ""),
            about: ("", ""),
        }
    };
    calls.push(Call {
        body: Some(pretty::write(&sample::record(wire))),
        title: ("推送（标准格式）", "Push in the standard form"),
        about: (
            "新增或修改后推送一条数据，请求头 id 是这条数据的 id。收到即落盘并应答，处理在其后进行。",
            "Pushes a record after it was made or changed; the header id is the record's id. What arrives is on disk before the answer, and is processed afterwards.",
        ),
        ..call("syncpush", "application/json", &[("id", sample::id())])
    });
    calls.push(Call {
        body: Some(own_form(wire)),
        body_language: "xml",
        title: ("推送（非标准格式）", "Push in a form of your own"),
        about: (
            "内容可以是任意的 JSON、XML 或文本，由对象的解析函数转换；此时不带请求头 id。下面的 XML 只是示例。",
            "The body may be any JSON, XML or text, which the object's parse function converts; then there is no header id. The XML below is only an example.",
        ),
        ..call("syncpushOwnForm", "application/xml; charset=utf-8", &[])
    });
    calls.push(Call {
        title: ("作废", "Void"),
        about: (
            "数据作废后推送，请求头 operationType 为 3，内容可以为空。",
            "Pushed after a record was voided: the header operationType is 3, and the body may be empty.",
        ),
        ..call("syncpushVoid", "application/json", &[("id", sample::id()), ("operationType", "3")])
    });
}

fn answer(success: &Success, data: Map<'static>) -> Value<'static> {
    let mut map = Map::new();
    map.set(success.code_name.clone(), success.code.clone());
    map.set(success.message_name.clone(), "成功");
    map.set(success.data_name.clone(), data);
    Value::Map(map)
}

fn pushed() -> Value<'static> {
    let mut map = Map::new();
    map.push("errCode", SUCCESS);
    map.push("errMsg", "成功");
    Value::Map(map)
}

/// A made-up form: names stand in attributes, where any name is text.
fn own_form(wire: &Wire) -> String {
    let mut out = format!("<bill type=\"{}\">\n", attribute(wire.code));
    for member in &wire.master {
        let value = sample::of(member.field);
        let text = match value.plain() {
            Some(text) => text.into_owned(),
            None => model::json::write(&value),
        };
        out.push_str(&format!("  <field name=\"{}\">{}</field>\n", attribute(member.name), attribute(&text)));
    }
    out + "</bill>"
}

fn attribute(text: &str) -> String {
    super::html::escaped(&text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>())
}

/// A text as one part of a path.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A header is one line.
fn header(name: &str, value: &str) -> Header {
    let one_line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Header { name: one_line(name), value: one_line(value) }
}
