//! What a pusher hears.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::pushes::NotKept;
use model::ReceiptId;
use model::pushing::{PushFailure, SUCCESS};

use crate::headed::headed;

/// What is said to a push. All but [`Said::Kept`] means that nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Kept(ReceiptId),
    NoToken,
    WrongToken,
    NoTenant,
    WrongTenant,
    WrongDataCenter,
    NoObject,
    WrongObject,
    WrongVersion,
    /// With what is wrong with it.
    NotStandard(String),
    /// Comes twice, or says something that it cannot.
    WrongHeader(&'static str),
    TooLarge,
    NotStored,
    TooMany,
    TooSlow,
    Cut,
    /// So much is being sent that this has to wait.
    Busy,
}

impl From<NotKept> for Said {
    fn from(not: NotKept) -> Said {
        match not {
            NotKept::Token => Said::WrongToken,
            NotKept::Tenant => Said::WrongTenant,
            NotKept::DataCenter => Said::WrongDataCenter,
            NotKept::Object => Said::WrongObject,
            NotKept::NotStandard(cause) => Said::NotStandard(cause.code.to_string()),
            NotKept::TooMany => Said::TooMany,
            NotKept::Store(error) => {
                tracing::error!(%error, "what was pushed cannot be stored");
                Said::NotStored
            }
        }
    }
}

impl Said {
    /// The code, and the status that it comes with.
    fn code(&self) -> (&'static str, StatusCode) {
        let failure = match self {
            Said::Kept(_) => return (SUCCESS, StatusCode::OK),
            Said::NoToken | Said::WrongToken => PushFailure::TOKEN,
            Said::NoTenant | Said::WrongTenant => PushFailure::TENANT,
            Said::WrongDataCenter => PushFailure::DATA_CENTER,
            Said::NoObject | Said::WrongObject => PushFailure::OBJECT,
            Said::WrongVersion => PushFailure::VERSION,
            Said::NotStandard(_) => PushFailure::NOT_STANDARD,
            Said::WrongHeader(_) => PushFailure::HEADER,
            Said::TooLarge => PushFailure::TOO_LARGE,
            Said::NotStored | Said::Busy => PushFailure::NOT_STORED,
            Said::TooMany => PushFailure::TOO_MANY,
            Said::TooSlow => PushFailure::INCOMPLETE,
            Said::Cut => return (PushFailure::INCOMPLETE.code, StatusCode::BAD_REQUEST),
        };
        (failure.code, StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// What happened and what to do, in Chinese and English: who pushes is a program, who reads its log may be anybody.
    fn words(&self) -> String {
        match self {
            Said::Kept(_) => "成功".into(),
            Said::NoToken => "缺少请求头 token / the header token is missing".into(),
            Said::WrongToken => {
                "token 不对、已失效,或不允许从该地址推送;请向 Qiao 管理员索取(qiao token) / this token may not push from here; \
                 ask the administrator of Qiao for one (qiao token)"
                    .into()
            }
            Said::NoTenant => "缺少请求头 tenantId / the header tenantId is missing".into(),
            Said::WrongTenant => {
                "tenantId 不是连接里填写的企业 id / tenantId is none that the connection lists (tenant_ids)".into()
            }
            Said::WrongDataCenter => {
                "有多个账套,请求头 dataCenterId 缺失或不对 / there are several accounts, and dataCenterId is missing or \
                 names none of them"
                    .into()
            }
            Said::NoObject => "缺少请求头 objectApiName / the header objectApiName is missing".into(),
            Said::WrongObject => {
                "objectApiName 不是已描述的 ERP 对象编码 / objectApiName is not the code of an object that is described".into()
            }
            Said::WrongVersion => "请求头 version 应为 v1 / the header version must be v1".into(),
            Said::NotStandard(reason) => format!(
                "带 id 请求头时,请求体须为标准格式的 JSON(masterFieldVal、detailFieldVals);其他格式请去掉 id ({reason}) / with \
                 the header id the body must be JSON in the standard form; leave id out for any other form ({reason})"
            ),
            Said::WrongHeader(name) => format!(
                "请求头 {name} 重复或取值不对 / the header {name} comes twice, or has a value that it cannot have"
            ),
            Said::TooLarge => "请求体超过 20 MB,请分批推送 / the body is larger than 20 MB; push it in parts".into(),
            Said::NotStored => "暂时无法保存,请稍后重推 / it cannot be stored for now; push it again later".into(),
            Said::Busy => "同时推送的数据太多,请稍后重推 / too much is being pushed at once; push it again later".into(),
            Said::TooMany => "推送过于频繁,请稍后重推 / too many pushes in a minute; push it again later".into(),
            Said::TooSlow | Said::Cut => {
                "请求体没有完整到达,请重推 / the body did not come whole; push it again".into()
            }
        }
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let (code, status) = self.code();
        let body = format!(r#"{{"errCode":"{code}","errMsg":"{}"}}"#, self.words());
        let kind = [(header::CONTENT_TYPE, "application/json;charset=UTF-8")];
        let kept = match self {
            Said::Kept(receipt) => Some(receipt),
            _ => None,
        };
        headed((status, kind, body).into_response(), kept)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_answer_is_json_and_only_success_is_success() {
        let all = [
            Said::Kept(ReceiptId(7)),
            Said::NoToken,
            Said::WrongToken,
            Said::NoTenant,
            Said::WrongTenant,
            Said::WrongDataCenter,
            Said::NoObject,
            Said::WrongObject,
            Said::WrongVersion,
            Said::NotStandard("push.not_json".into()),
            Said::WrongHeader("token"),
            Said::TooLarge,
            Said::NotStored,
            Said::TooMany,
            Said::TooSlow,
            Said::Cut,
            Said::Busy,
        ];
        // What is described to an ERP's programmer is what is said, and no more.
        let said: BTreeSet<(&str, u16)> =
            all.iter().map(|said| (said.code().0, said.code().1.as_u16())).collect();
        let described = PushFailure::ALL.iter().map(|failure| (failure.code, failure.status));
        let described: BTreeSet<(&str, u16)> =
            described.chain([(SUCCESS, 200), ("s306240011", 400)]).collect();
        assert_eq!(said, described);
        for said in all {
            let text = format!(r#"{{"errCode":"{}","errMsg":"{}"}}"#, said.code().0, said.words());
            let read = model::json::read(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let is_kept = matches!(said, Said::Kept(_));
            assert_eq!(read.get("errCode").and_then(|code| code.as_text()) == Some("s106240000"), is_kept);
        }
    }
}
