//! What one owner gets on with, and stores as far as it is: reconciliations and sweeps. Their tables have these columns:
//! `id, tenant, state, place, sum, cause, beat, ended, owner`.

use contract::store::StoreError;
use model::reconciliation::RunState;
use model::{Cause, Timestamp};
use rusqlite::params;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::commit::Write;
use super::failure::Done;
use super::rows::{first, known, text};
use crate::codec::{cause_text, read, written};
use crate::reconciled::Stand;

/// One of these tables.
#[derive(Clone, Copy)]
pub(super) struct UnderWay(&'static str);

pub(super) const RUNS: UnderWay = UnderWay("reconciliation");
pub(super) const SWEEPS: UnderWay = UnderWay("sweep");

impl UnderWay {
    /// It is that owner's from now on.
    pub fn take_over(self, write: &Write, id: i64, owner: &str, now: Timestamp) -> Done<()> {
        let take = format!("update {} set owner = ?2, beat = ?3, state = ?4 where id = ?1", self.0);
        write.sql.prepare_cached(&take)?.execute(params![id, owner, now.0, RunState::Running.name()])?;
        Ok(())
    }

    /// Ends it where it stands; whether it had not ended.
    pub fn give_up(self, write: &Write, id: i64, cause: Option<&Cause>, now: Timestamp) -> Done<bool> {
        let end = format!(
            "update {} set ended = ?3, state = ?4, cause = coalesce(?5, cause)
             where id = ?1 and tenant = ?2 and ended is null",
            self.0
        );
        let params = params![id, write.tenant, now.0, RunState::Incomplete.name(), cause.map(cause_text)];
        Ok(write.sql.prepare_cached(&end)?.execute(params)? > 0)
    }

    /// [`StoreError::Outdated`] where it is another's, or over.
    pub fn get_on(self, write: &Write, stand: &Stand<'_>) -> Done<()> {
        let get_on = format!(
            "update {} set state = ?4, place = ?5, sum = ?6, cause = ?7, beat = ?8, ended = ?9
             where id = ?1 and tenant = ?2 and owner = ?3 and ended is null",
            self.0
        );
        let changed = write.sql.prepare_cached(&get_on)?.execute(params![
            stand.id,
            write.tenant,
            stand.owner,
            stand.state.name(),
            stand.place,
            stand.sum,
            stand.cause.map(cause_text),
            stand.now.0,
            stand.ended().map(|ended| ended.0)
        ])?;
        match changed {
            0 => Err(StoreError::Outdated { based_on: stand.id }.into()),
            _ => Ok(()),
        }
    }

    /// Lets one that asks go on from its place, changed to say so; whether there is one.
    pub fn let_go_on<P: Serialize + DeserializeOwned>(
        self,
        write: &Write,
        id: i64,
        goes_on: impl Fn(P) -> P,
    ) -> Done<bool> {
        let find = format!(
            "select place from {} where id = ?1 and tenant = ?2 and state = ?3 and ended is null",
            self.0
        );
        let mut find = write.sql.prepare_cached(&find)?;
        let place = first(&mut find, params![id, write.tenant, RunState::Asks.name()], |row| {
            known(read::<P>(text(row, 0)?), "where it stands")
        })?;
        let Some(place) = place else { return Ok(false) };
        let go_on =
            format!("update {} set state = ?2, owner = '', place = ?3, cause = null where id = ?1", self.0);
        let params = params![id, RunState::Running.name(), written(&goes_on(place))];
        write.sql.prepare_cached(&go_on)?.execute(params)?;
        Ok(true)
    }
}
