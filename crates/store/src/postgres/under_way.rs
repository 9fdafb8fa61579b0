//! What one owner gets on with, and stores as far as it is: reconciliations and sweeps. Their tables have these columns:
//! `id, tenant, state, place, sum, cause, beat, ended, owner`.

use contract::store::StoreError;
use model::reconciliation::RunState;
use model::{Cause, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::commit::Write;
use super::failure::Done;
use super::params::text;
use super::rows::known;
use super::session::get;
use crate::codec::{cause_text, read, written};
use crate::reconciled::Stand;

/// One of these tables.
#[derive(Clone, Copy)]
pub(super) struct UnderWay(&'static str);

pub(super) const RUNS: UnderWay = UnderWay("reconciliation");
pub(super) const SWEEPS: UnderWay = UnderWay("sweep");

impl UnderWay {
    /// It is that owner's from now on.
    pub async fn take_over(self, write: &Write, id: i64, owner: &str, now: Timestamp) -> Done<()> {
        let take = format!("update {} set owner = $2, beat = $3, state = $4 where id = $1", self.0);
        write.sql.change(&take, &[&id, &text(owner), &now.0, &RunState::Running.name()]).await?;
        Ok(())
    }

    /// Ends it where it stands; whether it had not ended.
    pub async fn give_up(self, write: &Write, id: i64, cause: Option<&Cause>, now: Timestamp) -> Done<bool> {
        let end = format!(
            "update {} set ended = $3, state = $4, cause = coalesce($5, cause)
             where id = $1 and tenant = $2 and ended is null",
            self.0
        );
        let state = RunState::Incomplete.name();
        let changed =
            write.sql.change(&end, &[&id, &write.tenant, &now.0, &state, &cause.map(cause_text)]).await?;
        Ok(changed > 0)
    }

    /// [`StoreError::Outdated`] where it is another's, or over.
    pub async fn get_on(self, write: &Write, stand: &Stand<'_>) -> Done<()> {
        let get_on = format!(
            "update {} set state = $4, place = $5, sum = $6, cause = $7, beat = $8, ended = $9
             where id = $1 and tenant = $2 and owner = $3 and ended is null",
            self.0
        );
        let changed = write
            .sql
            .change(
                &get_on,
                &[
                    &stand.id,
                    &write.tenant,
                    &text(stand.owner),
                    &stand.state.name(),
                    &stand.place,
                    &stand.sum,
                    &stand.cause.map(cause_text),
                    &stand.now.0,
                    &stand.ended().map(|ended| ended.0),
                ],
            )
            .await?;
        match changed {
            0 => Err(StoreError::Outdated { based_on: stand.id }.into()),
            _ => Ok(()),
        }
    }

    /// Lets one that asks go on from its place, changed to say so; whether there is one.
    pub async fn let_go_on<P: Serialize + DeserializeOwned + Send>(
        self,
        write: &Write,
        id: i64,
        goes_on: impl Fn(P) -> P,
    ) -> Done<bool> {
        let find = format!(
            "select place from {} where id = $1 and tenant = $2 and state = $3 and ended is null for update",
            self.0
        );
        let place = write
            .sql
            .first(&find, &[&id, &write.tenant, &RunState::Asks.name()], |row| {
                known(read::<P>(get(row, 0)?), "where it stands")
            })
            .await?;
        let Some(place) = place.map(|place| written(&goes_on(place))) else { return Ok(false) };
        let go_on =
            format!("update {} set state = $2, owner = '', place = $3, cause = null where id = $1", self.0);
        write.sql.change(&go_on, &[&id, &RunState::Running.name(), &place]).await?;
        Ok(true)
    }
}
