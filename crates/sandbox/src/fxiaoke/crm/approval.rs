//! Approvals: records that wait for one, and how it ends (`protocols/fxiaoke.md` §4.3, §4.8).
//!
//! A new record of an object with an approval flow is `under_review`. An edit of such a record is kept aside while the
//! record is `in_change` with its old values, and done when it is approved.

use serde_json::{Value, json};

use super::table::{Life, Pending, Row};
use super::{Crm, Now, find};
use crate::fxiaoke::answer::{Answer, Refusal, nothing};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::Object;

impl Crm {
    /// Keeps an update aside until it is approved.
    pub(super) fn await_approval(
        &mut self,
        object: &'static Object,
        row: Row,
        body: &Value,
        caller: &Caller,
        now: &mut Now,
    ) -> Answer {
        let pending = Pending { body: body.clone(), caller: caller.clone() };
        let mut row = Row { life: Life::InChange, pending: Some(Box::new(pending)), ..row };
        row.touch(&caller.operator, now.ms);
        self.put(object, row, now);
        nothing()
    }

    /// Ends an approval. Approved: a new record becomes normal, an edit is done. Refused: a new record is void, an
    /// edit is dropped.
    pub fn decide(
        &mut self,
        object: &'static Object,
        id: &str,
        approve: bool,
        caller: &Caller,
        now: &mut Now,
    ) -> Answer {
        let row = self.owned_row(object, id, caller)?.clone();
        match row.life {
            Life::UnderReview => {
                let life = if approve { Life::Normal } else { Life::Invalid };
                self.change_with_details(object, vec![row], caller, now, |row| row.life = life);
                nothing()
            }
            Life::InChange => self.end_change(object, row, approve, caller, now),
            Life::Normal | Life::Invalid => Err(Refusal::state("数据不在审批中")),
        }
    }

    fn end_change(
        &mut self,
        object: &'static Object,
        before: Row,
        approve: bool,
        caller: &Caller,
        now: &mut Now,
    ) -> Answer {
        let mut row = Row { life: Life::Normal, pending: None, ..before.clone() };
        row.touch(&caller.operator, now.ms);
        self.put(object, row, now);
        let Some(pending) = before.pending.as_deref().filter(|_| approve) else { return nothing() };
        let mut body = pending.body.clone();
        body["triggerApprovalFlow"] = json!(false);
        let answer = self.update(&body, &pending.caller, now);
        if answer.is_err() {
            self.put(object, before, now);
        }
        answer
    }

    /// Voided and locked rows, and rows in approval, are not edited; neither are lines of such a master.
    pub(super) fn check_editable(
        &self,
        object: &Object,
        row: &Row,
        skip_status: bool,
    ) -> Result<(), Refusal> {
        check_state(row, skip_status)?;
        match self.master_of(object, &row.fields) {
            Some((_, master)) => check_state(master, skip_status),
            None => Ok(()),
        }
    }

    /// A line is added only to a master that could be edited.
    pub(super) fn check_master(
        &self,
        object: &Object,
        fields: &serde_json::Map<String, Value>,
        skip_status: bool,
    ) -> Result<(), Refusal> {
        match self.master_of(object, fields) {
            Some((_, master)) => check_state(master, skip_status),
            None => Ok(()),
        }
    }

    /// The master that a line belongs to.
    pub(super) fn master_of(
        &self,
        object: &Object,
        fields: &serde_json::Map<String, Value>,
    ) -> Option<(&'static Object, &Row)> {
        let (master, field) = object.master()?;
        let master = find(master).expect("masters are described objects");
        let id = fields.get(field.name)?.as_str()?;
        Some((master, self.table(master).get(id)?))
    }
}

fn check_state(row: &Row, skip_status: bool) -> Result<(), Refusal> {
    match row.life {
        Life::Invalid => Err(Refusal::state("数据已作废，不可编辑")),
        Life::UnderReview if !skip_status => Err(Refusal::state("数据正在审批中，不可编辑")),
        Life::InChange if !skip_status => Err(Refusal::state("数据变更正在审批中，不可编辑")),
        _ if row.locked && !skip_status => Err(Refusal::locked()),
        _ => Ok(()),
    }
}
