//! 金蝶云星空 (`protocols/kingdee.md`).

use std::sync::LazyLock;

use connect::exchanges::connection;
use model::Value;
use model::step::{Action, Step};

use super::Vendor;

pub static VENDOR: LazyLock<Vendor> = LazyLock::new(|| Vendor {
    connector: "kingdee-k3cloud",
    connection: connection(
        "kingdee-k3cloud",
        &[
            ("base_url", "https://erp.example.com/k3cloud"),
            ("acct_id", "6501f2c7a2b0a1"),
            ("username", "zhangsan"),
        ],
        &[("password", "p@ss-0123456789")],
    ),
    signed_in: r#"{"LoginResultType":1,"KDSVCSessionId":"2c6dfa6c-039b","Context":{"SessionId":"n3xfizba4et0","STimeZone":{"OffsetTicks":288000000000}}}"#,
    object: "BD_Customer",
    fields: &["FName", "FCreateOrgId.FNumber", "FT_BD_CUSTBANK.FBANKCODE"],
    by: &["FNumber", "FCreateOrgId"],
    notice: ("text", "{}"),
    steps,
    is_write: |operation| {
        !["ExecuteBillQuery", "BillQuery", "View", "QueryBusinessInfo"].contains(&operation)
            && !operation.starts_with("Login")
            && !operation.starts_with("Validate")
    },
    reads: super::read_json,
    says_done,
    may_be_done_already: |answer| status(answer).is_some(),
});

fn steps(word: &str) -> Option<Vec<Step>> {
    let document = r#"{"FCUSTID":100321,"FName":"上海启明机械有限公司","FCreateOrgId":{"FNumber":"100"},"FT_BD_CUSTBANK":[{"FBANKCODE":"6222 0001"}]}"#;
    let created = document.replace("100321", "0");
    let step = |action: Action, id: Option<&str>, number: &str, document: &str| Step {
        action,
        object: "BD_Customer".into(),
        id: id.map(str::to_owned),
        number: Some(number.to_owned()),
        document: document.to_owned(),
        options: String::new(),
        row_of: None,
    };
    let transition = |name: &str| Action::Transition(name.to_owned());
    let one = |action| vec![step(action, Some("100321"), "CUST0001", "")];
    Some(match word {
        "create" => vec![step(Action::Create, None, "CUST0001", &created)],
        "batch" => vec![
            step(Action::Create, None, "CUST0001", &created),
            step(Action::Create, None, "CUST0002", &created),
        ],
        "update" => vec![step(Action::Update, Some("100321"), "CUST0001", document)],
        "void" => one(transition("Forbid")),
        "submit" => one(transition("Submit")),
        "audit" => vec![
            step(transition("Audit"), Some("100321"), "CUST0001", ""),
            step(transition("Audit"), Some("100322"), "CUST0002", ""),
        ],
        "delete" => one(Action::Delete),
        _ => return None,
    })
}

/// A success, or one of a batch (§4).
fn says_done(answer: &Value<'_>) -> bool {
    let Some(status) = status(answer) else { return false };
    let is_success = status.get("IsSuccess").and_then(Value::plain);
    let succeeded = status.get("SuccessEntitys").and_then(Value::as_list).unwrap_or_default();
    is_success.is_some_and(|text| text.eq_ignore_ascii_case("true")) || !succeeded.is_empty()
}

fn status<'v, 'i>(answer: &'v Value<'i>) -> Option<&'v Value<'i>> {
    let status = match answer {
        Value::List(list) => return list.first().and_then(status),
        answer => answer.get("Result")?.get("ResponseStatus")?,
    };
    status.as_map().map(|_| status)
}
