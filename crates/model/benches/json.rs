//! The JSON reader and writer beside serde_json's, over the same records.
fn main() {}
