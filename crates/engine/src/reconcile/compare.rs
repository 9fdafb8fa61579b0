//! Whether a document holds what both sides last agreed on, field by field, after mapping. Pure.

use contract::connector::Found;
use model::reconciliation::FieldDifference;
use model::{Map, Value, json};

use crate::delivery::holds;
use crate::setup::ActiveFlow;

/// The names under which what is no field is told.
const STATUS: &str = "status";
const VOID: &str = "void";

/// Where the target holds something else than the source says it should: the mapped fields, the wanted status, and
/// whether it is void. What the target adds (fields nobody maps, rows people made) is no difference; nor is a field that
/// was not read.
pub(super) fn compare(flow: &ActiveFlow, agreed: &Map, found: &Found) -> Vec<FieldDifference> {
    let mut differences = documents(agreed, &found.body);
    let target = &flow.flow().target;
    let statuses = flow.target.object(target.object.as_str()).statuses;
    if let (Some(wanted), Some(status)) = (&target.status, &found.status)
        && is_weaker(&statuses, status, wanted)
    {
        differences.push(difference(STATUS, Some(quoted(wanted)), Some(quoted(status))));
    }
    // A flow that makes nothing keeps what is there in agreement, and brings no document back that was voided there.
    if found.void && target.creates {
        differences.push(difference(VOID, Some("false".into()), Some("true".into())));
    }
    differences
}

/// Where a document holds something else than is written in another.
pub(super) fn documents(written: &Map, read: &Map) -> Vec<FieldDifference> {
    let mut differences = Vec::new();
    for (name, written) in written.iter() {
        if let Some(read) = read.get(name) {
            walk(name, written, read, &mut differences);
        }
    }
    differences
}

fn walk(path: &str, written: &Value, read: &Value, found: &mut Vec<FieldDifference>) {
    if holds(read, written) {
        return;
    }
    match (written, read) {
        (Value::Map(written), Value::Map(held)) => {
            let members = written.iter().filter_map(|(name, value)| Some((name, value, held.get(name)?)));
            for (name, written, read) in members {
                walk(&format!("{path}.{name}"), written, read, found);
            }
        }
        (Value::List(written), Value::List(held)) => {
            let is_held = |line: &Value| held.iter().any(|held| holds(held, line));
            for (place, line) in written.iter().enumerate().filter(|(_, line)| !is_held(line)) {
                let path = format!("{path}[{}]", place + 1);
                match held.get(place) {
                    Some(held) if line.as_map().is_some() && held.as_map().is_some() => {
                        walk(&path, line, held, found);
                    }
                    held => found.push(difference(&path, Some(json::write(line)), held.map(json::write))),
                }
            }
        }
        _ => found.push(difference(path, Some(json::write(written)), Some(json::write(read)))),
    }
}

/// Whether a status comes before the wanted one; words that are not in the list are left to people.
fn is_weaker(statuses: &[String], status: &str, wanted: &str) -> bool {
    let place = |name: &str| statuses.iter().position(|known| known == name);
    matches!((place(status), place(wanted)), (Some(status), Some(wanted)) if status < wanted)
}

fn quoted(text: &str) -> String {
    json::write(&Value::text(text))
}

fn difference(field: &str, here: Option<String>, there: Option<String>) -> FieldDifference {
    FieldDifference { field: field.to_owned(), here, there }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(written: &str, read: &str) -> Vec<String> {
        let map = |text: &str| match json::read(text).unwrap().into_owned() {
            Value::Map(map) => map,
            _ => panic!("no map"),
        };
        let shown = |text: Option<String>| text.unwrap_or_else(|| "–".into());
        let differences = documents(&map(written), &map(read));
        differences.into_iter().map(|d| format!("{} {} {}", d.field, shown(d.here), shown(d.there))).collect()
    }

    #[test]
    fn only_what_the_source_says_and_the_target_does_not_hold_is_told() {
        for (written, read, expected) in [
            (r#"{"FName":"桥梁公司"}"#, r#"{"FName":"桥梁公司","FTEL":"0755"}"#, vec![]),
            (r#"{"FAmount":100.50,"FNote":""}"#, r#"{"FAmount":"100.5","FNote":" "}"#, vec![]),
            (r#"{"FName":"桥梁公司"}"#, r#"{"FNumber":"C1"}"#, vec![]),
            (r#"{"FName":"桥梁公司"}"#, r#"{"FName":"桥梁"}"#, vec![r#"FName "桥梁公司" "桥梁""#]),
            (
                r#"{"FCust":{"FNumber":"C1"},"FOrg":{"FNumber":"603"}}"#,
                r#"{"FCust":{"FNumber":"C2","FName":"乙"},"FOrg":{"FNumber":"603"}}"#,
                vec![r#"FCust.FNumber "C1" "C2""#],
            ),
            (
                r#"{"FEntry":[{"FItem":"A","FQty":1},{"FItem":"B","FQty":2}]}"#,
                r#"{"FEntry":[{"FItem":"A","FQty":1},{"FItem":"B","FQty":3},{"FItem":"人工","FQty":9}]}"#,
                vec!["FEntry[2].FQty 2 3"],
            ),
            (
                r#"{"FEntry":[{"FItem":"A"},{"FItem":"B"}]}"#,
                r#"{"FEntry":[{"FItem":"A"}]}"#,
                vec![r#"FEntry[2] {"FItem":"B"} –"#],
            ),
            (
                r#"{"FEntry":[{"FItem":"A"},{"FItem":"B"}]}"#,
                r#"{"FEntry":[{"FItem":"B"},{"FItem":"A"}]}"#,
                vec![],
            ),
        ] {
            assert_eq!(told(written, read), expected, "{written} {read}");
        }
    }

    #[test]
    fn a_status_beyond_the_wanted_one_is_no_difference() {
        let statuses = ["saved", "submitted", "audited"].map(str::to_owned);
        assert!(is_weaker(&statuses, "saved", "audited"));
        assert!(!is_weaker(&statuses, "audited", "saved"));
        assert!(!is_weaker(&statuses, "closed", "audited"), "nobody knows where that stands");
    }
}
