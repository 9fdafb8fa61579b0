//! From a receipt to the records it holds.

use contract::connector::{PushedBill, PushedRecord};
use model::receipt::Receipt;
use model::{Cause, Value, json};

use crate::connection::Line;

/// The records that were pushed, in order.
///
/// # Errors
/// What a person must mend.
pub(super) fn records(line: &Line, receipt: &Receipt) -> Result<Vec<PushedRecord>, Cause> {
    let pushed = &receipt.pushed;
    match &pushed.id {
        Some(id) => {
            let content = content(&pushed.body, pushed.void)?;
            let bill = PushedBill { code: &pushed.code, id: Some(id), void: pushed.void, content };
            line.connector.pushed(&line.connection, bill)
        }
        None => Err(Cause::new("push.no_function").with("object", &pushed.code)),
    }
}

/// The body as JSON; `None` for a void that says nothing.
fn content(body: &[u8], void: bool) -> Result<Option<Value<'_>>, Cause> {
    if void && body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let text = std::str::from_utf8(body).map_err(|_| Cause::new("push.not_utf8"))?;
    let value = json::read(text).map_err(|error| Cause::new("push.not_json").with("reason", error))?;
    Ok(Some(value))
}
