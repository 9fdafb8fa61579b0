//! Parsing what was pushed: from what came, as it came, to records; in the order of arrival.
//!
//! A body that cannot be parsed is a receipt that failed, with its body and the reason, and stops nobody: a person mends the
//! function or the description and lets it be parsed again. It is then older than what came since, which is why every
//! pushed record has a version: the one that its object names, else the number of its receipt.
//!
//! Where a function cannot be run for now, what was pushed of its code waits: what came later must not be older. After a
//! day it fails, and can be parsed again. So does a receipt whose records the store does not take, while it takes others.

mod bill;
mod foreign;
mod merge;
mod parser;
mod patience;
mod taken;
mod vanished;
mod webhook;
mod weight;

pub(crate) use parser::Parser;
