//! What the links keep of both sides, once a record is through, was an echo, or ended otherwise.

use std::collections::BTreeSet;

use contract::connector::Found;
use contract::store::{LinkChange, LinkRef, StoreError};
use model::Value;
use model::link::{Agreed, Link};

use super::made_of::is_made_of;
use super::rule::Ruling;
use super::sides::{self, BEFORE, Sides, alike};
use super::{TwoWay, back_side};
use crate::delivery::item::Item;
use crate::seams::Seams;
use crate::setup::{ActiveFlow, Twin};

/// What the link keeps of both sides once the item is through, or as it was where nothing was weighed.
pub(in crate::delivery) fn settled(
    active: &ActiveFlow,
    item: &Item,
    read_back: Option<&Found>,
) -> Option<Value<'static>> {
    let twins = active.twins.as_ref()?;
    let nothing = TwoWay::default();
    let two_way = item.two_way.as_ref().unwrap_or(&nothing);
    let mut sides = two_way.own.with_later(&two_way.other).settled();
    let turn = two_way.own.last_turn().max(two_way.other.last_turn()) + 1;
    let of_record = |name: &String| item.record.get(name).cloned().unwrap_or_default().into_owned();
    for (place, twin) in twins.fields.iter().enumerate() {
        // A document that was made in this round holds all that was mapped.
        let ruling = two_way.rulings.get(place).unwrap_or(&Ruling::Carry);
        let carries = matches!(ruling, Ruling::Carry | Ruling::Agree);
        if carries || matches!(ruling, Ruling::Yield) {
            for name in &twin.here {
                sides.here.insert(name.clone(), (turn, of_record(name)));
            }
        }
        for name in &twin.here {
            match ruling {
                Ruling::Yield => sides.owed.insert(name.clone(), turn),
                _ if carries => sides.owed.remove(name),
                _ => None,
            };
        }
        if carries {
            for name in &twin.with {
                sides.here.insert(name.clone(), (turn, of_record(name)));
            }
            let held = |found: Option<&Found>| Some(found?.body.get(&twin.there)?.clone().into_owned());
            let written = item.document.get(&twin.there).cloned().or_else(|| held(item.observed.as_ref()));
            // What stands there and was not made of what was written has been edited in between: that is still to be
            // carried back.
            let is_ours = |read: &Value| written.as_ref().is_none_or(|written| is_made_of(read, written));
            let there = held(read_back).filter(is_ours).or(written).unwrap_or_default();
            sides.there.insert(twin.there.clone(), (turn, there));
        }
        if !carries {
            // From before both sides were kept, or from a write that nobody heard of: what it was to bring is what the
            // target held then.
            for name in &twin.here {
                sides.here.entry(name.clone()).or_insert_with(|| (turn, of_record(name)));
            }
            let before = item.agreed.as_ref().and_then(|agreed| agreed.fields.get(&twin.there));
            if let Some(before) = before {
                sides.there.entry(twin.there.clone()).or_insert_with(|| (turn, before.clone()));
            }
        }
        if let Some(held) = sides.there.get_mut(&twin.there).filter(|held| held.0 == BEFORE) {
            held.0 = turn;
        }
        if matches!(ruling, Ruling::Leave) {
            sides.see(twin, item.observed.as_ref());
        } else {
            sides.seen.remove(&twin.there);
        }
        if matches!(ruling, Ruling::Carry) {
            let turns = two_way.turns.get(place).copied().unwrap_or_default();
            let at = item.steps_taken.last().map_or(item.started, |step| step.at);
            sides.wrote(twin, turn, at, turns, of_record(&twin.here[0]));
        }
    }
    Some(sides.write())
}

/// What the link keeps of both sides while nothing of this round is settled.
pub(in crate::delivery) fn as_it_was(active: &ActiveFlow, item: &Item) -> Option<Value<'static>> {
    let (twins, two_way) = active.twins.as_ref().zip(item.two_way.as_ref())?;
    let mut sides = two_way.own.clone();
    for (twin, ruling) in twins.fields.iter().zip(&two_way.rulings) {
        let Some(observed) = item.observed.as_ref().filter(|_| matches!(ruling, Ruling::Carry)) else {
            continue;
        };
        let before = observed.body.get(&twin.there).cloned().unwrap_or_default();
        if twin.here.iter().any(|name| two_way.here(name).is_none()) {
            sides.first.insert(twin.there.clone());
        }
        if two_way.there(&twin.there).is_none() {
            sides.there.insert(twin.there.clone(), (BEFORE, before.into_owned()));
        }
    }
    Some(sides.write())
}

/// The link with what it keeps of both sides changed, and nothing else.
pub(super) fn noted(item: &Item, sides: &Sides) -> Option<LinkChange> {
    let fields = item.link.as_ref()?.agreed.fields.as_deref();
    noted_as(item, sides::with(fields, std::iter::empty(), sides.write()))
}

fn noted_as(item: &Item, fields: String) -> Option<LinkChange> {
    let agreed = Some(Agreed { fields: Some(fields), ..Agreed::default() });
    Some(LinkChange { link: LinkRef::Known(item.link.as_ref()?.id), fill: None, agreed, lines: Vec::new() })
}

/// By which a person's word that the source is right in all is known to be about how both sides stand now.
pub(crate) fn turn_of(link: &Link) -> String {
    Sides::of(Some(link)).last_turn().to_string()
}

/// What the link learns of an echo: what the flow the other way and this one agree on by now.
pub(in crate::delivery) fn heard(active: &ActiveFlow, item: &Item) -> Option<LinkChange> {
    let (twins, two_way) = active.twins.as_ref().zip(item.two_way.as_ref())?;
    let both = two_way.own.with_later(&two_way.other);
    let fields = item.link.as_ref()?.agreed.fields.as_deref()?;
    let is_new = |twin: &&Twin| both.there.get(&twin.there) != two_way.own.there.get(&twin.there);
    let heard: Vec<_> = twins.fields.iter().filter(is_new).collect();
    if heard.is_empty() && both == two_way.own {
        return None;
    }
    let held = heard.iter().filter_map(|twin| Some((&*twin.there, &both.there.get(&twin.there)?.1)));
    noted_as(item, sides::with(Some(fields), held, both.write()))
}

/// The twins of a document that stand as both sides last agreed, by whichever flow.
pub(crate) async fn twins_at_rest(
    seams: &Seams,
    active: &ActiveFlow,
    link: &Link,
    found: &Found,
) -> Result<BTreeSet<String>, StoreError> {
    let Some(twins) = &active.twins else { return Ok(BTreeSet::new()) };
    let back = seams.links_of(&[back_side(active, &found.id)]).await?;
    let two_way = TwoWay {
        own: Sides::of(Some(link)),
        other: Sides::of(back.into_iter().flatten().next().as_ref()),
        ..TwoWay::default()
    };
    let rests = |twin: &&Twin| {
        let now = found.body.get(&twin.there).unwrap_or(&Value::Null);
        two_way.there(&twin.there).is_some_and(|before| alike(now, before))
    };
    Ok(twins.fields.iter().filter(rests).map(|twin| twin.there.clone()).collect())
}
