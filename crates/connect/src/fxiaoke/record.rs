//! From a row of the CRM to a record as found (`protocols/fxiaoke.md §4.3`).

use std::collections::BTreeSet;

use contract::connector::{Found, ObjectFacts};
use model::{Map, Value};

use super::answer::whole_number;
use super::team::{self, RELEVANT_TEAM, TEAM};

pub(super) const ID: &str = "_id";
pub(super) const VERSION: &str = "last_modified_time";
pub(super) const LIFE_STATUS: &str = "life_status";
const IS_DELETED: &str = "is_deleted";

/// The status of a record that nobody may edit although its life status is normal.
pub(super) const LOCKED: &str = "locked";

/// The status of a record that was deleted after it had been voided, where a read still shows it.
pub(super) const DELETED: &str = "deleted";

/// Read with every record: what says whether it may be written.
const STATE_FIELDS: [&str; 3] = [LIFE_STATUS, "lock_status", IS_DELETED];

/// Endings of fields that the vendor derives from others, for reading only (§4.3).
const COMPANIONS: [&str; 7] = ["__r", "__l", "__o", "__v", "__p", "__e", "__relation_ids"];

/// The fields to ask for: those wanted, the base of each wanted companion, the object's own, and the record's state.
/// Empty asks for all.
pub(super) fn projection(facts: &ObjectFacts, fields: &[String]) -> Vec<String> {
    if fields.is_empty() {
        return Vec::new();
    }
    let bases = fields.iter().filter_map(|field| companion_of(field).map(str::to_owned));
    let all: BTreeSet<String> = own_fields(facts)
        .into_iter()
        .chain(STATE_FIELDS)
        .map(str::to_owned)
        .chain(
            fields.iter().map(|field| if field == TEAM { RELEVANT_TEAM.to_owned() } else { field.clone() }),
        )
        .chain(bases)
        .collect();
    all.into_iter().collect()
}

/// The record in a row. Its body holds the fields wanted (all but companions when none are named) and the object's
/// own; `None` when the row has no id, or a blank one.
pub(super) fn found(facts: &ObjectFacts, fields: &[String], row: Map<'static>) -> Option<Found> {
    let text = |name: &str| row.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let not_blank =
        |name: &Option<String>| name.as_deref().and_then(&text).filter(|text| !text.trim().is_empty());
    let life_status = text(LIFE_STATUS);
    let void = is_void(&row);
    let is_locked = text("lock_status").as_deref() == Some("1");
    let status = match life_status {
        _ if is_deleted(&row) => Some(DELETED.to_owned()),
        Some(status) if status == "normal" && is_locked => Some(LOCKED.to_owned()),
        None if is_locked => Some(LOCKED.to_owned()),
        status => status,
    };
    Some(Found {
        id: text(ID).filter(|id| !id.trim().is_empty())?,
        number: not_blank(&facts.number),
        name: not_blank(&facts.name),
        version: row.get(VERSION).and_then(whole_number),
        status,
        void,
        body: body(facts, fields, row),
        closed: None,
    })
}

/// Voided (作废), or deleted after that.
pub(super) fn is_void(row: &Map) -> bool {
    row.get(LIFE_STATUS).and_then(Value::plain).as_deref() == Some("invalid") || is_deleted(row)
}

/// What a record that is neither voided nor deleted holds in the fields by which that is seen.
pub(super) fn standing() -> Vec<(String, Value<'static>)> {
    vec![(LIFE_STATUS.into(), Value::text("normal")), (IS_DELETED.into(), Value::Bool(false))]
}

fn is_deleted(row: &Map) -> bool {
    row.get(IS_DELETED).is_some_and(is_true)
}

fn body(facts: &ObjectFacts, fields: &[String], row: Map<'static>) -> Map<'static> {
    let own = own_fields(facts);
    let asks_for_team = fields.iter().any(|field| field == TEAM);
    let team = row.get(RELEVANT_TEAM).filter(|_| asks_for_team).map(team::read);
    let is_wanted = |name: &str| match fields.is_empty() {
        true => companion_of(name).is_none(),
        false => own.contains(&name) || fields.iter().any(|field| field == name),
    };
    let mut body: Map = row.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    if let Some(team) = team {
        body.set(TEAM, team);
    }
    body
}

fn own_fields(facts: &ObjectFacts) -> Vec<&str> {
    [Some(ID), facts.number.as_deref(), facts.name.as_deref(), Some(VERSION)].into_iter().flatten().collect()
}

/// The field that a companion is derived from: `account_id` for `account_id__r`.
pub(super) fn companion_of(field: &str) -> Option<&str> {
    COMPANIONS.iter().find_map(|ending| field.strip_suffix(ending)).filter(|base| !base.is_empty())
}

fn is_true(value: &Value) -> bool {
    matches!(value.plain().as_deref(), Some("true" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ObjectFacts {
        ObjectFacts {
            id: ID.into(),
            number: Some("account_no".into()),
            name: Some("name".into()),
            version: Some(VERSION.into()),
            by_time: true,
            statuses: Vec::new(),
            personal: Vec::new(),
        }
    }

    fn found_in(fields: &[&str], row: &str) -> Option<Found> {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let Value::Map(row) = model::json::read(row).unwrap().into_owned() else { panic!("no map") };
        found(&facts(), &fields, row)
    }

    #[test]
    fn a_row_becomes_a_record_with_the_fields_asked_for() {
        let row = r#"{"_id":"5f3a","account_no":"KH-001","name":"桥梁公司","tel":"0755","owner":["FSUID_A"],
            "owner__r":{"name":"张三"},"life_status":"normal","last_modified_time":1597652454276,"version":"4"}"#;
        let found = found_in(&["tel"], row).unwrap();
        assert_eq!(
            (&*found.id, found.number.as_deref(), found.name.as_deref()),
            ("5f3a", Some("KH-001"), Some("桥梁公司"))
        );
        assert_eq!(
            (found.version, found.status.as_deref(), found.void),
            (Some(1597652454276), Some("normal"), false)
        );
        let names: Vec<&str> = found.body.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["_id", "account_no", "name", "tel", "last_modified_time"]);
    }

    #[test]
    fn companions_are_left_out_unless_they_are_asked_for() {
        let row = r#"{"_id":"1","account_id":"a","account_id__r":"桥","f__c":"x","owner__l":[]}"#;
        let all: Vec<String> =
            found_in(&[], row).unwrap().body.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(all, ["_id", "account_id", "f__c"]);
        assert_eq!(found_in(&["account_id__r"], row).unwrap().body.get("account_id__r"), Some(&"桥".into()));
        let asked = projection(&facts(), &["account_id__r".to_owned()]);
        assert!(
            asked.contains(&"account_id".to_owned()) && asked.contains(&"life_status".to_owned()),
            "{asked:?}"
        );
        assert!(projection(&facts(), &[]).is_empty());
    }

    #[test]
    fn voided_and_locked_rows_say_so() {
        for (row, status, void) in [
            (r#"{"_id":"1","life_status":"invalid","lock_status":"1"}"#, Some("invalid"), true),
            (r#"{"_id":"1","life_status":"normal","is_deleted":true}"#, Some("deleted"), true),
            (r#"{"_id":"1","life_status":"invalid","is_deleted":"1"}"#, Some("deleted"), true),
            (
                r#"{"_id":"1","life_status":"normal","is_deleted":"false","lock_status":"0"}"#,
                Some("normal"),
                false,
            ),
            (r#"{"_id":"1","life_status":"normal","lock_status":"1"}"#, Some("locked"), false),
            (r#"{"_id":"1","life_status":"under_review","lock_status":"1"}"#, Some("under_review"), false),
            (r#"{"_id":"1"}"#, None, false),
        ] {
            let found = found_in(&[], row).unwrap();
            assert_eq!((found.status.as_deref(), found.void), (status, void), "{row}");
        }
        for row in [r#"{"name":"没有编号"}"#, r#"{"_id":" ","name":"空编号"}"#, r#"{"_id":null}"#] {
            assert!(found_in(&[], row).is_none(), "{row}");
        }
    }
}
