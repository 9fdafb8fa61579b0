//! Allocate and CancelAllocate: master data copied to other organisations (`protocols/kingdee.md §3.6`).

use model::{Map, Value};

use super::arguments::{member, texts, truth};
use super::catalogue::FormMeta;
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched};
use super::meta::FormKind;
use super::status::Step;
use super::turn::Turn;

/// The reply of Allocate: one copy per record and organisation, with the number and `FMasterId` of the original.
pub fn allocate(turn: &mut Turn, form: &'static FormMeta, packet: &Map) -> Result<Value<'static>, Fault> {
    let (ids, orgs) = arguments(form, packet)?;
    let audit = truth(packet, "IsAutoSubmitAndAudit", false);
    let mut outcome = Outcome::fine();
    let pairs = ids.iter().flat_map(|id| orgs.iter().map(move |org| (*id, *org)));
    for (index, (id, org)) in pairs.enumerate() {
        match copy(turn, form, id, org, audit) {
            Ok(touched) => outcome.done(index, &touched),
            Err(fault) => outcome.refuse(index, fault),
        }
    }
    Ok(outcome.body([]))
}

/// The reply of CancelAllocate: the copies are deleted.
pub fn cancel(turn: &mut Turn, form: &'static FormMeta, packet: &Map) -> Result<Value<'static>, Fault> {
    let (ids, orgs) = arguments(form, packet)?;
    let mut outcome = Outcome::fine();
    let pairs = ids.iter().flat_map(|id| orgs.iter().map(move |org| (*id, *org)));
    for (index, (id, org)) in pairs.enumerate() {
        match copy_in(turn, form, id, org) {
            Some(copy) => {
                let touched = touched(turn, form, copy);
                turn.ledger.table_mut(form).remove(form, copy);
                outcome.done(index, &touched);
            }
            None => {
                outcome.refuse(index, Fault::rule(format!("内码为{id}的{}没有分配到该组织", form.def.name)))
            }
        }
    }
    Ok(outcome.body([]))
}

fn arguments(form: &FormMeta, packet: &Map) -> Result<(Vec<i64>, Vec<i64>), Fault> {
    let ids = |name: &str| -> Vec<i64> {
        texts(member(packet, name)).iter().filter_map(|id| id.parse().ok()).collect()
    };
    let (records, orgs) = (ids("PkIds"), ids("TOrgIds"));
    if form.def.kind != FormKind::Master || form.head("FUseOrgId").is_none() {
        return Err(Fault::new(Code::Exception, format!("业务对象“{}”不支持分配", form.def.name)));
    }
    if records.is_empty() || orgs.is_empty() {
        return Err(Fault::new(Code::Parameter, "参数PkIds和TOrgIds的值不能为空"));
    }
    Ok((records, orgs))
}

/// The copy of a record in an organisation.
fn copy_in(turn: &Turn, form: &FormMeta, id: i64, org: i64) -> Option<i64> {
    let table = turn.ledger.table(form);
    let master = table.get(id)?.get(form, "FMasterId").clone();
    let number = table.get(id)?.number(form);
    table.ids_of(number).iter().copied().find(|other| {
        table.get(*other).is_some_and(|other| {
            other.id != id
                && *other.get(form, "FMasterId") == master
                && other.get(form, "FUseOrgId").reference() == org
        })
    })
}

fn copy(turn: &mut Turn, form: &'static FormMeta, id: i64, org: i64, audit: bool) -> Result<Touched, Fault> {
    let missing = || Fault::new(Code::NoData, format!("内码为{id}的{}不存在或者已经被删除", form.def.name));
    let mut document = turn.ledger.table(form).get(id).cloned().ok_or_else(missing)?;
    if document.status(form) != 'C' {
        return Err(Fault::rule(format!(
            "编码为“{}”的{}，只有已审核的数据才允许分配！",
            document.number(form),
            form.def.name
        )));
    }
    if document.get(form, "FUseOrgId").reference() == org || copy_in(turn, form, id, org).is_some() {
        return Err(Fault::rule(format!(
            "编码为“{}”的{}，已经分配到该组织！",
            document.number(form),
            form.def.name
        )));
    }
    document.id = turn.ledger.next_id(form);
    document.created_ms = turn.now_ms;
    for row in document.rows.iter_mut().flatten() {
        row.id = turn.ledger.row_id();
    }
    let now = Cell::Time(turn.now());
    document.set(form, "FUseOrgId", Cell::Ref(org));
    document.set(form, "FDocumentStatus", Cell::text("A"));
    for key in ["FCreateDate", "FModifyDate"] {
        document.set(form, key, now.clone());
    }
    for key in ["FApproveDate", "FAuditDate"] {
        document.set(form, key, Cell::Empty);
    }
    let new = document.id;
    turn.ledger.table_mut(form).put(form, document);
    if audit {
        turn.step(form, new, Step::Submit)?;
        turn.step(form, new, Step::Audit)?;
    }
    Ok(touched(turn, form, new))
}

fn touched(turn: &Turn, form: &FormMeta, id: i64) -> Touched {
    let number = turn.ledger.table(form).get(id).map_or("", |document| document.number(form));
    Touched { id, number: number.to_owned(), rows: Vec::new() }
}
