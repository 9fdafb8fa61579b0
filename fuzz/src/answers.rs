//! What vendors answer: every operation of a connector over answers of arbitrary bytes.
//!
//! No answer makes a connector panic or go round in circles. A write counts as done only where the vendor said so,
//! and where its answer was lost or is nothing at all it counts as unknown, since it may have been carried out. Every
//! refusal has words and shows no secret.

mod dingtalk;
mod fxiaoke;
mod kingdee;
mod operations;
mod script;
mod standard_erp;
mod verdict;

use connect::exchanges::ScriptedWire;
use contract::connector::{LookupAsk, Notice};
use model::connection::Connection;
use model::json;
use model::step::Step;
use model::{Map, Value};

use script::Script;

/// What is asked of a vendor's system, and how to tell what its answers say.
struct Vendor {
    connector: &'static str,
    connection: Connection,
    /// The answer to its sign-in.
    signed_in: &'static str,
    object: &'static str,
    fields: &'static [&'static str],
    /// The fields of a look-up.
    by: &'static [&'static str],
    /// The kind of a notice, and its document as JSON.
    notice: (&'static str, &'static str),
    /// The steps by which an input asks for a write; `None` where the word is none of this vendor's.
    steps: fn(&str) -> Option<Vec<Step>>,
    /// Whether calls of this operation change something.
    is_write: fn(&str) -> bool,
    /// What an answer says; `None` for bytes that are nothing to this vendor.
    reads: fn(&[u8]) -> Option<Value<'static>>,
    /// Whether the answer to a write says, in whatever detail, that it was carried out.
    says_done: fn(&Value<'_>) -> bool,
    /// Whether it says enough for a write that was refused to be believed done after another look.
    may_be_done_already: fn(&Value<'_>) -> bool,
}

impl Vendor {
    fn lookup<'l>(&self, by: &'l [String], keys: &'l [Vec<String>], fields: &'l [String]) -> LookupAsk<'l> {
        LookupAsk { object: self.object, by, keys, fields }
    }

    fn notice<'n>(&self, document: &'n Map<'n>) -> Notice<'n> {
        Notice { object: self.notice.0, document }
    }
}

/// Answers of 纷享销客.
///
/// # Panics
/// See the module.
pub fn fxiaoke_answer(input: &[u8]) -> Option<()> {
    play(&fxiaoke::VENDOR, input)
}

/// Answers of 金蝶云星空.
///
/// # Panics
/// See the module.
pub fn kingdee_answer(input: &[u8]) -> Option<()> {
    play(&kingdee::VENDOR, input)
}

/// Answers of 钉钉.
///
/// # Panics
/// See the module.
pub fn dingtalk_answer(input: &[u8]) -> Option<()> {
    play(&dingtalk::VENDOR, input)
}

/// Answers of an ERP that implements the standard protocol.
///
/// # Panics
/// See the module.
pub fn standard_erp_answer(input: &[u8]) -> Option<()> {
    play(&standard_erp::VENDOR, input)
}

/// JSON, as most vendors answer.
fn read_json(body: &[u8]) -> Option<Value<'static>> {
    json::read_bytes(body).ok().map(Value::into_owned)
}

fn play(vendor: &Vendor, input: &[u8]) -> Option<()> {
    let script = Script::read(input, vendor.signed_in)?;
    let wire = script
        .answers
        .iter()
        .fold(ScriptedWire::new(vendor.connection.clone()), |wire, answer| wire.expect(answer.exchange()));
    operations::carry_out(vendor, &script, &wire)
}

/// A document written here.
fn document(text: &str) -> Map<'_> {
    match json::read(text) {
        Ok(Value::Map(map)) => map,
        other => panic!("no document: {other:?}"),
    }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}
