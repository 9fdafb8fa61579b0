//! What both sides held when a flow was last through, as its link keeps it beside the agreed fields.
//!
//! Each value carries the turn in which it was agreed on, counted over both links of a pair: of two, the later one counts.

use std::collections::{BTreeMap, BTreeSet};

use contract::connector::Found;
use model::link::Link;
use model::{Hash, Map, Timestamp, Value, json};

use crate::delivery::read_back::holds;
use crate::setup::Twin;

/// The member of the link's text that holds it; no target field is called so.
pub(in crate::delivery) const SIDES: &str = "$sides";

/// The turn of what stood at the target before a first write: nothing was agreed on yet.
pub(super) const BEFORE: i64 = 0;

/// A value and the turn in which it was agreed on.
pub(super) type Held = (i64, Value<'static>);

/// Both sides, by top-level fields: here the source, there the target of the link's own flow.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sides {
    pub here: BTreeMap<String, Held>,
    pub there: BTreeMap<String, Held>,
    /// What was seen edited at the target and left to the flow the other way, with the target's version then: our own
    /// writes of other fields move that version.
    pub seen: BTreeMap<String, (Value<'static>, i64)>,
    /// The last write of each field of the target.
    pub writes: BTreeMap<String, Write>,
    /// What a person was asked, by field of the target.
    pub asked: BTreeMap<String, Question>,
    /// Fields of a first write that is not settled: of what went out nobody knows whether it was carried out.
    pub first: BTreeSet<String>,
    /// Fields of the source that yielded to the target, with the turn: the flow the other way is to carry them.
    pub owed: BTreeMap<String, i64>,
    /// The revision at which writing to and fro was stopped.
    pub stopped: Option<i64>,
}

/// A write of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Write {
    pub turn: i64,
    pub at: Timestamp,
    /// How many writes to and fro without an edit it ends.
    pub turns: u32,
    /// What the source held.
    pub here: Value<'static>,
}

/// A field that was edited on both sides: what a write would bring, what is there, and what both last agreed on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub here: Value<'static>,
    pub there: Value<'static>,
    pub agreed: Value<'static>,
}

/// Whether two values that were read say the same.
pub(super) fn alike(one: &Value, other: &Value) -> bool {
    one.is_blank() && other.is_blank()
        || Hash::of(one) == Hash::of(other)
        || holds(one, other) && holds(other, one)
}

/// The one of the later turn.
pub(super) fn later<'v>(one: Option<&'v Held>, other: Option<&'v Held>) -> Option<&'v Value<'static>> {
    let held = match (one, other) {
        (Some(one), Some(other)) => Some(if one.0 >= other.0 { one } else { other }),
        (one, other) => one.or(other),
    };
    held.map(|(_, value)| value)
}

impl Sides {
    pub fn of(link: Option<&Link>) -> Sides {
        let read = |text: &str| json::read(text).ok().map(Value::into_owned);
        let fields = link.and_then(|link| read(link.agreed.fields.as_deref()?));
        fields.as_ref().and_then(|fields| fields.get(SIDES)).map(Sides::read).unwrap_or_default()
    }

    fn read(kept: &Value<'static>) -> Sides {
        Sides {
            here: members(kept, "here", held),
            there: members(kept, "there", held),
            seen: members(kept, "seen", |value| {
                let (version, seen) = held(value)?;
                Some((seen, version))
            }),
            writes: members(kept, "writes", |value| {
                let list = value.as_list()?;
                Some(Write {
                    turn: whole(list.first()?)?,
                    at: Timestamp(whole(list.get(1)?)?),
                    turns: u32::try_from(whole(list.get(2)?)?).ok()?,
                    here: list.get(3)?.clone(),
                })
            }),
            asked: members(kept, "asked", |value| {
                let list = value.as_list()?;
                let at = |place: usize| list.get(place).cloned();
                Some(Question { here: at(0)?, there: at(1)?, agreed: at(2)? })
            }),
            first: members(kept, "first", |_| Some(())).into_keys().collect(),
            owed: members(kept, "owed", whole),
            stopped: kept.get("stopped").and_then(whole),
        }
    }

    pub fn write(&self) -> Value<'static> {
        let pair = |number: i64, value: &Value<'static>| Value::List(vec![number.into(), value.clone()]);
        let mut kept = Map::new();
        put(&mut kept, "here", &self.here, |(turn, value)| pair(*turn, value));
        put(&mut kept, "there", &self.there, |(turn, value)| pair(*turn, value));
        put(&mut kept, "seen", &self.seen, |(value, version)| pair(*version, value));
        put(&mut kept, "writes", &self.writes, |write| {
            let numbers = [write.turn, write.at.0, i64::from(write.turns)].map(Value::from);
            Value::List(numbers.into_iter().chain([write.here.clone()]).collect())
        });
        put(&mut kept, "asked", &self.asked, |asked| {
            Value::List(vec![asked.here.clone(), asked.there.clone(), asked.agreed.clone()])
        });
        if !self.first.is_empty() {
            let first: Map =
                self.first.iter().map(|field| (field.clone().into(), Value::Bool(true))).collect();
            kept.push("first", first);
        }
        put(&mut kept, "owed", &self.owed, |turn| Value::from(*turn));
        if let Some(revision) = self.stopped {
            kept.push("stopped", revision);
        }
        Value::Map(kept)
    }

    /// The same once a round went through: nothing is asked any more, and nothing is stopped.
    pub fn settled(&self) -> Sides {
        Sides { asked: BTreeMap::new(), first: BTreeSet::new(), stopped: None, ..self.clone() }
    }

    /// The same with what the link of the flow the other way knows better.
    pub fn with_later(&self, other: &Sides) -> Sides {
        let mut both = self.clone();
        for (mine, theirs) in [(&mut both.here, &other.there), (&mut both.there, &other.here)] {
            for (field, held) in theirs {
                if mine.get(field).is_none_or(|known| known.0 < held.0) {
                    mine.insert(field.clone(), held.clone());
                }
            }
        }
        both
    }

    pub fn last_turn(&self) -> i64 {
        let held = self.here.values().chain(self.there.values()).map(|(turn, _)| *turn);
        held.max().unwrap_or_default()
    }

    /// Keeps what stands at the target of a field that is left to the flow the other way, as it was first seen.
    pub fn see(&mut self, twin: &Twin, observed: Option<&Found>) {
        let Some((value, version)) =
            observed.and_then(|found| Some((found.body.get(&twin.there)?, found.version?)))
        else {
            return;
        };
        if self.seen.get(&twin.there).is_none_or(|(seen, _)| !alike(seen, value)) {
            self.seen.insert(twin.there.clone(), (value.clone().into_owned(), version));
        }
    }

    pub fn wrote(&mut self, twin: &Twin, turn: i64, at: Timestamp, turns: u32, here: Value<'static>) {
        self.writes.insert(twin.there.clone(), Write { turn, at, turns, here });
    }
}

/// The agreed fields of a link with what the target holds of some, and what is kept of both sides in its place.
pub(super) fn with<'h>(
    fields: Option<&str>,
    held: impl IntoIterator<Item = (&'h str, &'h Value<'static>)>,
    sides: Value<'static>,
) -> String {
    let read = fields.and_then(|text| json::read(text).ok().map(Value::into_owned));
    let mut fields = match read {
        Some(Value::Map(fields)) => fields,
        _ => Map::new(),
    };
    for (field, held) in held {
        fields.set(field.to_owned(), held.clone());
    }
    fields.set(SIDES, sides);
    json::write(&Value::Map(fields))
}

fn held(value: &Value<'static>) -> Option<Held> {
    let list = value.as_list()?;
    Some((whole(list.first()?)?, list.get(1)?.clone()))
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        _ => None,
    }
}

fn members<T>(
    kept: &Value<'static>,
    name: &str,
    read: impl Fn(&Value<'static>) -> Option<T>,
) -> BTreeMap<String, T> {
    let members = kept.get(name).and_then(Value::as_map).into_iter().flat_map(Map::iter);
    members.filter_map(|(field, value)| Some((field.to_owned(), read(value)?))).collect()
}

fn put<T>(
    kept: &mut Map<'static>,
    name: &'static str,
    members: &BTreeMap<String, T>,
    write: impl Fn(&T) -> Value<'static>,
) {
    if !members.is_empty() {
        let members: Map =
            members.iter().map(|(field, value)| (field.clone().into(), write(value))).collect();
        kept.push(name, members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_both_sides_is_read_as_it_was_written() {
        let text = r#"{"FName":"桥梁公司","$sides":{"here":{"name":[3,"桥梁"]},"there":{"FName":[3,"桥梁公司"]},
            "seen":{"FTEL":[1780275600000,"0755"]},"writes":{"FName":[3,1780275600001,2,"桥"]},
            "asked":{"FRate":[13.50,"14",13]},"first":{"FTEL":true},"owed":{"name":3},"stopped":7}}"#;
        let Ok(Value::Map(fields)) = json::read(text).map(Value::into_owned) else { panic!("no map") };
        let sides = Sides::read(fields.get(SIDES).unwrap());
        assert_eq!(sides.here["name"], (3, Value::text("桥梁")));
        assert_eq!((sides.last_turn(), sides.writes["FName"].turns, sides.stopped), (3, 2, Some(7)));
        assert_eq!(Sides::read(&sides.write()), sides);
        let again = with(Some(text), [("FTEL", &Value::text("0755"))], sides.settled().write());
        assert!(
            !again.contains("asked")
                && !again.contains("stopped")
                && again.contains("桥梁公司")
                && again.contains("FTEL"),
            "{again}"
        );
    }

    #[test]
    fn of_two_turns_the_later_counts_and_of_one_turn_the_flows_own() {
        let held = |turn, text: &'static str| Some((turn, Value::text(text)));
        for (one, other, expected) in [
            (held(2, "旧"), held(3, "新"), Some("新")),
            (held(3, "甲"), held(3, "乙"), Some("甲")),
            (None, held(1, "乙"), Some("乙")),
            (None, None, None),
        ] {
            let found = later(one.as_ref(), other.as_ref());
            assert_eq!(found.and_then(|value| value.as_text().map(str::to_owned)).as_deref(), expected);
        }
    }
}
