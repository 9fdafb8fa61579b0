//! What can be tried of a connection without changing anything: is there a server, does it have the account set, does
//! it let the user in, may the user read.

use contract::connector::{Finding, Refusal};
use model::Cause;

use super::call::Api;
use super::operations::{self, AccountSet};
use super::query::Query;
use super::sign_in;

/// One finding for each thing tried, in their order. What cannot be tried because of an earlier failure is left out.
pub async fn check(api: &Api<'_>) -> Vec<Finding> {
    let mut findings = vec![account_set(api).await];
    sign_in::try_again(api).await;
    let reading = may_read(api).await;
    match reading {
        Ok(()) => {
            let zone = api.zone().await;
            let now = zone.second(api.wire.clock().now());
            let user = &api.settings.username;
            findings.push(well(Cause::new("kingdee.signed_in").with("user", user).with("time", now)));
            findings.push(well(Cause::new("kingdee.may_read")));
        }
        Err(refusal) => findings.push(Finding { ok: false, cause: refusal.cause }),
    }
    findings
}

/// The server tells its account sets to anybody, so a wrong id can be told from a wrong password.
async fn account_set(api: &Api<'_>) -> Finding {
    let id = &api.settings.acct_id;
    match operations::account_sets(api).await {
        Ok(sets) => match sets.iter().find(|set| set.id == *id) {
            Some(set) => well(Cause::new("kingdee.account_set").with("id", id).with("name", &set.name)),
            None => {
                let cause =
                    Cause::new("kingdee.account_set_unknown").with("id", id).with("known", listed(&sets));
                Finding { ok: false, cause }
            }
        },
        Err(refusal) => Finding { ok: false, cause: refusal.cause },
    }
}

fn listed(sets: &[AccountSet]) -> String {
    let shown: Vec<String> =
        sets.iter().map(|set| format!("{} {} ({})", set.number, set.name, set.id)).collect();
    shown.join(", ")
}

async fn may_read(api: &Api<'_>) -> Result<(), Refusal> {
    let keys = ["FNumber".to_owned()];
    let query = Query { form: "ORG_Organizations", keys: &keys, filter: "", order: "FNumber ASC", limit: 1 };
    query.rows(api).await.map(|_| ())
}

fn well(cause: Cause) -> Finding {
    Finding { ok: true, cause }
}
