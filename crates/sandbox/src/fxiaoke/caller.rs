//! Who calls, in which style, and what the answer should look like (`protocols/fxiaoke.md` §2).

use serde_json::Value;

use super::answer::Refusal;
use super::sign_in::{App, SignIn};
use super::staff::{Staff, WHOLE_COMPANY};
use super::tenant::Tenant;
use crate::stand_in::Request;

/// A caller that has shown a good token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The operator's employee id; empty for calls that need none.
    pub operator: String,
    /// Employee fields hold `FSUID_` ids instead of numeric ones.
    pub open_ids: bool,
    pub include_null: bool,
    /// Body credentials: empty references are `""` with an empty `__r`.
    pub old_style: bool,
    /// A person at the CRM's own screens, which work out amounts by themselves.
    pub at_screen: bool,
}

impl Caller {
    /// A person at the vendor's own screens.
    pub fn at_screen(operator: &str) -> Caller {
        Caller {
            operator: operator.into(),
            open_ids: false,
            include_null: true,
            old_style: false,
            at_screen: true,
        }
    }
}

/// The credentials as sent, in either style.
pub enum Credentials<'a> {
    Body { token: &'a str, corp_id: &'a str },
    Bearer { token: &'a str, ea: &'a str },
}

/// Finds the credentials of a call; the header style wins. 20017 when there are none.
pub fn credentials<'a>(call: &'a Request, body: &'a Value) -> Result<Credentials<'a>, Refusal> {
    if let Some(header) = call.header("authorization") {
        let token = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer "));
        let ea = call.header("x-fs-ea").unwrap_or_default();
        return Ok(Credentials::Bearer { token: token.unwrap_or_default(), ea });
    }
    match body["corpAccessToken"].as_str() {
        None | Some("") => {
            Err(Refusal::new(20017, "corpAccessToken is required", "corpAccessToken为必填项，不能为空"))
        }
        Some(token) => Ok(Credentials::Body { token, corp_id: body["corpId"].as_str().unwrap_or_default() }),
    }
}

/// Checks the token: 10014 without corpId, 20016 for anything wrong, 20021 when the app is stopped.
pub fn check(
    credentials: &Credentials,
    app: &App,
    sign_in: &SignIn,
    tenant: &Tenant,
    now_ms: i64,
) -> Result<(), Refusal> {
    let good = match credentials {
        Credentials::Body { corp_id: "", .. } => {
            return Err(Refusal::new(
                10014,
                "the parameter corpId is missing or illegal",
                "缺少参数或参数不合法",
            ));
        }
        Credentials::Body { token, corp_id } => {
            sign_in.corp.is_valid(token, now_ms) && *corp_id == app.corp_id
        }
        Credentials::Bearer { token, ea } => sign_in.bearer.is_valid(token, now_ms) && *ea == app.ea,
    };
    if !good {
        return Err(Refusal::new(
            20016,
            "the cropId,cropAccessToken or authorization is error",
            "corpId或corpAccessToken错误",
        ));
    }
    if tenant.app_stopped {
        return Err(Refusal::new(20021, "the app is stopped", "应用已停用"));
    }
    Ok(())
}

/// The caller of a call whose token is good. `operator` is checked only where the call needs one: 10010 when missing,
/// 20012 when unknown, 20014 when outside the app's visible range.
pub fn identify(
    call: &Request,
    body: &Value,
    style: &Credentials,
    staff: &Staff,
    tenant: &Tenant,
    needs_operator: bool,
) -> Result<Caller, Refusal> {
    let old_style = matches!(style, Credentials::Body { .. });
    let operator = match needs_operator {
        true => operator(call, body, old_style, staff, tenant)?,
        false => String::new(),
    };
    Ok(Caller {
        operator,
        open_ids: body["convertUserId"].as_bool().unwrap_or(old_style),
        include_null: body["includeNull"].as_bool().unwrap_or(false),
        old_style,
        at_screen: false,
    })
}

fn operator(
    call: &Request,
    body: &Value,
    old_style: bool,
    staff: &Staff,
    tenant: &Tenant,
) -> Result<String, Refusal> {
    let sent = match old_style {
        true => body["currentOpenUserId"].as_str(),
        false => call.header("x-fs-userid"),
    };
    let sent = sent.filter(|id| !id.is_empty()).ok_or_else(|| {
        Refusal::new(10010, "the parameter currentOpenUserId is missing or illegal", "缺少参数或参数不合法")
    })?;
    let found = match old_style {
        true => staff.by_open_id(sent),
        false => staff.by_id(sent),
    };
    let employee =
        found.ok_or_else(|| Refusal::new(20012, "the openUserId is not exist", "openUserId不存在"))?;
    if tenant.hidden_mobiles.contains(&employee.mobile) {
        return Err(out_of_range());
    }
    Ok(employee.id.clone())
}

/// The employee is outside the app's visible range.
pub fn out_of_range() -> Refusal {
    Refusal::new(20014, "the app has no authority of the employee", "应用没有该员工的权限")
}

/// Whether an id names the whole company: `999999`, or `0` in older texts; a number or its text.
pub fn is_whole_company(id: &Value) -> bool {
    match id {
        Value::String(text) => text == WHOLE_COMPANY || text == "0",
        Value::Number(number) => matches!(number.as_i64(), Some(0 | 999_999)),
        _ => false,
    }
}
