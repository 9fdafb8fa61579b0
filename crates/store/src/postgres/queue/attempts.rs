//! Attempts and the calls that they made.

use std::collections::BTreeMap;

use contract::store::Settlement;
use model::attempt::{Attempt, CallRecord};

use crate::codec::{cause_text, state_code, steps_text};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::params::{some_texts, texts};
use crate::postgres::records::store_calls;
use crate::postgres::session::get;

/// Stores the calls, and the attempts of the settlements, joined to theirs.
pub(super) async fn store(write: &Write, settlements: &[&Settlement], calls: &[CallRecord]) -> Done<()> {
    let calls = store_calls(write, calls).await?;
    let attempts: Vec<(&Settlement, &Attempt)> =
        settlements.iter().filter_map(|one| Some((*one, one.attempt.as_ref()?))).collect();
    if attempts.is_empty() {
        return Ok(());
    }
    let ids = insert(write, &attempts).await?;
    join(write, attempts.iter().map(|(settlement, _)| *settlement).zip(ids), &calls).await
}

/// Their ids, in order: they are given out in the order of the rows.
async fn insert(write: &Write, attempts: &[(&Settlement, &Attempt)]) -> Done<Vec<i64>> {
    let column =
        |of: fn(&Attempt) -> i64| -> Vec<i64> { attempts.iter().map(|(_, attempt)| of(attempt)).collect() };
    let tasks: Vec<i64> = attempts.iter().map(|(settlement, _)| settlement.task.0).collect();
    let causes: Vec<Option<String>> =
        attempts.iter().map(|(_, attempt)| attempt.cause.as_ref().map(cause_text)).collect();
    let steps: Vec<String> = attempts.iter().map(|(_, attempt)| steps_text(&attempt.steps)).collect();
    let mut ids = write
        .sql
        .all(
            "insert into attempt (task, started, ended, flow_version, revision, state, cause, steps)
             select task, started, ended, flow_version, revision, state, cause, steps
             from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::text[], $8::text[]) with ordinality
                 n (task, started, ended, flow_version, revision, state, cause, steps, place)
             order by place returning id",
            &[
                &tasks,
                &column(|attempt| attempt.started.0),
                &column(|attempt| attempt.ended.0),
                &column(|attempt| attempt.flow_version),
                &column(|attempt| attempt.revision),
                &column(|attempt| state_code(attempt.state)),
                &some_texts(causes.iter().map(Option::as_deref)),
                &texts(steps.iter().map(String::as_str)),
            ],
            |row| get::<i64>(row, 0),
        )
        .await?;
    ids.sort_unstable();
    Ok(ids)
}

async fn join<'s>(
    write: &Write,
    attempts: impl Iterator<Item = (&'s Settlement, i64)>,
    calls: &BTreeMap<u64, i64>,
) -> Done<()> {
    let (mut ids, mut called) = (Vec::new(), Vec::new());
    for (settlement, attempt) in attempts {
        for call in settlement.calls.iter().filter_map(|number| calls.get(number)) {
            ids.push(attempt);
            called.push(*call);
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    write
        .sql
        .change(
            "insert into attempt_call (attempt, call) select distinct attempt, call
             from unnest($1::bigint[], $2::bigint[]) n (attempt, call)",
            &[&ids, &called],
        )
        .await?;
    Ok(())
}
