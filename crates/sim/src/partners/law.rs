//! Both sides agree on every field, within what the mapping and the systems round; nobody invented a value, and nothing was
//! written to and fro.

use contract::store::{Take, TaskFilter, TaskLine};
use engine::connection::TokenBox;
use engine::desk::{self, Decision};
use engine::setup::Setup;
use model::task::State;
use serde_json::Value;
use std::sync::Arc;

use super::edits::{ACCOUNTS, CUSTOMERS};
use crate::law;
use crate::screens::{is_void, list, text};
use crate::world::World;

/// Of each edit so many writes may come, whatever went wrong on its way: it is carried once, a rewritten value comes back
/// once, and what was lost is sent again.
const WRITES_OF_AN_EDIT: u64 = 6;

/// Everything by which the two sides break the law.
pub async fn violations(world: &World, found: &mut Vec<String>) {
    law::stuck(world, |_| false, found).await;
    let customers = list(world.screens.read(world.now_ms(), CUSTOMERS));
    for account in
        list(world.screens.read(world.now_ms(), ACCOUNTS)).iter().filter(|account| !is_void(account))
    {
        let number = text(&account["account_no"]);
        let theirs: Vec<&Value> =
            customers.iter().filter(|customer| text(&customer["FNumber"]) == number).collect();
        match theirs.as_slice() {
            [customer] => alike(&number, account, customer, found),
            [] => found.push(format!("lost: customer {number}")),
            several => found.push(format!("doubled: customer {number} × {}", several.len())),
        }
    }
}

fn alike(number: &str, account: &Value, customer: &Value, found: &mut Vec<String>) {
    let mut differ = |what: &str, crm: String, erp: String| {
        if crm != erp {
            found.push(format!("differs: customer {number} {what}: {crm:?} ≠ {erp:?}"));
        }
    };
    for (crm, erp) in
        [("name", "FName"), ("tel", "FTEL"), ("remark", "FDescription"), ("address", "FADDRESS")]
    {
        differ(erp, text(&account[crm]), text(&customer[erp]));
    }
    let level = if text(&account["account_level"]) == "1" { "VIP" } else { "STD" };
    differ("FZIP", level.to_owned(), text(&customer["FZIP"]));
    differ("FTRANSLEADTIME", rounded(&text(&account["credit_limit__c"])), text(&customer["FTRANSLEADTIME"]));
    differ("status", "C".into(), text(&customer["FDocumentStatus"]));
}

/// Half away from zero, as `decimal(0)` rounds; amounts here are never negative.
fn rounded(amount: &str) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let up = fraction.as_bytes().first().is_some_and(|digit| *digit >= b'5');
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().expect("an amount") };
    (whole + u64::from(up)).to_string()
}

/// How often either system was written so far.
pub fn writes(world: &World) -> u64 {
    let erp = ["Save", "BatchSave"].map(|operation| world.calls_of("kingdee-k3cloud", operation));
    erp.iter().sum::<u64>() + world.calls_of("fxiaoke", "/crm/v2/data/update")
}

/// Whether more was written than edits and documents account for. Each fault may repeat a write, so it is bounded only
/// where none is on.
pub fn too_many(before: u64, after: u64, edits: u64) -> Option<String> {
    let most = edits * WRITES_OF_AN_EDIT;
    (after - before > most).then(|| format!("{} writes of {edits} edits", after - before))
}

/// People decide what they are asked, one way or the other; what they chose for each record, and of which fields.
pub async fn decide(world: &World) -> Vec<(TaskLine, Take, Vec<String>)> {
    let seams = world.seams();
    let tokens = Arc::new(TokenBox::new(seams.store.clone()));
    let Ok(setup) = Setup::load(seams, &tokens, None).await else { return Vec::new() };
    let filter = TaskFilter { states: vec![State::Failed], limit: 1_000, ..TaskFilter::default() };
    let lines = world.facts().tasks(&filter).await.expect("the store answers");
    let mut decided = Vec::new();
    for line in lines {
        let take = if world.dice.percent(50) { Take::Source } else { Take::Target };
        let decision = Decision { take, fields: &[], reason: "核实过" };
        if let Ok(desk::Decided::Done(fields)) = desk::decide(seams, &setup, &line, &decision, "王芳").await
        {
            world.trace.note(&format!(
                "{} {} {}: {}",
                world.now_ms(),
                line.task.flow,
                line.source_id,
                take.name()
            ));
            decided.push((line, take, fields));
        }
    }
    decided
}
