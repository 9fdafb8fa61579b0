//! The names of a system's people and departments, for causes that name somebody; each is asked for once. A system that
//! did not tell is asked again after a while.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contract::connector::{PeopleAsk, Person};
use model::Timestamp;
use model::attempt::CallRecord;
use model::binding::Kind;

use super::{Admission, Line};

/// How long a system that refused is left alone; a name is only for the reader's ease.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

#[derive(Default)]
pub(super) struct Names(Mutex<Asked>);

#[derive(Default)]
struct Asked {
    /// As far as they were asked for, by kind and id; `None` for who has none that could be told.
    names: BTreeMap<(Kind, String), Option<String>>,
    /// Before that time nobody of the kind is asked for: the system refused.
    not_before: BTreeMap<Kind, Timestamp>,
}

impl Names {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of them to be asked for now.
    fn unknown(&self, kind: Kind, ids: &[String], now: Timestamp) -> Vec<String> {
        let asked = self.asked();
        if asked.not_before.get(&kind).is_some_and(|until| now < *until) {
            return Vec::new();
        }
        ids.iter().filter(|id| !asked.names.contains_key(&(kind, (*id).clone()))).cloned().collect()
    }
}

impl Line {
    /// Asks the system for the names of those who were not asked for before. That it cannot tell them is no failure of
    /// any record: then they are known by their ids. Gives the calls made.
    pub async fn learn_names(&self, kind: Kind, ids: &[String]) -> Vec<CallRecord> {
        let now = self.seams.clock.now();
        let ids = self.names.unknown(kind, ids, now);
        if ids.is_empty() || self.breaker.admission(now) != Admission::Free {
            return Vec::new();
        }
        let wire = self.wire("");
        let people = self.connector.people(&wire, &PeopleAsk { kind, ids: Some(&ids) }).await;
        self.went(&people);
        let mut asked = self.names.asked();
        match people {
            Ok(people) => {
                let is =
                    |person: &&Person, id: &String| person.id == *id || person.number.as_ref() == Some(id);
                let name =
                    |id: &String| people.iter().find(|person| is(person, id)).map(|one| one.name.clone());
                let names = ids.into_iter().map(|id| (name(&id).filter(|name| !name.is_empty()), id));
                asked.names.extend(names.map(|(name, id)| ((kind, id), name)));
            }
            Err(_) => {
                asked.not_before.insert(kind, self.seams.clock.now() + AFTER_REFUSAL);
            }
        }
        wire.take_calls()
    }

    /// `王强(1000)`, or the id alone.
    pub fn told(&self, kind: Kind, id: &str) -> String {
        match self.names.asked().names.get(&(kind, id.to_owned())) {
            Some(Some(name)) => format!("{name}({id})"),
            _ => id.to_owned(),
        }
    }
}
