//! What is done with a record that was voided or deleted at the source: forbidden, cancelled, deleted, un-audited, or
//! whatever else the form can do.

use contract::connector::Found;
use model::Cause;
use model::step::{Action, Step};

use super::{Level, Planner};

impl Planner<'_> {
    pub(super) fn voiding(&self, operation: &str, observed: &Found) -> Result<Vec<Step>, Cause> {
        let is_name = !operation.is_empty()
            && operation.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return Err(Cause::new("kingdee.operation_unknown").with("operation", operation));
        }
        let level = Level::observed(observed);
        let mut steps = Vec::new();
        match operation {
            "Delete" => {
                self.open(&mut steps, observed)?;
                steps.push(self.step_on(Action::Delete, observed));
            }
            "UnAudit" if level < Some(Level::Audited) => {}
            "CancelAssign" if level != Some(Level::Submitted) => {}
            "Forbid" | "Cancel" if observed.void => {}
            "Cancel" => {
                if self.form.cancel_opened {
                    self.open(&mut steps, observed)?;
                }
                steps.push(self.transition(operation, observed));
            }
            "Forbid" => {
                if let Some(level) = level.filter(|_| self.form.forbid_audited_only) {
                    let (id, number) = (Some(&*observed.id), observed.number.as_deref());
                    self.raise(&mut steps, level, Level::Audited, id, number);
                }
                steps.push(self.transition(operation, observed));
            }
            _ if self.closing.is_there(operation, observed) => {}
            _ => steps.push(self.transition(operation, observed)),
        }
        Ok(steps)
    }
}
