//! One call's turn at the ledger: the tables, the settings in force, the moment and who is calling.

use super::catalogue::{CATALOGUE, FormMeta};
use super::fault::{Code, Fault};
use super::ledger::Ledger;
use super::local_time::LocalTime;
use crate::faults::Conditions;
use crate::switchboard::Switchboard;

/// What an operation works with. The operations are spread over the modules beside this one.
pub struct Turn<'a> {
    pub ledger: &'a mut Ledger,
    pub switches: &'a Switchboard,
    pub now_ms: i64,
    /// Internal id of the user who calls.
    pub user: i64,
    /// Internal id of the organisation the session works in.
    pub org: i64,
    pub conditions: Conditions,
}

impl Turn<'_> {
    /// What the clock on the wall says.
    pub fn now(&self) -> LocalTime {
        LocalTime::at(self.now_ms)
    }

    /// Whether a switch has that value.
    pub fn is(&self, switch: &str, value: &str) -> bool {
        self.switches.is(switch, value)
    }
}

/// The form of that id, or the server's words for a form that is not there.
pub fn form(id: &str) -> Result<&'static FormMeta, Fault> {
    CATALOGUE
        .lookup(id)
        .ok_or_else(|| Fault::new(Code::Exception, format!("标识为“{id}”的业务对象不存在，或者被删除")))
}
