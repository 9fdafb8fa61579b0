//! 纷享销客 (`protocols/fxiaoke.md`).

use std::sync::LazyLock;

use connect::exchanges::connection;
use model::Value;
use model::step::{Action, Step};

use super::Vendor;

pub static VENDOR: LazyLock<Vendor> = LazyLock::new(|| Vendor {
    connector: "fxiaoke",
    connection: connection(
        "fxiaoke",
        &[("app_id", "FSAID_1318a2b"), ("operator", "FSUID_ADMIN")],
        &[
            ("app_secret", "0123456789abcdef0123456789abcdef"),
            ("permanent_code", "PERMANENT-0123456789ABCDEF"),
        ],
    ),
    signed_in: r#"{"errorCode":0,"corpAccessToken":"TOKEN-1","corpId":"FSCID_1","expiresIn":7200}"#,
    object: "AccountObj",
    fields: &["name", "account_no", "owner", "life_status"],
    by: &["account_no"],
    notice: ("text", r#"{"mobiles":["13800001111"],"content":"新客户 上海启明机械有限公司"}"#),
    steps,
    is_write: |operation| {
        let path = operation.trim_start_matches("/cgi/");
        path == "message/send"
            || ["create", "update", "invalid", "recover", "delete"].iter().any(|act| path.ends_with(act))
    },
    reads: super::read_json,
    says_done,
    may_be_done_already: |_| false,
});

fn steps(word: &str) -> Option<Vec<Step>> {
    let document = r#"{"name":"上海启明机械有限公司","account_no":"C-0001","account_type":"1"}"#;
    let (action, id, document) = match word {
        "create" => (Action::Create, None, document),
        "update" => (Action::Update, Some("64a1"), document),
        "void" => (Action::Transition("invalid".into()), Some("64a1"), ""),
        "recover" => (Action::Transition("recover".into()), Some("64a1"), ""),
        "delete" => (Action::Delete, Some("64a1"), ""),
        _ => return None,
    };
    Some(vec![Step {
        action,
        object: "AccountObj".into(),
        id: id.map(str::to_owned),
        number: None,
        document: document.into(),
        options: String::new(),
        row_of: None,
    }])
}

/// `errorCode` 0, and nothing else (§1).
fn says_done(answer: &Value<'_>) -> bool {
    match answer.get("errorCode") {
        Some(Value::Number(code)) => code.canonical() == "0",
        Some(Value::Text(code)) => code.trim().parse() == Ok(0),
        _ => false,
    }
}
