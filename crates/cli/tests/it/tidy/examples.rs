//! What the examples share: who copies one out and grows into the next finds the same connections, flows and packets.

use super::{files, none, text};

const FIRST: &str = "examples/first";
const NEXT: &str = "examples/order-to-cash";
/// Folders whose files stand in both examples under one name, and are one text.
const SHARED: [&str; 4] = ["connections", "flows", "packets", "values"];
/// What is each example's own under the same name.
const OWN: [&str; 1] = ["values/notice-receivers.yaml"];

#[test]
fn what_stands_in_both_examples_is_one_text() {
    let mut shared = 0;
    let mut differ = Vec::new();
    for folder in SHARED {
        for extension in ["yaml", "json"] {
            let there = files(&format!("{NEXT}/{folder}"), extension);
            for path in files(&format!("{FIRST}/{folder}"), extension) {
                let name = path.strip_prefix(FIRST).expect("below its example").trim_start_matches('/');
                let other = format!("{NEXT}/{name}");
                if OWN.contains(&name) || !there.contains(&other) {
                    continue;
                }
                shared += 1;
                if text(&path) != text(&other) {
                    differ.push(format!("{path} and {other}"));
                }
            }
        }
    }
    assert!(shared >= 5, "the examples share their connections and the customers: {shared}");
    none(differ, "one example was changed without the other");
}
