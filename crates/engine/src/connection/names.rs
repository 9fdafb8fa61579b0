//! The names of a system's people and departments, for causes that name somebody; each is asked for once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::connector::PeopleAsk;
use model::binding::Kind;

use super::{Admission, Line};

/// Names as far as they were asked for, by kind and id; `None` for who has none that could be told.
#[derive(Default)]
pub(super) struct Names(Mutex<BTreeMap<(Kind, String), Option<String>>>);

impl Names {
    fn known(&self) -> MutexGuard<'_, BTreeMap<(Kind, String), Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Asks the system for the names of those who were not asked for before. That it cannot tell them is no failure of
    /// anything: then they are known by their ids.
    pub async fn learn_names(&self, kind: Kind, ids: &[String]) {
        let is_new = |id: &&String| !self.names.known().contains_key(&(kind, (*id).clone()));
        let ids: Vec<String> = ids.iter().filter(is_new).cloned().collect();
        let is_free = matches!(self.breaker.admission(self.seams.clock.now()), Admission::Free);
        if ids.is_empty() || !is_free {
            return;
        }
        let ask = PeopleAsk { kind, ids: Some(&ids) };
        let Ok(people) = self.connector.people(&self.wire(""), &ask).await else { return };
        let mut known = self.names.known();
        for id in ids {
            let person = people.iter().find(|person| person.id == id || person.number.as_ref() == Some(&id));
            known
                .insert((kind, id), person.map(|person| person.name.clone()).filter(|name| !name.is_empty()));
        }
    }

    /// `王强(1000)`, or the id alone.
    pub fn told(&self, kind: Kind, id: &str) -> String {
        match self.names.known().get(&(kind, id.to_owned())) {
            Some(Some(name)) => format!("{name}({id})"),
            _ => id.to_owned(),
        }
    }
}
