//! The arrow *plan*: the steps from what the target holds to what it should hold.

use contract::connector::{DetailLines, Found, PlanAsk, Refusal};
use contract::store::{LinkChange, LinkRef};
use mapping::DetailList;
use model::flow::Void;
use model::link::{Agreed, Link};
use model::step::{Action, Step};
use model::task::State;
use model::{AnswerClass, Cause, Hash, Map, Value};

use super::agreement::{self, may_hold};
use super::item::{Item, Verdict};
use super::lines::{self, ItemLines};
use super::read_back::is_unseen;
use super::retries::after_plan;
use super::two_way;
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// Whether both sides are known to agree, so that nothing need be looked at.
pub(super) fn agrees(item: &Item) -> bool {
    let agreed = item.link.as_ref().and_then(|link| link.agreed.mapped);
    agreed.is_some() && agreed == item.agreement
}

/// Plans the steps of each item; ends those where nothing is to be done.
pub(crate) fn plan(seams: &Seams, active: &ActiveFlow, items: &mut [Item<'_>]) {
    for item in items.iter_mut().filter(|item| item.goes_on()) {
        if let Some(link) = item.in_doubt().filter(|_| item.observed.is_none()) {
            item.fail_in_doubt(link, Cause::new("engine.may_exist"));
            continue;
        }
        if let Some(nothing) = nothing_to_keep(active, item) {
            item.end(left_alone(active, item, nothing));
            continue;
        }
        item.read_agreement();
        let planned = waited_for(item, |waited| steps(active, item, waited));
        match planned.steps {
            // All that was still to be done was to learn its rows.
            _ if is_unseen(item) && agrees(item) => {
                let link = agreed_as_observed(active, item);
                item.end(Verdict { link, ..item.through() });
            }
            Ok(steps) if makes_what_may_be_there(active, item, &steps) => {
                let due = seams.clock.now() + active.target.facts.settle_window;
                let cause = Cause::new(ROWS_MAY_SHOW);
                item.end(Verdict::new(State::Waiting).because(cause).due(due).tries(item.due.task.tries));
            }
            Ok(steps) if steps.is_empty() => {
                let link = agreed_as_observed(active, item);
                item.end(Verdict { link, ..item.through() });
            }
            Ok(steps) => {
                // What a derivation makes is the vendor's; nothing of ours is in it yet.
                let derives = steps.iter().any(|step| step.action == Action::Derive);
                item.may_hold = if derives { None } else { may_hold(active, item) };
                item.steps = steps.into();
                item.was_in_place = is_in_place(active, item);
                item.lines.iter_mut().for_each(|lines| lines.expect(&item.steps));
            }
            Err(refusal) => {
                let (now, tries) = (seams.clock.now(), item.due.task.tries);
                item.end(after_plan(&refusal, planned.waited, tries, now, &*seams.chance));
            }
        }
    }
}

/// Whether the document stands in the status that the flow wants, or in one that it leaves to people.
fn is_in_place(active: &ActiveFlow, item: &Item) -> bool {
    let status = item.observed.as_ref().and_then(|observed| observed.status.as_ref());
    status.is_some() && active.flow().target.status.as_ref().is_none_or(|wanted| Some(wanted) == status)
}

/// What came of planning.
pub(super) struct Planned {
    pub steps: Result<Vec<Step>, Refusal>,
    /// Whether it was planned as something that has been waited for.
    pub waited: bool,
}

/// Plans; and once more, as after a wait, where the plan is refused for what the task has been waiting for already.
/// Nothing can have been written since: any other round would have left another reason.
pub(super) fn waited_for(item: &Item, plan: impl Fn(bool) -> Result<Vec<Step>, Refusal>) -> Planned {
    let first = plan(false);
    let task = &item.due.task;
    let reason = task.cause.as_ref().filter(|_| task.state == State::Waiting);
    let is_same = |refusal: &Refusal| reason.is_some_and(|reason| reason.code == refusal.cause.code);
    match first.as_ref().err().is_some_and(is_same) {
        true => Planned { steps: plan(true), waited: true },
        false => Planned { steps: first, waited: false },
    }
}

/// Why a document waits before a row is made that may be there.
const ROWS_MAY_SHOW: &str = "engine.rows_may_show";

/// Whether a step makes a row that a write may have made of which nobody heard, where rows are records of their own and
/// need not show as soon as their document does. It is waited for once, for as long as such a write may still show.
fn makes_what_may_be_there(active: &ActiveFlow, item: &Item, steps: &[Step]) -> bool {
    let is_trusted = is_trusted(active, item.link.as_ref());
    !is_trusted
        && !item.waited_for(ROWS_MAY_SHOW)
        && steps.iter().any(|step| {
            let list = step.row_of.as_deref().filter(|_| step.action == Action::Create);
            let lines = list.and_then(|list| item.lines.iter().find(|lines| lines.list == list));
            lines.is_some_and(|lines| lines.unrecognised(item.agreed.as_ref()).is_some())
        })
}

/// Why a flow that makes nothing has nothing to keep in agreement: there is no document, or it is void.
fn nothing_to_keep(active: &ActiveFlow, item: &Item) -> Option<&'static str> {
    match &item.observed {
        _ if active.flow().target.creates => None,
        None if item.linked_id().is_none() => Some("engine.not_made_here"),
        Some(found) if found.void => Some("engine.void_there"),
        _ => None,
    }
}

/// Where another flow makes the document, the record goes on once that one's link is filled.
fn left_alone(active: &ActiveFlow, item: &Item, nothing: &'static str) -> Verdict {
    let verdict = Verdict::new(State::Skipped).because(Cause::new(nothing)).done(item.revision());
    match item.observed.is_none() && active.is_mirrored {
        true => verdict.awaiting(active.link_side(item.record_key())),
        false => verdict,
    }
}

/// The status that the document is to have: the flow's, else the one that it had before an open write took it back. What
/// people take back stays.
pub(super) fn wanted_status<'i>(active: &'i ActiveFlow, item: &'i Item) -> Option<&'i str> {
    let before = || item.agreed.as_ref().and_then(|agreed| agreed.status.as_deref());
    active.flow().target.status.as_deref().or_else(before)
}

fn steps(active: &ActiveFlow, item: &Item, waited: bool) -> Result<Vec<Step>, Refusal> {
    let flow = active.flow();
    let lines: Vec<DetailLines> =
        active.compiled.lists().iter().filter_map(|list| detail_lines(list, item)).collect();
    let agreed = item.agreed.as_ref().map(|agreed| &agreed.fields);
    let was_closed = item.agreed.as_ref().is_some_and(|agreed| agreed.closed).then_some(true);
    let is_trusted = agreed.is_some() && is_trusted(active, item.link.as_ref());
    if is_trusted {
        all_recognised(item, waited)?;
    }
    let mut changed = changed_fields(&item.document, agreed.filter(|_| is_trusted), item.observed.as_ref());
    changed = two_way::carried(active, item, changed);
    lines
        .iter()
        .filter(|lines| have_changed(lines))
        .for_each(|lines| note_changed(&mut changed, &lines.list));
    let ask = PlanAsk {
        connection: &active.target.connection,
        object: flow.target.object.as_str(),
        create: &item.create,
        mapped: &item.document,
        changed: &changed,
        observed: item.observed.as_ref(),
        status: wanted_status(active, item),
        void: item.void.as_deref(),
        agreed,
        lines: &lines,
        options: &flow.target.options,
        closed: item.closed.or(was_closed),
        derived: item.derived.as_ref().filter(|_| item.observed.is_none()),
        waited,
    };
    let is_create = item.observed.is_none() && item.derived.is_none();
    if is_create && flow.target.key.is_some() && item.key.is_empty() {
        let key = flow.target.key.as_deref().unwrap_or_default();
        return Err(Cause::new("engine.no_key_value").with("field", key).into());
    }
    active.target.connector.plan(&ask)
}

/// A detail list as it is to be planned; `None` where nothing tells its lines apart.
fn detail_lines(list: &DetailList, item: &Item) -> Option<DetailLines> {
    let lines = item.lines.iter().find(|lines| lines.list == list.list);
    (list.has_ids || list.key.is_some()).then(|| DetailLines {
        list: list.list.clone(),
        key: list.key.clone(),
        rows: lines.map(ItemLines::rows).unwrap_or_default(),
        gone: lines.map(ItemLines::gone).unwrap_or_default(),
        others: lines.map(|lines| lines.others.clone()).unwrap_or_default(),
    })
}

/// Writing on beside a row that cannot be recognised would double it. Perhaps it only does not show yet, so it is waited
/// before a person is asked.
fn all_recognised(item: &Item, waited: bool) -> Result<(), Refusal> {
    let unrecognised =
        |lines: &ItemLines| Some((lines.list.clone(), lines.unrecognised(item.agreed.as_ref())?.to_owned()));
    match item.lines.iter().find_map(unrecognised) {
        Some((list, line)) => {
            let cause = Cause::new("engine.line_unrecognised").with("list", list).with("line", line);
            let class = if waited { AnswerClass::Rejected } else { AnswerClass::Transient };
            Err(Refusal::new(class, cause))
        }
        None => Ok(()),
    }
}

/// Lines that come or go though what is written may read as before: one taken out and an equal one put in.
fn have_changed(lines: &DetailLines) -> bool {
    !lines.gone.is_empty() || lines.rows.iter().any(Option::is_none)
}

fn note_changed(changed: &mut Vec<String>, list: &str) {
    let field = list.split('.').next().unwrap_or(list);
    if !changed.iter().any(|known| known == field) {
        changed.push(field.to_owned());
    }
}

/// Whether the target is known to hold what was agreed. Once a write is open or was lost nobody knows, and only what
/// is observed tells what changed; an agreement that it is void says nothing of its fields.
fn is_trusted(active: &ActiveFlow, link: Option<&Link>) -> bool {
    let void = match &active.flow().void {
        Void::Do(transition) => Some(void_agreement(transition)),
        Void::Keep => None,
    };
    link.and_then(|link| link.agreed.mapped).is_some_and(|mapped| Some(mapped) != void)
}

/// What an agreement is known by that the target is void.
pub(super) fn void_agreement(transition: &str) -> Hash {
    Hash::of_text(&format!("void\u{1f}{transition}"))
}

/// Top-level fields that differ from the last agreement; without one, from what is observed; without that, all.
fn changed_fields(document: &Map, agreed: Option<&Map>, observed: Option<&Found>) -> Vec<String> {
    let before = agreed.or(observed.map(|found| &found.body));
    let differs = |name: &str, value: &Value| {
        let nothing = Value::Null;
        let before = before.map(|map| map.get(name).unwrap_or(&nothing));
        before.is_none_or(|before| Hash::of(before) != Hash::of(value))
    };
    document.iter().filter(|(name, value)| differs(name, value)).map(|(name, _)| name.to_owned()).collect()
}

/// The link as agreed on without any write.
fn agreed_as_observed(active: &ActiveFlow, item: &Item) -> Option<LinkChange> {
    let observed = item.observed.as_ref()?;
    let link = match &item.link {
        Some(link) => LinkRef::Known(link.id),
        None => link_of(active, item),
    };
    let fill = item.linked_id().is_none().then(|| (observed.id.clone(), observed.number.clone()));
    let lines = lines::settled(active, item, Some(observed));
    Some(LinkChange { link, fill, agreed: Some(agreed(active, item, Some(observed))), lines })
}

/// The link of the item's own side, to be reserved when there is none.
pub(super) fn link_of(active: &ActiveFlow, item: &Item) -> LinkRef {
    LinkRef::Of {
        source: item.record_key().clone(),
        target_connection: active.flow().target.connection.clone(),
        target_object: active.flow().target.object.clone(),
    }
}

/// What both sides agree on once the item is through.
pub(super) fn agreed(active: &ActiveFlow, item: &Item, read_back: Option<&Found>) -> Agreed {
    Agreed {
        mapped: item.agreement,
        target: read_back.map(|found| Hash::of_map(&projection(active, &found.body))),
        written_back: None,
        // Voiding writes no field: what was agreed before still tells which lines are ours.
        fields: agreement::settled(active, item, read_back),
        version: read_back.and_then(|found| found.version),
    }
}

/// Of what was read, only what the flow writes.
pub(crate) fn projection<'f>(active: &ActiveFlow, body: &'f Map<'_>) -> Map<'f> {
    body.iter()
        .filter(|(name, _)| active.compiled.writes(name))
        .map(|(name, value)| (name.into(), value.borrow()))
        .collect()
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    fn map(text: &str) -> Map<'static> {
        match json::read(text).unwrap().into_owned() {
            Value::Map(map) => map,
            _ => panic!("no map"),
        }
    }

    fn found(text: &str) -> Found {
        Found {
            id: "1".into(),
            number: None,
            name: None,
            version: None,
            status: None,
            void: false,
            body: map(text),
            closed: None,
        }
    }

    #[test]
    fn only_what_differs_from_the_last_agreement_is_sent() {
        let document = map(r#"{"FName":"桥梁公司","FTEL":"0755","FTaxRate":13.0}"#);
        let agreed = map(r#"{"FName":"桥梁","FTEL":"0755","FTaxRate":13}"#);
        assert_eq!(changed_fields(&document, Some(&agreed), None), ["FName"]);
    }

    #[test]
    fn without_an_agreement_what_is_observed_counts_and_without_that_everything() {
        let document = map(r#"{"FName":"桥梁公司","FTEL":""}"#);
        let observed = found(r#"{"FName":"桥梁公司 ","FTEL":" "}"#);
        assert_eq!(changed_fields(&document, None, Some(&observed)), ["FName"]);
        assert_eq!(changed_fields(&document, None, None), ["FName", "FTEL"]);
    }
}
