//! Fields about which a person is asked: both values side by side with what was last agreed on, and what was chosen.

use contract::store::{Choice, StoreError, Take};
use model::link::Link;
use model::task::{State, Task};
use model::{Cause, Hash, Value, json};

use super::kept::noted;
use super::rule::Ruling;
use super::sides::{Question, Sides};
use super::{CONFLICT, DECIDED_ELSEWHERE, TwoWay, UNDECIDED};
use crate::connection::{is_personal, masked};
use crate::delivery::item::{Item, Verdict};
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Twin};

/// One field that was edited on both sides, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The target's field.
    pub field: String,
    /// What the source says, as it would be written.
    pub here: String,
    /// What the target holds.
    pub there: String,
    /// What the target held when both last agreed.
    pub agreed: String,
    /// By which a choice is known to be about these values.
    pub of: String,
}

/// What a person is asked about a record, as its link keeps it; empty where nothing is asked.
pub(crate) fn asked_of(active: &ActiveFlow, link: &Link) -> Vec<Asked> {
    let sides = Sides::of(Some(link));
    let told = |(field, asked): (&String, &Question)| Asked {
        field: field.clone(),
        here: shown(active, field, &asked.here),
        there: shown(active, field, &asked.there),
        agreed: shown(active, field, &asked.agreed),
        of: key_of(asked),
    };
    sides.asked.iter().map(told).collect()
}

/// A value as it may be stored in a cause and shown: of personal fields nothing.
pub(super) fn shown(active: &ActiveFlow, field: &str, value: &Value) -> String {
    let personal = active.target.object(active.flow().target.object.as_str()).personal;
    match value {
        value if value.is_blank() => String::new(),
        _ if is_personal(field, &personal) => "***".to_owned(),
        value => {
            let text = value.plain().map_or_else(|| json::write(value), |text| text.into_owned());
            masked(text.as_bytes(), &[], &personal)
        }
    }
}

/// Ends what a person must decide and has not; what was chosen goes on as chosen.
pub(super) async fn decide(
    seams: &Seams,
    active: &ActiveFlow,
    items: &mut [Item<'_>],
    deciding: &[usize],
    others: &[Option<Task>],
) -> Result<(), StoreError> {
    let asks = |item: &Item| item.goes_on() && item.two_way.as_ref().is_some_and(TwoWay::asks);
    let asking: Vec<(usize, &Option<Task>)> =
        deciding.iter().copied().zip(others).filter(|(at, _)| asks(&items[*at])).collect();
    if asking.is_empty() {
        return Ok(());
    }
    let tasks: Vec<_> = asking.iter().map(|(at, _)| items[*at].due.task.id).collect();
    let chosen = seams.store.choices(&tasks).await?;
    for (at, other) in asking {
        let item = &mut items[at];
        let of_item: Vec<&Choice> = chosen.iter().filter(|choice| choice.task == item.due.task.id).collect();
        let open = take(active, item, &of_item);
        if !open.is_empty() {
            end(seams, active, item, &open, other.as_ref());
        }
    }
    Ok(())
}

/// Does as was chosen; the fields that are open still.
fn take<'a>(active: &'a ActiveFlow, item: &mut Item, chosen: &[&Choice]) -> Vec<&'a Twin> {
    let twins = active.twins.as_ref().map(|twins| &*twins.fields).unwrap_or_default();
    let mut open = Vec::new();
    for (place, twin) in twins.iter().enumerate() {
        let is_asked =
            item.two_way.as_ref().is_some_and(|two_way| two_way.rulings.get(place) == Some(&Ruling::Ask));
        if !is_asked {
            continue;
        }
        let key = key_of(&question(item, twin));
        let choice = chosen.iter().find(|choice| choice.field == twin.there && choice.of == key);
        match (choice, &mut item.two_way) {
            (Some(choice), Some(two_way)) => {
                two_way.rulings[place] = match choice.take {
                    Take::Source => Ruling::Carry,
                    Take::Target => Ruling::Yield,
                };
            }
            _ => open.push(twin),
        }
    }
    open
}

fn question(item: &Item, twin: &Twin) -> Question {
    let owned = |value: Option<&Value>| value.cloned().unwrap_or_default().into_owned();
    let observed = item.observed.as_ref().and_then(|observed| observed.body.get(&twin.there));
    let agreed = item.two_way.as_ref().and_then(|two_way| two_way.there(&twin.there));
    Question { here: owned(item.document.get(&twin.there)), there: owned(observed), agreed: owned(agreed) }
}

/// A choice is about these values and no others.
fn key_of(asked: &Question) -> String {
    let values = [&asked.here, &asked.there, &asked.agreed].map(|value| Hash::of(value).to_string());
    Hash::of_text(&values.join("\u{1f}")).to_string()
}

fn end(seams: &Seams, active: &ActiveFlow, item: &mut Item, open: &[&Twin], other: Option<&Task>) {
    let now = seams.clock.now();
    let asks_already = |task: &Task| {
        task.state == State::Failed && task.cause.as_ref().is_some_and(|cause| cause.code == CONFLICT)
    };
    if let Some(task) = other.filter(|task| asks_already(task)) {
        let cause = Cause::new(DECIDED_ELSEWHERE).with("flow", &task.flow).with("task", task.id);
        return item.end(Verdict::put_back(now + UNDECIDED, item.due.task.tries, cause));
    }
    let fields: Vec<&str> = open.iter().map(|twin| &*twin.there).collect();
    let told = |twin: &&Twin| {
        let asked = question(item, twin);
        let shown = |value| shown(active, &twin.there, value);
        format!("{}: {} ↔ {} ({})", twin.there, shown(&asked.here), shown(&asked.there), shown(&asked.agreed))
    };
    let cause = Cause::new(CONFLICT)
        .with("field", fields.join(", "))
        .with("values", open.iter().map(told).collect::<Vec<_>>().join("; "))
        .with("task", item.due.task.id);
    let mut sides = item.two_way.as_ref().map(|two_way| two_way.own.clone()).unwrap_or_default();
    sides.asked = open.iter().map(|twin| (twin.there.clone(), question(item, twin))).collect();
    let link = noted(item, &sides);
    item.note("two_way", now, Some(cause.clone()), json::write(&Value::text(fields.join(", "))));
    item.end(Verdict { link, ..Verdict::new(State::Failed).because(cause) });
}

impl TwoWay {
    fn asks(&self) -> bool {
        self.rulings.contains(&Ruling::Ask)
    }
}
