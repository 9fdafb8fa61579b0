//! Derived documents (下推) and closing: what the system of the tests does, and what must come of it.

use contract::connector::{Derived, DerivedRow, Found, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Timestamp, Value, json};

use crate::desk::Desk;
use crate::rows::step;
use crate::system::map;
use crate::world::World;

/// A derivation alone: which parent, which of its rows, and what was there before.
pub fn plan(object: &str, parent: &Derived) -> Step {
    let texts = |texts: &[String]| Value::List(texts.iter().map(|text| Value::from(text.clone())).collect());
    let mut document = Map::new();
    document.set("parent_object", parent.object.clone());
    document.set("parent", parent.id.clone());
    document.set("take", texts(&parent.rows));
    document.set("known", texts(&parent.known));
    step(Action::Derive, object, None, &document)
}

/// Makes the document with the parent's rows that were asked for. It takes all that is left of them until it is changed:
/// before that, there is nothing for another.
///
/// # Errors
/// Nothing is left.
pub fn carry_out(desk: &mut Desk, step: &Step, id: &str, now: Timestamp) -> Result<(), Refusal> {
    let asked = map(&step.document);
    let text = |name: &str| asked.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
    let is_whole = |found: &Found| found.body.get("note").is_none();
    if of_parent(desk, &step.object, &text("parent")).iter().any(is_whole) {
        return Err(Refusal::new(AnswerClass::Rejected, Cause::new("box.nothing_left")));
    }
    let parent = desk.found(&text("parent_object"), &text("parent")).expect("the parent is there");
    let take = asked.get("take").and_then(Value::as_list).unwrap_or_default();
    let rows = parent.body.get("rows").and_then(Value::as_list).unwrap_or_default();
    let is_taken = |row: &&Value| take.is_empty() || row.get("row").is_some_and(|id| take.contains(id));
    let derived = rows.iter().filter(is_taken).enumerate().map(|(n, row)| {
        let mut row = row.as_map().unwrap().clone();
        let from = row.get("row").and_then(Value::as_text).unwrap_or_default().to_owned();
        let made = format!("{id}-{n}");
        row.set("row", made.clone());
        (DerivedRow { id: made, from }, Value::Map(row))
    });
    let (told, derived): (Vec<DerivedRow>, Vec<Value>) = derived.unzip();
    let mut body = Map::new();
    body.set("parent", text("parent"));
    body.set("rows", Value::List(derived));
    desk.derived_rows.extend(told.into_iter().map(|row| (id.to_owned(), row)));
    desk.save(&step.object, id, &json::write(&Value::Map(body)), now);
    Ok(())
}

pub fn of_parent(desk: &Desk, object: &str, parent: &str) -> Vec<Found> {
    let is_of = |found: &&Found| found.body.get("parent").and_then(Value::as_text) == Some(parent);
    desk.tables.get(object).into_iter().flat_map(|table| table.values()).filter(is_of).cloned().collect()
}

pub fn accomplished(step: &Step, observed: &Found) -> bool {
    let asked = map(&step.document);
    let known = asked.get("known").and_then(Value::as_list).unwrap_or_default();
    !known.iter().any(|id| id.as_text() == Some(&observed.id))
}

const BILLS: &str = "kind: flow\nname: bills\nsource: { connection: box, object: request }\n\
    target: { connection: box, object: bill, key: no }\nmap:\n  no: no\n  \
    rows: { lines: lines, id: _id, map: { item: item, qty: qty } }\n";
const OUTS: &str = "kind: flow\nname: outs\nsource: { connection: box, object: shipment }\n\
    target: { connection: box, object: out, \
    derive: { from: bill, by: request, lines: { by: line, of: rows } } }\nmap:\n  note: no\n  \
    rows: { lines: lines, id: _id, map: { qty: qty } }\n";

const REQUEST: &str = r#"{"no":"K1","lines":[{"_id":"a","item":"螺栓","qty":5},{"_id":"b","item":"螺母","qty":5},{"_id":"c","item":"垫圈","qty":5}]}"#;
const SHIPMENT: &str =
    r#"{"no":"S1","request":"1","lines":[{"_id":"x","line":"b","qty":2},{"_id":"y","line":"c","qty":5}]}"#;
const OUT: &str = r#"{"parent":"T1","rows":[{"item":"螺母","qty":2,"row":"T2-0"},{"item":"垫圈","qty":5,"row":"T2-1"}],"note":"S1"}"#;

async fn shipped(fault: impl FnOnce(&mut Desk)) -> World {
    let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    fault(&mut world.desk());
    world.save("shipment", "S1", SHIPMENT);
    world.run(60).await;
    world
}

#[tokio::test(start_paused = true)]
async fn a_document_is_derived_from_its_parents_lines_and_then_brought_on() {
    let world = shipped(|_| {}).await;
    assert_eq!(world.standing().await, ["bills 1 synced", "outs S1 synced"]);
    assert_eq!(world.desk().table("out"), [OUT]);
    world.save("shipment", "S1", &SHIPMENT.replace(r#"{"_id":"x","line":"b","qty":2},"#, ""));
    world.run(30).await;
    let out = world.desk().table("out").remove(0);
    assert!(out.contains("T2-1") && !out.contains("T2-0"), "its lines are linked like any: {out}");
}

#[tokio::test(start_paused = true)]
async fn a_line_is_joined_to_the_row_that_was_derived_from_its_own() {
    let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    // The parent's rows, and so those that are derived, stand in another order.
    let shipment = r#"{"no":"S1","request":"1","lines":[{"_id":"y","line":"c","qty":1},{"_id":"x","line":"b","qty":2}]}"#;
    world.save("shipment", "S1", shipment);
    world.run(60).await;
    let out = r#"{"parent":"T1","rows":[{"item":"垫圈","qty":1,"row":"T2-1"},{"item":"螺母","qty":2,"row":"T2-0"}],"note":"S1"}"#;
    assert_eq!(world.desk().table("out"), [out]);
    // The whole parent is never taken for lines that name none.
    world.save("shipment", "S2", r#"{"no":"S2","request":"1","lines":[{"_id":"z","qty":1}]}"#);
    world.run(60).await;
    assert_eq!(world.standing().await[2], "outs S2 failed engine.no_parent_named");
    assert_eq!(world.desk().table("out").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_was_derived_for_a_line_that_is_gone_meanwhile_goes() {
    let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    world.desk().refusals.insert("out".into(), [AnswerClass::Unknown].into());
    world.save("shipment", "S1", SHIPMENT);
    world.run(1).await;
    // Nobody knows yet what was derived, and by then one line names another line of the parent.
    let replaced = SHIPMENT.replace(r#"{"_id":"y","line":"c","qty":5}"#, r#"{"_id":"z","line":"a","qty":4}"#);
    world.save("shipment", "S1", &replaced);
    world.run(120).await;
    assert_eq!(world.standing().await, ["bills 1 synced", "outs S1 synced"]);
    let outs = world.desk().table("out");
    assert!(outs.len() == 1 && outs[0].contains("T2-0") && outs[0].contains(r#""qty":4"#), "{outs:?}");
    assert!(!outs[0].contains("T2-1") && !outs[0].contains("垫圈"), "it is nobody's: {outs:?}");
}

#[tokio::test(start_paused = true)]
async fn a_derivation_waits_for_its_parent() {
    let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
    world.desk().refusals.insert("bill".into(), [AnswerClass::Transient].into());
    world.save("shipment", "S1", SHIPMENT);
    world.save("request", "1", REQUEST);
    world.run(60).await;
    assert_eq!(world.desk().table("out").len(), 1);
    assert_eq!(world.standing().await, ["bills 1 synced", "outs S1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_derivation_made_is_recognised_among_what_its_parent_had_before() {
    for loses in [false, true] {
        let world = shipped(|desk| {
            let before = r#"{"parent":"T1","note":"手工下推"}"#;
            desk.save("out", "手工", before, Timestamp(0));
            desk.loses_writes = loses;
            desk.refusals.insert("out".into(), [AnswerClass::Unknown].into());
        })
        .await;
        assert_eq!(world.standing().await, ["bills 1 synced", "outs S1 synced"], "lost: {loses}");
        let outs = world.desk().table("out");
        assert_eq!(outs.len(), 2, "lost: {loses}: {outs:?}");
        assert!(outs.contains(&r#"{"parent":"T1","note":"手工下推"}"#.to_owned()), "{outs:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_that_derive_from_one_parent_never_take_each_others_document() {
    for loses in [false, true] {
        let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
        world.save("request", "1", REQUEST);
        world.run(20).await;
        world.desk().loses_writes = loses;
        world.desk().refusals.insert("out".into(), [AnswerClass::Unknown].into());
        world.save("shipment", "S1", SHIPMENT);
        world.save("shipment", "S2", &SHIPMENT.replace("S1", "S2"));
        world.run(120).await;
        let standing = world.standing().await;
        assert_eq!(standing, ["bills 1 synced", "outs S1 synced", "outs S2 synced"], "lost: {loses}");
        let outs = world.desk().table("out");
        let of = |note: &str| outs.iter().filter(|out| out.contains(note)).count();
        assert_eq!((outs.len(), of("S1"), of("S2")), (2, 1, 1), "lost: {loses}: {outs:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn siblings_wait_until_what_one_derived_leaves_them_the_rest_of_their_parent() {
    for lost in [false, true] {
        let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
        world.save("request", "1", REQUEST);
        world.run(20).await;
        // The first is derived, and its change comes much later.
        let derived = lost.then_some(AnswerClass::Unknown);
        world.desk().answers.insert("out".into(), [derived, Some(AnswerClass::Transient)].into());
        for id in ["S1", "S2", "S3", "S4"] {
            world.save("shipment", id, &SHIPMENT.replace("S1", id));
        }
        world.run(300).await;
        let synced = |id: &str| format!("outs {id} synced");
        let standing = world.standing().await;
        assert_eq!(standing[1..], ["S1", "S2", "S3", "S4"].map(synced), "lost: {lost}");
        assert_eq!(world.desk().table("out").len(), 4, "lost: {lost}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_derived_what_cannot_be_brought_on_keeps_its_siblings_no_longer_than_until_it_failed() {
    let world = World::with(&[("bills", BILLS), ("outs", OUTS)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    world.desk().answers.insert("out".into(), [None, Some(AnswerClass::Rejected)].into());
    world.save("shipment", "S1", SHIPMENT);
    world.save("shipment", "S2", &SHIPMENT.replace("S1", "S2"));
    world.run(60).await;
    let failed = ["outs S1 failed box.refused", "outs S2 failed box.nothing_left"];
    assert_eq!(world.standing().await[1..], failed);
}

#[tokio::test(start_paused = true)]
async fn a_lost_derivation_that_cannot_be_told_is_a_persons_decision() {
    let world = shipped(|desk| {
        desk.tells_no_derived = true;
    })
    .await;
    assert_eq!(world.standing().await[1], "outs S1 synced", "who cannot tell derives all the same");
    let world = shipped(|desk| {
        desk.tells_no_derived = true;
        desk.refusals.insert("out".into(), [AnswerClass::Unknown].into());
    })
    .await;
    assert_eq!(world.standing().await[1], "outs S1 failed engine.may_exist");
    world.save("shipment", "S1", &SHIPMENT.replace("5}", "4}"));
    world.run(60).await;
    assert_eq!(world.desk().table("out").len(), 1, "a change derives nothing again");
}

#[tokio::test(start_paused = true)]
async fn a_document_is_closed_and_opened_as_the_flow_says() {
    let text = BILLS.replace("key: no", "key: no, closed: 'state == \"done\"'");
    let world = World::with(&[("bills", &text)]).await;
    let closed = |world: &World| world.desk().tables["bill"].values().next().unwrap().closed;
    for (state, expected) in [("open", None), ("done", Some(true)), ("open", Some(false))] {
        world.save("request", "1", &REQUEST.replace("\"K1\"", &format!("\"K1\",\"state\":\"{state}\"")));
        world.run(20).await;
        assert_eq!(closed(&world), expected, "{state}");
        assert_eq!(world.standing().await, ["bills 1 synced"], "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_people_closed_and_a_write_opened_is_closed_again_whatever_became_of_the_write() {
    let world = World::with(&[("bills", BILLS)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    let closed = || world.desk().tables["bill"]["T1"].closed;
    let change = |to: &str| world.save("request", "1", &REQUEST.replace("螺栓", to));
    let answers = |answers: &[Option<AnswerClass>]| {
        world.desk().answers.insert("bill".into(), answers.iter().copied().collect());
    };
    world.desk().tables.get_mut("bill").unwrap().get_mut("T1").unwrap().closed = Some(true);
    change("螺柱");
    world.run(20).await;
    assert_eq!((closed(), world.standing().await), (Some(true), vec!["bills 1 synced".to_owned()]));
    // It was opened, and then the change is refused.
    answers(&[None, Some(AnswerClass::Rejected)]);
    change("螺钉");
    world.run(20).await;
    assert_eq!(
        (closed(), world.standing().await),
        (Some(false), vec!["bills 1 failed box.refused".to_owned()])
    );
    change("销钉");
    world.run(20).await;
    assert_eq!((closed(), world.standing().await), (Some(true), vec!["bills 1 synced".to_owned()]));
    // It was opened and changed, and then the line went dead: nothing but the closing is left.
    answers(&[None, None, Some(AnswerClass::Transient)]);
    change("铆钉");
    world.run(60).await;
    assert_eq!((closed(), world.standing().await), (Some(true), vec!["bills 1 synced".to_owned()]));
    // People open it: nothing closes it.
    world.desk().tables.get_mut("bill").unwrap().get_mut("T1").unwrap().closed = Some(false);
    change("卡簧");
    world.run(20).await;
    assert_eq!((closed(), world.standing().await), (Some(false), vec!["bills 1 synced".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_derivation_without_a_flow_that_makes_its_parent_is_refused_with_its_place() {
    for (text, code) in [
        (OUTS.replace("from: bill", "from: 没有的"), "config.derive_without_flow"),
        (OUTS.replace("of: rows", "of: 没有的"), "config.lines_not_linked"),
    ] {
        let world = World::new();
        let texts = [
            ("connection", "box", crate::world::CONNECTION),
            ("flow", "bills", BILLS),
            ("flow", "outs", &*text),
        ];
        let outcome = world.apply(&texts).await;
        let problems = outcome.problems.iter().filter(|problem| !problem.is_warning);
        let told: Vec<_> = problems
            .map(|problem| (problem.name.as_str(), problem.at, problem.cause.code.to_string()))
            .collect();
        assert_eq!(told, [("outs", (4, 41), code.to_owned())]);
    }
}
