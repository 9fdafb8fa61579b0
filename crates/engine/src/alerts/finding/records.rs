//! Records that need a person: those that failed at once, others when they were tried for long. What has one cause is
//! one alert, however many records it is about.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::store::{Store, StoreError, TaskLine};
use model::alert::{AlertKind, Sighting};
use model::record::RecordKey;
use model::task::{Selection, State};
use model::{Cause, FlowName, TaskId, Timestamp};

use crate::alerts::owners::Case;
use crate::desk;
use crate::setup::Setup;

/// How long a record is tried before somebody is told, where no rule says otherwise.
const TRIED_FOR: Duration = Duration::from_secs(30 * 60);

/// Most tasks that one look looks at; beyond, a number is "at least".
const MOST: u64 = 20_000;

/// Most tasks of which one look asks the store since when they are tried; others are asked about in later looks.
const MOST_ASKED: usize = 200;

/// Most attempts at one task that are looked back through.
const ATTEMPTS: usize = 50;

/// So many are named.
const EXAMPLES: usize = 5;

/// What tasks wait for that is told of otherwise, or passes by itself.
const OF_THE_SYSTEM: &[&str] =
    &["engine.flow_braked", "connection.quota_spent", "engine.lease_short", "engine.waits_for_receipt"];

/// Since when tasks have been tried, so that it is asked once.
#[derive(Default)]
pub(in crate::alerts) struct Memory(BTreeMap<TaskId, Timestamp>);

/// Why records stand still: the flow, and what groups causes.
type Key = (FlowName, &'static str, String, Option<String>, Option<String>);

struct Group {
    count: u64,
    example: Cause,
    examples: Vec<String>,
}

/// The records that need a person, by their cause; and each of those whose owners hear of them.
pub(in crate::alerts) async fn troubled(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    memory: &mut Memory,
) -> Result<(Vec<Sighting>, Vec<Case>), StoreError> {
    const STANDING: [State; 4] = [State::Failed, State::Retrying, State::Unknown, State::Waiting];
    let selection = Selection { states: STANDING.to_vec(), ..Selection::default() };
    let (mut groups, mut after, mut seen, mut asked) = (BTreeMap::new(), None, 0, 0);
    let mut remembered = Memory::default();
    let mut cases = Vec::new();
    loop {
        let page = desk::page(store, &selection, after, usize::MAX).await?;
        for line in page.lines {
            if needs_somebody(setup, store, now, &line, memory, &mut remembered, &mut asked).await? {
                cases.extend(case(setup, &line));
                add(&mut groups, line);
            }
        }
        seen += page.seen;
        after = page.next;
        if after.is_none() || seen >= MOST {
            break;
        }
    }
    *memory = remembered;
    let seen = groups.into_iter().filter_map(|(key, group)| sighting(setup, key, group)).collect();
    Ok((seen, cases))
}

/// The record of a task, where its owner hears of it.
fn case(setup: &Setup, line: &TaskLine) -> Option<Case> {
    let task = &line.task;
    setup.alerts.owners_of(task.flow.as_str())?;
    let source = &setup.flows.get(&task.flow)?.flow().source;
    let cause = task.cause.clone()?;
    Some(Case {
        subject: options(&key(line, &cause)),
        task: task.id,
        flow: task.flow.clone(),
        record: task.record,
        key: RecordKey::new(&source.connection, &source.object, line.source_id.as_str()),
        shown: shown(line),
        cause,
    })
}

fn key(line: &TaskLine, cause: &Cause) -> Key {
    let (code, vendor_code, field) = desk::grouped_by(cause);
    (line.task.flow.clone(), line.task.kind.name(), code, vendor_code, field)
}

/// The number people know a record by, else its name, else its id.
fn shown(line: &TaskLine) -> String {
    line.number.as_ref().or(line.name.as_ref()).unwrap_or(&line.source_id).clone()
}

async fn needs_somebody(
    setup: &Setup,
    store: &dyn Store,
    now: Timestamp,
    line: &TaskLine,
    memory: &Memory,
    remembered: &mut Memory,
    asked: &mut usize,
) -> Result<bool, StoreError> {
    let task = &line.task;
    if task.cause.as_ref().is_none_or(|cause| OF_THE_SYSTEM.contains(&&*cause.code)) {
        return Ok(false);
    }
    if task.state == State::Failed {
        return Ok(true);
    }
    let since = match memory.0.get(&task.id) {
        Some(since) => *since,
        None if *asked >= MOST_ASKED => return Ok(false),
        None => {
            *asked += 1;
            tried_since(store, task.id).await?.unwrap_or(now)
        }
    };
    remembered.0.insert(task.id, since);
    let rule =
        setup.alerts.rule(AlertKind::RecordFailed, Some(task.flow.as_str()), target(setup, &task.flow));
    Ok(now.since(since) >= rule.and_then(|rule| rule.after).unwrap_or(TRIED_FOR))
}

/// When the first of the tries began that have gone wrong in a row.
async fn tried_since(store: &dyn Store, task: TaskId) -> Result<Option<Timestamp>, StoreError> {
    let attempts = store.attempts(task, ATTEMPTS).await?;
    let wrong = attempts.iter().take_while(|line| {
        !matches!(line.attempt.state, State::Synced | State::Skipped | State::Failed | State::Ignored)
    });
    Ok(wrong.map(|line| line.attempt.started).min())
}

fn target<'s>(setup: &'s Setup, flow: &FlowName) -> Option<&'s str> {
    setup.flows.get(flow).map(|active| active.target.name().as_str())
}

fn add(groups: &mut BTreeMap<Key, Group>, line: TaskLine) {
    let Some(cause) = &line.task.cause else { return };
    let key = key(&line, cause);
    let new = || Group { count: 0, example: cause.clone(), examples: Vec::new() };
    let group = groups.entry(key).or_insert_with(new);
    group.count += 1;
    if group.examples.len() < EXAMPLES {
        group.examples.push(shown(&line));
    }
}

/// The options of `qiao tasks` that mean them.
fn options((flow, task_kind, code, vendor_code, field): &Key) -> String {
    let mut options = format!("--flow {flow} --kind {task_kind} --cause {code}");
    for (name, value) in [("vendor-code", vendor_code), ("field", field)] {
        if let Some(value) = value {
            options.push_str(&format!(" --{name} '{value}'"));
        }
    }
    options
}

fn sighting(setup: &Setup, key: Key, group: Group) -> Option<Sighting> {
    let options = options(&key);
    let flow = key.0;
    let (kind, connection) = (AlertKind::RecordFailed, target(setup, &flow));
    let rule = setup.alerts.rule(kind, Some(flow.as_str()), connection);
    if rule.is_some_and(|rule| rule.off) {
        return None;
    }
    Some(Sighting {
        kind,
        subject: options.clone(),
        flow: Some(flow.to_string()),
        connection: connection.map(str::to_owned),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
        what: group.example,
        count: group.count,
        examples: group.examples,
        options,
    })
}
