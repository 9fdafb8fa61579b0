//! Once all rests, both sides edit the same fields of the same customers before anything is read: who is right is known
//! then, and it must be so in the end.

use std::collections::BTreeMap;

use contract::Chance;
use contract::store::Take;
use serde_json::{Value, json};

use super::edits::{ACCOUNTS, CUSTOMERS, Pair, pairs, post};
use super::law::{decide, too_many, writes};
use crate::run::until_rest;
use crate::screens::{list, text};
use crate::world::World;

/// So many customers are quarrelled about.
const MOST: usize = 4;
/// Nearer to each other than this, in milliseconds, two edits cannot be told apart: clocks are read to the second.
const TOO_NEAR: i64 = 4_000;

/// Plays the quarrels to their end; what came out otherwise than it must. `None` where it comes to no rest.
pub async fn play(world: &World, longest: std::time::Duration) -> Option<Vec<String>> {
    let before = writes(world);
    let mut quarrels: BTreeMap<String, (Pair, i64)> = BTreeMap::new();
    for (n, pair) in pairs(world).into_iter().take(MOST).enumerate() {
        // By so much the CRM edits later than the ERP.
        let by = world.dice.below(40_000) as i64 - 20_000;
        let now = world.now_ms() - 20_000;
        // Each side says something that neither said before.
        let level = if pair.level == "3" { "2" } else { "3" };
        let crm = json!({ "name": format!("吵{n}甲"), "tel": format!("021-{n}"), "remark": format!("甲说{n}"),
            "address": format!("甲路{n}号"), "account_level": level, "credit_limit__c": "70.40" });
        let erp = json!({ "FName": format!("吵{n}乙"), "FTEL": format!("010-{n}"), "FDescription": format!("乙说{n}"),
            "FADDRESS": format!("乙路{n}号"), "FZIP": "VIP", "FTRANSLEADTIME": 99 });
        let taken = post(world, now + by.max(0), &format!("{ACCOUNTS}/{}", pair.account), &crm)
            && post(world, now + (-by).max(0), &format!("{CUSTOMERS}/{}", pair.customer), &erp);
        if taken {
            quarrels.insert(pair.number.clone(), (pair, by));
        }
    }
    let mut right = BTreeMap::new();
    for _ in 0..4 {
        if !until_rest(world, longest).await {
            return None;
        }
        let decided = decide(world).await;
        if decided.is_empty() {
            break;
        }
        let of_remarks = |field: &String| ["FDescription", "remark"].contains(&&**field);
        for (line, take, _) in decided.into_iter().filter(|(_, _, fields)| fields.iter().any(of_remarks)) {
            let is_crms = (take == Take::Source) == (line.task.flow.as_str() == "partners-to-erp");
            right.insert(line.number.unwrap_or(line.source_id), if is_crms { "甲" } else { "乙" });
        }
    }
    let mut found: Vec<String> =
        too_many(before, writes(world), 2 * quarrels.len() as u64).into_iter().collect();
    let accounts = list(world.screens.read(world.now_ms(), ACCOUNTS));
    let account = |pair: &Pair| accounts.iter().find(|account| text(&account["_id"]) == pair.account);
    for (number, (pair, by)) in &quarrels {
        match (account(pair), right.get(number)) {
            (Some(account), Some(remark)) => judge(number, account, *by, remark, &mut found),
            (_, None) => found.push(format!("nobody was asked about {number}")),
            (None, _) => found.push(format!("lost: account {number}")),
        }
    }
    Some(found)
}

fn judge(number: &str, account: &Value, by: i64, remark: &str, found: &mut Vec<String>) {
    if text(&account["account_level"]) == "1" {
        found.push(format!("the wrong side won: {number} account_level is the ERP's"));
    }
    let mut must = |field: &str, side: &str, signs: [&str; 2]| {
        let held = text(&account[field]);
        let sign = if side == "甲" { signs[0] } else { signs[1] };
        if !held.contains(sign) {
            found
                .push(format!("the wrong side won: {number} {field}: {held:?} is not {side}'s (by {by} ms)"));
        }
    };
    must("name", "甲", ["甲", "乙"]);
    must("tel", "乙", ["021", "010"]);
    must("remark", remark, ["甲说", "乙说"]);
    must("credit_limit__c", "甲", ["70.4", "99"]);
    if by.abs() > TOO_NEAR {
        must("address", if by > 0 { "甲" } else { "乙" }, ["甲路", "乙路"]);
    }
}
