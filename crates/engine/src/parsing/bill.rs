//! From a receipt to the records it holds: in the standard form, or in one of the sender's own that a function reads.

use contract::connector::{PushedBill, PushedRecord};
use model::receipt::{Pushed, Receipt};
use model::{Cause, Value, json};

use super::foreign::Foreign;
use super::webhook;
use crate::connection::Line;
use crate::setup::Setup;

/// Why a receipt gives no records.
#[derive(Debug)]
pub(super) enum Unparsed {
    /// A person must mend something.
    Failed(Cause),
    /// For a reason that passes: it goes on waiting.
    NotNow(Cause),
}

impl From<Cause> for Unparsed {
    fn from(cause: Cause) -> Unparsed {
        Unparsed::Failed(cause)
    }
}

/// The records that were pushed, in order. With an id beside it a body is in the standard form of the system's protocol.
pub(super) async fn records(
    setup: &Setup,
    line: &Line,
    foreign: &Foreign<'_>,
    receipt: &Receipt,
) -> Result<Vec<PushedRecord>, Unparsed> {
    let pushed = &receipt.pushed;
    match (pushed.hook(), &pushed.id) {
        (Some(flow), _) => webhook::records(setup, line, foreign, pushed, flow).await,
        (None, Some(id)) => Ok(standard(line, pushed, id)?),
        (None, None) => foreign.records(pushed, &pushed.code).await,
    }
}

fn standard(line: &Line, pushed: &Pushed, id: &str) -> Result<Vec<PushedRecord>, Cause> {
    let content = content(&pushed.body, pushed.void)?;
    let bill = PushedBill { code: &pushed.code, id: Some(id), void: pushed.void, content };
    line.connector.pushed(&line.connection, bill)
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
