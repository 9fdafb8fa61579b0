//! From an operation and its arguments to the module that does it.

use model::{Map, Value};

use super::K3Cloud;
use super::arguments::{Arguments, member, plain};
use super::fault::{Code, Fault, Outcome, object};
use super::operation::Operation;
use super::query::run::{bill_query, execute_bill_query};
use super::save::{Intent, Repeats};
use super::status::Step;
use super::turn::{self, Turn};
use super::{allocate, effect, groups, metadata, push, save, status, view};
use crate::stand_in::{Moment, Request};

impl K3Cloud {
    /// Does an operation; the body of its reply.
    pub(super) fn perform(
        &mut self,
        operation: Operation,
        arguments: &Arguments,
        call: &Request,
        org: i64,
        moment: &mut Moment,
    ) -> Result<Value<'static>, Fault> {
        if operation == Operation::QueryAsyncResult {
            return self.tasks.look(arguments);
        }
        let packet = arguments.packet()?;
        if operation == Operation::SwitchOrg {
            return self.switch_org(call, &packet, moment.now_ms);
        }
        let mut turn = Turn {
            ledger: &mut self.ledger,
            switches: &self.switches,
            now_ms: moment.now_ms,
            user: self.user,
            org,
            conditions: moment.conditions,
        };
        match operation {
            Operation::ExecuteBillQuery => execute_bill_query(&turn, &packet),
            Operation::BillQuery => bill_query(&turn, &packet),
            Operation::QueryBusinessInfo => {
                metadata::business_info(&packet, self.switches.is("entry_parent", "head"))
            }
            Operation::QueryGroupInfo => groups::query(&turn, &packet),
            Operation::GroupDelete => groups::delete(&mut turn, &packet),
            Operation::AttachmentUpload => self.files.upload(&mut turn, moment.chance, &packet),
            Operation::AttachmentDownLoad => self.files.download(&packet),
            operation => on_form(&mut turn, &mut self.repeats, operation, arguments, &packet),
        }
    }

    fn switch_org(&mut self, call: &Request, packet: &Map, now_ms: i64) -> Result<Value<'static>, Fault> {
        let number = plain(member(packet, "OrgNumber"));
        let none = || Fault::new(Code::NoData, format!("编码为“{number}”的组织不存在"));
        let org = self.org_id(&number).ok_or_else(none)?;
        if let Some(session) = self.sessions.seen(call, now_ms, 24 * 60) {
            session.org = org;
        }
        Ok(Outcome::fine().body([]))
    }

    /// A fault in the shape of the operation called (§4).
    pub(super) fn shaped(&self, operation: Operation, fault: &Fault) -> Value<'static> {
        let body = fault.body();
        match operation {
            Operation::ExecuteBillQuery => Value::List(vec![Value::List(vec![body])]),
            Operation::BillQuery if self.switches.is("bill_query_error", "wrapped") => {
                Value::List(vec![body])
            }
            Operation::View if fault.code == Code::SessionLost && self.switches.is("lost_view", "empty") => {
                let result = object([("ResponseStatus", Value::Null), ("Result", Value::Null)]);
                object([("Result", result.into())]).into()
            }
            _ => body,
        }
    }
}

/// The operations that name their form beside the packet.
fn on_form(
    turn: &mut Turn,
    repeats: &mut Repeats,
    operation: Operation,
    arguments: &Arguments,
    packet: &Map<'static>,
) -> Result<Value<'static>, Fault> {
    let form = turn::form(arguments.form_id()?.trim())?;
    match operation {
        Operation::Save => save::save(turn, repeats, form, packet, Intent::Save),
        Operation::Draft => save::save(turn, repeats, form, packet, Intent::Draft),
        Operation::BatchSave => save::batch_save(turn, repeats, form, packet),
        Operation::Submit => status::run(turn, form, packet, Step::Submit),
        Operation::Audit => status::run(turn, form, packet, Step::Audit),
        Operation::UnAudit => status::run(turn, form, packet, Step::UnAudit),
        Operation::Delete => status::run(turn, form, packet, Step::Delete),
        Operation::CancelAssign => status::run(turn, form, packet, Step::CancelAssign),
        Operation::View => view::run(turn, form, packet),
        Operation::Execute => effect::run(turn, form, arguments, packet),
        Operation::Push => push::run(turn, form, packet),
        Operation::Allocate => allocate::allocate(turn, form, packet),
        Operation::CancelAllocate => allocate::cancel(turn, form, packet),
        _ => groups::save(turn, form, packet),
    }
}
