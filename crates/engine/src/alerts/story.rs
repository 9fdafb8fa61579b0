//! The story of one record for its owner, who has a link to it and no account: what happened, why, what to do, and when.
//! No values of fields, no calls, and nothing to be done there.

mod link;

use std::collections::BTreeMap;

use contract::store::{AttemptLine, StoreError, Story, StoryTask};
use jiff::tz::TimeZone;
use model::{Catalogue, Lang, RecordId, Timestamp};

use self::link::{Read, Signer};

use crate::seams::Seams;
use crate::setup::Setup;

/// Most tries at one task that are told.
const TRIES: usize = 10;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    Page(Page),
    /// It was one of ours, and is too old.
    Expired,
    /// It is none of ours, or its record is gone.
    Unknown,
}

/// The story, in the language and the zone of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub lang: Lang,
    /// The record at its source, and what stands for it elsewhere.
    pub sides: Vec<Side>,
    pub tasks: Vec<Task>,
    /// When the link ends.
    pub until: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Connection and object.
    pub place: String,
    /// The number people know it by, else its id; empty while there is none.
    pub number: String,
}

/// What one flow made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub flow: String,
    /// What was to be done: a record of one flow may be brought over, and its outcome written back.
    pub kind: &'static str,
    pub state: &'static str,
    pub what: String,
    pub remedy: String,
    /// Newest first.
    pub tries: Vec<Try>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    pub at: String,
    pub state: &'static str,
    pub what: String,
}

/// What stands behind `/story/` in the links to the stories of these records, good until then.
///
/// # Errors
/// Those of the store.
pub async fn tokens(
    seams: &Seams,
    records: impl IntoIterator<Item = RecordId>,
    until: Timestamp,
) -> Result<BTreeMap<RecordId, String>, StoreError> {
    let signer = Signer::of(seams).await?;
    Ok(records.into_iter().map(|record| (record, signer.token(record, until))).collect())
}

/// Opens what a link of a message leads to.
///
/// # Errors
/// Those of the store.
pub async fn open(seams: &Seams, setup: &Setup, token: &str) -> Result<Opened, StoreError> {
    // Whoever guesses costs no look into the store.
    if !link::is_token(token) {
        return Ok(Opened::Unknown);
    }
    let Some(signer) = Signer::recall(&*seams.store).await? else { return Ok(Opened::Unknown) };
    let (record, until) = match signer.read(token, seams.clock.now()) {
        Read::Record(record, until) => (record, until),
        Read::Expired => return Ok(Opened::Expired),
        Read::Wrong => return Ok(Opened::Unknown),
    };
    let Some(story) = seams.store.story(record).await? else { return Ok(Opened::Unknown) };
    let zone = TimeZone::get(&setup.alerts.zone).unwrap_or(TimeZone::UTC);
    let words = Words { lang: setup.alerts.lang, zone, catalogue: &seams.catalogue };
    Ok(Opened::Page(words.page(&story, until)))
}

/// In which words it is told.
struct Words<'c> {
    lang: Lang,
    zone: TimeZone,
    catalogue: &'c Catalogue,
}

impl Words<'_> {
    fn page(&self, story: &Story, until: Timestamp) -> Page {
        let key = &story.record.key;
        let source = Side {
            place: format!("{} · {}", key.connection, key.object),
            number: story.record.number.clone().unwrap_or_else(|| key.id.clone()),
        };
        let others = story.links.iter().map(|link| Side {
            place: format!("{} · {}", link.target_connection, link.target_object),
            number: link.target_number.clone().or_else(|| link.target_id.clone()).unwrap_or_default(),
        });
        Page {
            lang: self.lang,
            sides: std::iter::once(source).chain(others).collect(),
            tasks: story.tasks.iter().map(|task| self.task(task)).collect(),
            until: self.time(until),
        }
    }

    fn task(&self, told: &StoryTask) -> Task {
        let rendered = told.task.cause.as_ref().map(|cause| self.catalogue.render(cause, self.lang));
        let (what, remedy) = rendered.map(|rendered| (rendered.what, rendered.remedy)).unwrap_or_default();
        let choose = |(zh, en)| self.lang.choose(zh, en);
        Task {
            flow: told.task.flow.to_string(),
            kind: choose(told.task.kind.title()),
            state: choose(told.task.state.title()),
            what,
            remedy,
            tries: told.attempts.iter().take(TRIES).map(|line| self.tried(line)).collect(),
        }
    }

    fn tried(&self, line: &AttemptLine) -> Try {
        let attempt = &line.attempt;
        let (zh, en) = attempt.state.title();
        let what = attempt.cause.as_ref().map(|cause| self.catalogue.render(cause, self.lang).what);
        Try { at: self.time(attempt.ended), state: self.lang.choose(zh, en), what: what.unwrap_or_default() }
    }

    fn time(&self, at: Timestamp) -> String {
        at.local(&self.zone)
    }
}
