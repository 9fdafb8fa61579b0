//! What the sender of a webhook hears.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::webhooks::Challenged;
use model::{Map, ReceiptId, Value, json};

use crate::body::Unread;
use crate::headed::headed;

/// An answer: `code`, `message` and, where it was kept, `receipt`.
///
/// | code | HTTP | what it means |
/// |---|---|---|
/// | `kept` | 200 | it is on disk; one that was sent again is the receipt of the first |
/// | `passed_over` | 200 | the flow takes none of that kind (`only`): nothing was kept |
/// | `unproven` | 401 | no such webhook, or the secret, the signature or its time is wrong or missing |
/// | `empty` | 400 | there is nothing in the body |
/// | `incomplete` | 400, 408 | the body did not come whole |
/// | `too_large` | 413 | the body is larger than 20 MB |
/// | `too_many` | 429 | more than the connection takes in a minute |
/// | `not_now` | 503 | it cannot be stored for now, or too much is being sent at once |
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Kept(ReceiptId),
    PassedOver,
    Challenged(Challenged),
    Unproven,
    Empty,
    TooLarge,
    TooSlow,
    Cut,
    TooMany,
    NotStored,
    Busy,
}

impl From<Unread> for Said {
    fn from(unread: Unread) -> Said {
        match unread {
            Unread::TooLarge => Said::TooLarge,
            Unread::TooSlow => Said::TooSlow,
            Unread::Cut => Said::Cut,
            Unread::Busy => Said::Busy,
        }
    }
}

const JSON: &str = "application/json; charset=utf-8";

impl Said {
    fn code(&self) -> (&'static str, StatusCode) {
        match self {
            Said::Kept(_) => ("kept", StatusCode::OK),
            Said::PassedOver => ("passed_over", StatusCode::OK),
            Said::Challenged(_) => ("challenged", StatusCode::OK),
            Said::Unproven => ("unproven", StatusCode::UNAUTHORIZED),
            Said::Empty => ("empty", StatusCode::BAD_REQUEST),
            Said::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE),
            Said::TooSlow => ("incomplete", StatusCode::REQUEST_TIMEOUT),
            Said::Cut => ("incomplete", StatusCode::BAD_REQUEST),
            Said::TooMany => ("too_many", StatusCode::TOO_MANY_REQUESTS),
            Said::NotStored | Said::Busy => ("not_now", StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// What happened and what to do, in Chinese and English: a program sends, and anybody may read its log.
    fn words(&self) -> &'static str {
        match self {
            Said::Kept(_) => "已收到 / kept",
            Said::PassedOver => {
                "集成流不接收这一类通知,没有保存 / the flow takes none of this kind; nothing was kept"
            }
            Said::Challenged(_) => "",
            Said::Unproven => {
                "没有这个 webhook,或密钥、签名、签名时间不对;请与 Qiao 管理员核对地址和密钥 / there is no such webhook, or the \
                 secret, the signature or its time is wrong; compare address and secret with the administrator of Qiao"
            }
            Said::Empty => "请求体是空的 / there is nothing in the body",
            Said::TooLarge => "请求体超过 20 MB,请分批发送 / the body is larger than 20 MB; send it in parts",
            Said::TooSlow | Said::Cut => {
                "请求体没有完整到达,请重发 / the body did not come whole; send it again"
            }
            Said::TooMany => "发送过于频繁,请稍后重发 / too many in a minute; send it again later",
            Said::NotStored => "暂时无法保存,请稍后重发 / it cannot be stored for now; send it again later",
            Said::Busy => {
                "同时发来的数据太多,请稍后重发 / too much is being sent at once; send it again later"
            }
        }
    }

    fn body(&self) -> (&'static str, String) {
        match self {
            // What a stranger said is given back as text, which no browser takes for a page.
            Said::Challenged(Challenged::Text(word)) => ("text/plain; charset=utf-8", word.clone()),
            Said::Challenged(Challenged::Json(text)) => (JSON, text.clone()),
            other => {
                let mut body = Map::new();
                body.push("code", other.code().0);
                body.push("message", other.words());
                if let Said::Kept(receipt) = other {
                    body.push("receipt", receipt.told());
                }
                (JSON, json::write(&Value::Map(body)))
            }
        }
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let (_, status) = self.code();
        let (kind, body) = self.body();
        let kind = [(header::CONTENT_TYPE, kind), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
        let kept = match self {
            Said::Kept(receipt) => Some(receipt),
            _ => None,
        };
        headed((status, kind, body).into_response(), kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_json_with_its_code_and_words_in_both_languages() {
        let all = [
            Said::Kept(ReceiptId(7)),
            Said::PassedOver,
            Said::Unproven,
            Said::Empty,
            Said::TooLarge,
            Said::TooSlow,
            Said::Cut,
            Said::TooMany,
            Said::NotStored,
            Said::Busy,
        ];
        for said in all {
            let (_, body) = said.body();
            let read = json::read(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
            let text = |name: &str| read.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
            assert_eq!(text("code"), said.code().0);
            let (zh, en) =
                text("message").split_once(" / ").map(|(zh, en)| (zh.to_owned(), en.to_owned())).unwrap();
            assert!(!zh.is_ascii() && en.is_ascii(), "{zh} / {en}");
            let is_kept = said == Said::Kept(ReceiptId(7));
            assert_eq!(
                (text("receipt") == "R7", said.code().1 == StatusCode::OK),
                (is_kept, is_kept || said == Said::PassedOver)
            );
        }
    }
}
