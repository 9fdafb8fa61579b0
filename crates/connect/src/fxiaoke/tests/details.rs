//! Detail rows: sent with a new master, read by it, changed one by one.

use contract::connector::{DetailLines, Found, LookupAsk, PlanAsk};
use model::step::{Action, Step};

use super::crm::{Crm, VoidedRows};
use super::*;

const LIST: &str = "details.SalesOrderProductObj";

/// An order with these rows as it was read.
fn order(rows: &str) -> Found {
    Found {
        id: "o1".into(),
        number: Some("SO-001".into()),
        name: Some("SO-001".into()),
        version: Some(1),
        status: Some("normal".into()),
        void: false,
        body: map(&format!(r#"{{"_id":"o1","details":{{"SalesOrderProductObj":{rows}}}}}"#)),
        closed: None,
    }
}

fn document(lines: &str) -> Map<'static> {
    map(&format!(r#"{{"details":{{"SalesOrderProductObj":{lines}}}}}"#))
}

fn linked(rows: &[Option<&str>], gone: &[&str]) -> DetailLines {
    DetailLines {
        list: LIST.into(),
        key: None,
        rows: rows.iter().map(|row| row.map(str::to_owned)).collect(),
        gone: strings(gone),
        others: Vec::new(),
    }
}

/// The steps of an update as text, or the class and code of the refusal.
fn planned(
    lines: DetailLines,
    mapped: &str,
    agreed: Option<&str>,
    rows: &str,
    waited: bool,
) -> Result<Vec<String>, String> {
    let (mapped, agreed, observed) = (document(mapped), agreed.map(document), order(rows));
    let ask = PlanAsk {
        connection: &crate::exchanges::connection("fxiaoke", &[], &[]),
        object: "SalesOrderObj",
        create: &Map::new(),
        mapped: &mapped,
        changed: &strings(&["details"]),
        observed: Some(&observed),
        status: None,
        void: None,
        agreed: agreed.as_ref(),
        lines: &[lines],
        options: &Map::new(),
        closed: None,
        waited,
        derived: None,
    };
    let told = |step: &Step| {
        assert_eq!((&*step.object, step.row_of.as_deref()), ("SalesOrderProductObj", Some(LIST)));
        let id = step.id.as_deref().unwrap_or("-");
        format!("{} {id} {}", step.action.name(), step.document).trim_end().to_owned()
    };
    let steps = fxiaoke().plan(&ask).map_err(|r| format!("{} {}", r.class.name(), r.cause.code))?;
    Ok(steps.iter().map(told).collect())
}

const TWO: &str =
    r#"[{"_id":"r1","product_id":"p1","quantity":"2.00"},{"_id":"r2","product_id":"p2","quantity":"1.00"}]"#;

#[test]
fn a_changed_line_changes_its_row_a_new_one_makes_one_and_a_gone_one_voids_its_row() {
    let mapped = r#"[{"product_id":"p2","quantity":3},{"product_id":"p9","quantity":1}]"#;
    let agreed = r#"[{"product_id":"p1","quantity":2},{"product_id":"p2","quantity":1}]"#;
    let steps = planned(linked(&[Some("r2"), None], &["r1"]), mapped, Some(agreed), TWO, false);
    assert_eq!(
        steps.unwrap(),
        [
            r#"update r2 {"quantity":3}"#,
            r#"create - {"product_id":"p9","quantity":1,"record_type":"default__c"}"#,
            "invalid r1"
        ]
    );
}

#[test]
fn lines_that_only_changed_places_or_their_writing_change_nothing() {
    let mapped = r#"[{"product_id":"p2","quantity":1},{"product_id":"p1","quantity":"2"}]"#;
    for (lines, agreed) in [
        (linked(&[Some("r2"), Some("r1")], &[]), Some(mapped)),
        (linked(&[], &[]), Some(mapped)),
        (linked(&[], &[]), None),
    ] {
        assert_eq!(planned(lines, mapped, agreed, TWO, false), Ok(Vec::new()));
    }
}

#[test]
fn without_links_a_changed_line_takes_the_row_of_the_agreed_one_and_peoples_rows_stay() {
    let agreed = Some(r#"[{"product_id":"p1","quantity":2}]"#);
    let changed = planned(linked(&[], &[]), r#"[{"product_id":"p1","quantity":5}]"#, agreed, TWO, false);
    assert_eq!(changed.unwrap(), [r#"update r1 {"quantity":5}"#], "r2 is nobody's of ours");
    let removed = planned(linked(&[], &[]), "[]", agreed, TWO, false);
    assert_eq!(removed.unwrap(), ["invalid r1"]);
}

#[test]
fn a_line_that_was_written_and_does_not_show_is_waited_for_once() {
    let line = r#"[{"product_id":"p1","quantity":2}]"#;
    for lines in [linked(&[], &[]), linked(&[Some("r1")], &[])] {
        let soon = planned(lines.clone(), line, Some(line), "[]", false);
        assert_eq!(soon, Err("transient fxiaoke.line_unseen".into()), "{lines:?}");
        let later = planned(lines, line, Some(line), "[]", true).unwrap();
        assert_eq!(later, [r#"create - {"product_id":"p1","quantity":2,"record_type":"default__c"}"#]);
    }
    let new = planned(linked(&[], &[]), line, None, "[]", false);
    assert_eq!(new.unwrap().len(), 1, "what was never written is not waited for");
    let gone = planned(linked(&[], &["r1"]), "[]", Some(line), "[]", false);
    assert_eq!(gone, Err("transient fxiaoke.line_unseen".into()), "else it would be left behind");
}

#[test]
fn a_row_that_was_not_read_or_cannot_be_written_is_told() {
    let observed = Found { body: map("{}"), ..order("[]") };
    let mapped = document("[]");
    let ask = PlanAsk {
        connection: &crate::exchanges::connection("fxiaoke", &[], &[]),
        object: "SalesOrderObj",
        create: &Map::new(),
        mapped: &mapped,
        changed: &strings(&["details"]),
        observed: Some(&observed),
        status: None,
        void: None,
        agreed: None,
        lines: &[],
        options: &Map::new(),
        closed: None,
        waited: false,
        derived: None,
    };
    assert_eq!(fxiaoke().plan(&ask).unwrap_err().cause.code, "fxiaoke.lines_unread");
    let derived = planned(linked(&[], &[]), r#"[{"product_id__r":"桥"}]"#, None, "[]", false);
    assert_eq!(derived, Err("rejected fxiaoke.read_only".into()));
}

#[test]
fn what_became_of_a_row_is_seen_in_its_order() {
    let step = |action: Action, id: Option<&str>, document: &str, options: &str| Step {
        action,
        object: "SalesOrderProductObj".into(),
        id: id.map(str::to_owned),
        number: None,
        document: document.into(),
        options: options.into(),
        row_of: Some(LIST.into()),
    };
    let create = |others: &str| {
        let options = format!(r#"{{"row_of":{{"object":"SalesOrderObj","id":"o1","others":[{others}]}}}}"#);
        let line = r#"{"product_id":"p1","quantity":2,"record_type":"default__c"}"#;
        step(Action::Create, None, line, &options)
    };
    let invalid = |id| step(Action::Transition("invalid".into()), Some(id), "", "");
    for (step, accomplished) in [
        (create(""), true),
        (create(r#""r1""#), false),
        (step(Action::Update, Some("r1"), r#"{"quantity":"2"}"#, ""), true),
        (step(Action::Update, Some("r1"), r#"{"quantity":"2.01"}"#, ""), false),
        (step(Action::Update, Some("r9"), r#"{"quantity":"2"}"#, ""), false),
        (invalid("r1"), false),
        (invalid("r9"), true),
    ] {
        assert_eq!(fxiaoke().accomplished(&step, &order(TWO)), accomplished, "{step:?}");
    }
}

#[tokio::test]
async fn the_rows_of_many_orders_are_read_together_without_the_voided() {
    let mut rows: Vec<Map> = (0..3).map(|n| map(&format!(r#"{{"_id":"o{n}","name":"SO-{n}"}}"#))).collect();
    for n in 0..250 {
        let status = if n % 10 == 9 { "invalid" } else { "normal" };
        rows.push(map(&format!(
            r#"{{"_id":"r{n:03}","order_id":"o{}","quantity":"{n}.00","life_status":"{status}","unit":"个"}}"#,
            n % 2
        )));
    }
    let fields = strings(&["name", "details.SalesOrderProductObj.quantity"]);
    for voided in [VoidedRows::Shown, VoidedRows::Hidden] {
        let crm = Crm::new(rows.clone(), voided);
        let ids = strings(&["o0", "o1", "o2"]);
        let found = fxiaoke().get(&crm, "SalesOrderObj", &ids, &fields).await.unwrap();
        let rows_of = |found: &Found| {
            let rows = Value::Map(found.body.clone());
            rows.get("details").unwrap().get("SalesOrderProductObj").unwrap().as_list().unwrap().to_vec()
        };
        let counts: Vec<usize> = found.iter().map(|found| rows_of(found).len()).collect();
        assert_eq!(counts, [125, 100, 0], "{voided:?}");
        assert_eq!(json::write(&rows_of(&found[0])[0]), r#"{"_id":"r000","quantity":"0.00"}"#);
        assert_eq!(crm.queries(), 3, "three pages of rows; the orders themselves are got by id");
        let (by, keys) = (strings(&["name"]), [strings(&["SO-1"])]);
        let ask = LookupAsk { object: "SalesOrderObj", by: &by, keys: &keys, fields: &fields };
        let hits = fxiaoke().lookup(&crm, &ask).await.unwrap();
        assert_eq!(rows_of(&hits[0][0]).len(), 100);
    }
}

/// A custom master and its detail object, whose description alone says which field joins them.
#[tokio::test]
async fn the_field_of_a_custom_master_is_described_and_remembered() {
    let described = r#"{"errorCode":0,"data":{"describe":{"api_name":"object_d__c","fields":{
        "name":{"api_name":"name","type":"text"},
        "field_m__c":{"api_name":"field_m__c","type":"master_detail","target_api_name":"object_m__c"}}}}}"#;
    let made = r#"{"errorCode":0,"dataId":"r1"}"#;
    let connector = (super::super::BUILT_IN.connector)(manifest());
    let wire = signed_in(&[]).answering(described).answering(made).answering(made);
    let step = Step {
        action: Action::Create,
        object: "object_d__c".into(),
        id: None,
        number: None,
        document: r#"{"quantity":"1"}"#.into(),
        options: r#"{"row_of":{"object":"object_m__c","id":"m1","others":[]}}"#.into(),
        row_of: Some("details.object_d__c".into()),
    };
    for _ in 0..2 {
        let done = connector.step(&wire, std::slice::from_ref(&step)).await.remove(0).unwrap();
        assert_eq!(done.id.as_deref(), Some("r1"));
    }
    no_problems(&wire);
    assert_eq!(
        inner(&wire.sent()[2]),
        r#"{"object_data":{"dataObjectApiName":"object_d__c","field_m__c":"m1","quantity":"1","owner":["FSUID_OP"]}}"#
    );
    let none = r#"{"errorCode":0,"data":{"describe":{"api_name":"object_d__c","fields":{}}}}"#;
    let wire = signed_in(&[]).answering(none);
    let refused = fxiaoke().step(&wire, &[step]).await.remove(0).unwrap_err();
    assert_eq!((refused.class.name(), &*refused.cause.code), ("config", "fxiaoke.no_master_field"));
}
