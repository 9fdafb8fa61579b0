//! People by mobile number (§5).

use contract::connector::Refusal;
use model::{Map, Value};

use super::account::Account;
use super::answer::Effect;

/// The userid of whoever has this mobile number; `None` when nobody has it, and for what is no mobile number.
pub(super) async fn by_mobile(account: &Account<'_>, by: &str) -> Result<Option<String>, Refusal> {
    let mobile: String = by.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let digits = mobile.strip_prefix('+').unwrap_or(&mobile);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let mobile = mobile.strip_prefix("+86").unwrap_or(&mobile);
    match ask(account, mobile).await {
        Ok(body) => {
            let result = body.get("result");
            let userid = result.and_then(|result| result.get("userid")).and_then(Value::as_text);
            Ok(userid.filter(|userid| !userid.is_empty()).map(str::to_owned))
        }
        Err(refusal) if is_nobody(&refusal) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

pub(super) async fn ask(account: &Account<'_>, mobile: &str) -> Result<Value<'static>, Refusal> {
    let mut body = Map::new();
    body.push("mobile", mobile);
    let (operation, path) = ("user/getbymobile", "topapi/v2/user/getbymobile");
    account.ask(operation, path, &Value::Map(body), Effect::Read, &[mobile]).await
}

/// 60121: nobody has it; 40104: it is no mobile number.
pub(super) fn is_nobody(refusal: &Refusal) -> bool {
    matches!(refusal.cause.param("code"), Some("60121" | "40104"))
}
