//! What a script gave back, in the shape that its hook asks for.

mod shapes;

use contract::functions::{Hook, Output};
use model::{Cause, Value};

pub(crate) use shapes::{headers, unmarked};

/// How the prelude marks bytes.
pub(crate) const BYTES: &str = "\0b:";

/// The output of a hook from what the script gave; `None` is `undefined`.
pub(crate) fn read(hook: Hook, value: Option<Value<'static>>) -> Result<Output, Cause> {
    shapes::shaped(hook, value.unwrap_or_default())
}
