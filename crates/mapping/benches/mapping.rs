//! Parse, map and write one record.
fn main() {}
