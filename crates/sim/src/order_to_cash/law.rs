//! The law of this business: each document once on each side, alike to the last line; what could not be carried over
//! says so, and only where the vendor's rules forbid it.

mod base_data;
mod deliveries;
pub mod lawful;
pub mod orders;
mod payments;

use std::collections::BTreeMap;

use serde_json::Value;

use super::books::Books;
use crate::screens::{is_delivered, text};
use crate::world::World;

/// Everything by which the two sides break the law.
pub async fn violations(world: &World, found: &mut Vec<String>) {
    let books = Books::read(world).await;
    lawful::check(&books, found);
    base_data::check(&books, found);
    orders::check(&books, found);
    deliveries::check(&books, found);
    payments::check(&books, found);
    told_once(&books, found);
    twice(world, found);
}

/// Two values of one thing, at either side.
pub fn equal(found: &mut Vec<String>, of: &str, what: &str, here: &str, there: &str) {
    if here != there {
        found.push(format!("differs: {of} {what}: {here:?} ≠ {there:?}"));
    }
}

/// The one of several that there must be.
pub fn only<'b>(found: &mut Vec<String>, of: &str, all: &[&'b Value]) -> Option<&'b Value> {
    match all {
        [] => found.push(format!("lost: {of}")),
        [_] => {}
        more => found.push(format!("doubled: {of} × {}", more.len())),
    }
    all.first().copied()
}

/// A decimal without closing zeros.
pub fn number(value: &Value) -> String {
    let text = text(value);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Somebody heard of each delivery, and of none twice.
fn told_once(books: &Books, found: &mut Vec<String>) {
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for message in books.messages.iter().filter(|message| is_delivered(message)) {
        *told.entry(text(&message["message"]["text"]["content"])).or_default() += 1;
    }
    let twice = told.iter().filter(|(_, times)| **times > 1);
    found.extend(twice.map(|(content, times)| format!("told {times} times: {content}")));
    for delivery in books.audited("SAL_OUTSTOCK") {
        let named = format!("出库单 {}，", text(&delivery["FBillNo"])).replace('，', ",");
        if !told.keys().any(|content| content.contains(&named)) {
            found.push(format!("not told: {}", text(&delivery["FBillNo"])));
        }
    }
}

/// No number of the ERP is there twice.
pub fn twice(world: &World, found: &mut Vec<String>) {
    let doubled = world.screens.read(world.now_ms(), "kingdee-k3cloud/duplicates");
    for (form, numbers) in doubled.as_object().into_iter().flatten() {
        found.push(format!("doubled: {form} {numbers}"));
    }
}
