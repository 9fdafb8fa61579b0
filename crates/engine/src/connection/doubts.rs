//! Documents that were sent lately and may not show yet: that a look finds nothing says nothing of them until the system's
//! settle window has passed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{TaskId, Timestamp};

use super::claims::named;

/// Fields and their values, by which a document is known before its id is.
pub(crate) type Key = Vec<(String, String)>;

/// What was sent to a system by flows and by callers, by object and key. They belong to a connection by its name, as
/// claims do, and are in memory: what flows sent is found again by its intent, what callers sent is forgotten with the
/// process.
#[derive(Clone, Default)]
pub(crate) struct Doubts(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    doubts: BTreeMap<String, Doubt>,
    /// Under which name the document is known that a task derived and has not brought on yet.
    unfinished: BTreeMap<TaskId, String>,
    /// When which of them ends, in the order in which they came.
    ends: VecDeque<(Timestamp, String)>,
}

#[derive(Clone)]
struct Doubt {
    sent: Sent,
    whose: Whose,
    until: Timestamp,
}

/// What is known of a create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Nothing: it may have been carried out.
    Unanswered,
    /// It made the document with this id.
    Made(String),
}

/// Who sent a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Caller,
    Task(TaskId),
}

impl Doubts {
    /// Notes a create under all its keys, in place of what was known there.
    pub fn note(&self, object: &str, keys: &[Key], doubt: (Sent, Whose), until: Timestamp, now: Timestamp) {
        let (sent, whose) = doubt;
        let mut book = self.book(now);
        for key in keys {
            book.put(named(object, key), Doubt { sent: sent.clone(), whose, until });
        }
    }

    /// Notes, before it goes out, that a create of a caller may be lost on its way; what is known under a key stays.
    pub fn expect(&self, object: &str, keys: &[Key], until: Timestamp, now: Timestamp) {
        let mut book = self.book(now);
        for name in keys.iter().map(|key| named(object, key)) {
            if book.at(&name, now).is_none() {
                book.put(name, Doubt { sent: Sent::Unanswered, whose: Whose::Caller, until });
            }
        }
    }

    /// Notes that a task derived a document which it has not brought on yet: until then it holds more of its parent than it
    /// is to, and a system has nothing left for others. [`Doubts::finish`] ends it, or the time.
    pub fn leave_unfinished(&self, object: &str, key: &Key, task: TaskId, until: Timestamp, now: Timestamp) {
        let name = named(object, key);
        let mut book = self.book(now);
        book.put(name.clone(), Doubt { sent: Sent::Unanswered, whose: Whose::Task(task), until });
        book.unfinished.insert(task, name);
    }

    /// The task has come to rest: what it derived holds what it is to hold, or will not.
    pub fn finish(&self, task: TaskId, now: Timestamp) {
        let mut book = self.book(now);
        let Some(name) = book.unfinished.remove(&task) else { return };
        if book.doubts.get(&name).is_some_and(|doubt| doubt.whose == Whose::Task(task)) {
            book.doubts.remove(&name);
        }
    }

    /// Takes back what [`Doubts::expect`] noted: nothing was written.
    pub fn forget(&self, object: &str, keys: &[Key], now: Timestamp) {
        let mut book = self.book(now);
        for name in keys.iter().map(|key| named(object, key)) {
            let is_expected = |doubt: &Doubt| doubt.sent == Sent::Unanswered && doubt.whose == Whose::Caller;
            if book.doubts.get(&name).is_some_and(is_expected) {
                book.doubts.remove(&name);
            }
        }
    }

    /// Whether anybody but this one sent a create with one of these keys of which nothing is known.
    pub fn is_unanswered(&self, object: &str, keys: &[Key], except: Whose, now: Timestamp) -> bool {
        let book = self.book(now);
        let is_open = |doubt: &Doubt| {
            let is_own = doubt.whose == except && except != Whose::Caller;
            doubt.sent == Sent::Unanswered && !is_own
        };
        keys.iter().any(|key| book.at(&named(object, key), now).is_some_and(is_open))
    }

    /// The document that was made with that key, and by whom.
    pub fn made(&self, object: &str, key: &Key, now: Timestamp) -> Option<(String, Whose)> {
        let book = self.book(now);
        match book.at(&named(object, key), now)? {
            Doubt { sent: Sent::Made(id), whose, .. } => Some((id.clone(), *whose)),
            _ => None,
        }
    }

    /// Without what has ended.
    fn book(&self, now: Timestamp) -> MutexGuard<'_, Book> {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while book.ends.front().is_some_and(|(until, _)| *until <= now) {
            let ended = book.ends.pop_front();
            if let Some((_, name)) = ended
                && book.at(&name, now).is_none()
            {
                book.doubts.remove(&name);
                book.unfinished.retain(|_, unfinished| *unfinished != name);
            }
        }
        book
    }
}

impl Book {
    fn put(&mut self, name: String, doubt: Doubt) {
        self.ends.push_back((doubt.until, name.clone()));
        self.doubts.insert(name, doubt);
    }

    fn at(&self, name: &str, now: Timestamp) -> Option<&Doubt> {
        self.doubts.get(name).filter(|doubt| doubt.until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(values: &[&str]) -> Vec<Key> {
        values.iter().map(|value| vec![("FBillNo".into(), (*value).into())]).collect()
    }

    #[test]
    fn a_create_is_in_doubt_for_all_but_its_own_task_until_it_must_show() {
        let doubts = Doubts::default();
        let (begun, ended) = (Timestamp(0), Timestamp(10));
        let task = Whose::Task(TaskId(7));
        doubts.note("SAL_SaleOrder", &keys(&["销-1"]), (Sent::Unanswered, task), ended, begun);
        let asked = keys(&["销-0", "销-1"]);
        let open = |whose, now| doubts.is_unanswered("SAL_SaleOrder", &asked, whose, Timestamp(now));
        assert!(open(Whose::Caller, 9) && open(Whose::Task(TaskId(8)), 9));
        assert!(!open(task, 9), "it was looked for by itself");
        assert!(!doubts.is_unanswered("BD_Customer", &asked, Whose::Caller, begun), "another object");
        assert!(!open(Whose::Caller, 10));
        assert!(doubts.0.lock().unwrap().doubts.is_empty(), "and it is forgotten");
    }

    #[test]
    fn what_a_task_derived_is_in_doubt_for_its_siblings_until_the_task_rests_or_the_time_is_up() {
        let doubts = Doubts::default();
        let parent = keys(&["销-1"]);
        let waits = |task, now| {
            doubts.is_unanswered("SAL_OUTSTOCK", &parent, Whose::Task(TaskId(task)), Timestamp(now))
        };
        let leave =
            || doubts.leave_unfinished("SAL_OUTSTOCK", &parent[0], TaskId(7), Timestamp(10), Timestamp(0));
        leave();
        assert!(waits(8, 9) && !waits(7, 9) && !waits(8, 10));
        assert!(doubts.0.lock().unwrap().unfinished.is_empty(), "and it is forgotten");
        leave();
        doubts.finish(TaskId(8), Timestamp(1));
        assert!(waits(8, 1), "another task rests");
        doubts.finish(TaskId(7), Timestamp(1));
        assert!(!waits(8, 1));
    }

    #[test]
    fn what_was_made_is_known_by_its_id_and_outlives_a_create_that_was_refused() {
        let doubts = Doubts::default();
        let (begun, ended) = (Timestamp(0), Timestamp(10));
        let made = (Sent::Made("100".into()), Whose::Caller);
        doubts.note("SAL_SaleOrder", &keys(&["销-1"]), made, ended, begun);
        let both = keys(&["销-1", "销-2"]);
        doubts.expect("SAL_SaleOrder", &both, ended, begun);
        assert!(doubts.is_unanswered("SAL_SaleOrder", &both, Whose::Caller, begun), "a caller's own too");
        doubts.forget("SAL_SaleOrder", &both, begun);
        assert!(!doubts.is_unanswered("SAL_SaleOrder", &both, Whose::Caller, begun));
        let known = |value: &str| doubts.made("SAL_SaleOrder", &keys(&[value])[0], Timestamp(9));
        assert_eq!((known("销-1"), known("销-2")), (Some(("100".into(), Whose::Caller)), None));
    }
}
