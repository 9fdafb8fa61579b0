//! Detail lines: whatever happens to the source, to an answer or to us, each line has exactly its row, rows keep their
//! ids, and what people added stays.

use std::collections::BTreeMap;

use model::{AnswerClass, Value, json};

use crate::world::World;

const BILLS: &str = "kind: flow\nname: bills\nsource: { connection: box, object: request }\n\
    target: { connection: box, object: TARGET, key: no }\nmap:\n  no: no\n  name: name\n  \
    rows: { lines: lines, id: _id, map: { item: item, qty: qty } }\n";

const TARGETS: [(&str, &str); 2] = [("bill", "bill"), ("order", "order_row")];

/// What becomes of the write of that number.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Carried out, and not answered.
    Lost(usize),
    /// Not carried out, and not answered.
    Gone(usize),
    /// Carried out, and we are gone before we hear of it.
    Crash(usize),
}

const EDITS: [(&str, &str); 7] = [
    ("insert", "a=螺栓/5 d=垫圈/7 b=螺母/5 c=螺母/5"),
    ("delete", "a=螺栓/5 c=螺母/5"),
    ("re-order", "c=螺母/5 a=螺栓/5 b=螺母/5"),
    ("change", "a=螺栓/6 b=螺母/5 c=螺母/5"),
    ("put in anew", "a=螺栓/5 e=螺母/5 c=螺母/5"),
    ("all at once", "d=垫圈/7 c=螺母/9 a=螺栓/5 f=垫圈/7"),
    ("take all", ""),
];
const BEGINNING: &str = "a=螺栓/5 b=螺母/5 c=螺母/5";

fn body(lines: &str) -> String {
    let line = |line: &str| {
        let (id, rest) = line.split_once('=').unwrap();
        let (item, qty) = rest.split_once('/').unwrap();
        format!(r#"{{"_id":"{id}","item":"{item}","qty":{qty}}}"#)
    };
    let lines: Vec<String> = lines.split_whitespace().map(line).collect();
    format!(r#"{{"no":"K1","name":"桥","lines":[{}]}}"#, lines.join(","))
}

/// Row id → `item/qty` of the one document.
fn rows(world: &World, target: &str) -> BTreeMap<String, String> {
    let desk = world.desk();
    let ids: Vec<String> = desk.tables[target].keys().cloned().collect();
    assert_eq!(ids.len(), 1, "one document");
    let found = desk.found(target, &ids[0]).unwrap();
    let rows = found.body.get("rows").and_then(Value::as_list).unwrap_or_default();
    let text =
        |row: &Value, name: &str| row.get(name).and_then(Value::plain).unwrap_or_default().into_owned();
    rows.iter().map(|row| (text(row, "row"), format!("{}/{}", text(row, "item"), text(row, "qty")))).collect()
}

/// Line id → row id, as the links say.
async fn linked(world: &World) -> BTreeMap<String, String> {
    let link = world.store().trace("K1", 1).await.unwrap()[0].links[0].id;
    let lines = world.store().lines(&[link]).await.unwrap().remove(0);
    lines.into_iter().map(|link| (link.line, link.row)).collect()
}

/// Somebody adds a row to the document at the target.
fn add_by_hand(world: &World, target: &str) {
    let now = world.now();
    let mut desk = world.desk();
    let (id, found) =
        desk.tables[target].iter().next().map(|(id, found)| (id.clone(), found.clone())).unwrap();
    if target == "order" {
        return desk.save("order_row", "手", &format!(r#"{{"of":"{id}","item":"手工","qty":1}}"#), now);
    }
    let mut body = found.body;
    let Some(Value::List(rows)) = body.get_mut("rows") else { panic!("it has rows") };
    rows.push(Value::Map(crate::system::map(r#"{"row":"手","item":"手工","qty":1}"#)));
    desk.save(target, &id, &json::write(&Value::Map(body)), now);
}

fn dial(world: &World, writes: &str, fault: Fault) {
    let mut desk = world.desk();
    let lost = |n: usize| {
        let answers = (1..n).map(|_| None).chain([Some(AnswerClass::Unknown)]);
        answers.collect::<Vec<_>>()
    };
    match fault {
        Fault::None => {}
        Fault::Lost(n) | Fault::Gone(n) => {
            desk.loses_writes = matches!(fault, Fault::Gone(_));
            desk.answers.insert(writes.into(), lost(n).into());
        }
        Fault::Crash(n) => desk.hangs_after = Some(desk.writes.len() + n),
    }
}

/// The law for one edit under one fault.
async fn check(target: (&str, &str), (name, after): (&str, &str), fault: Fault) {
    let told = format!("{} {name} {fault:?}", target.0);
    let text = BILLS.replace("TARGET", target.0);
    let world = World::with(&[("bills", &text)]).await;
    world.save("request", "1", &body(BEGINNING));
    world.run(20).await;
    let (before, rows_before) = (linked(&world).await, rows(&world, target.0));
    assert_eq!(before.len(), 3, "{told}");
    add_by_hand(&world, target.0);
    world.save("request", "1", &body(after));
    dial(&world, target.1, fault);
    if matches!(fault, Fault::Crash(_)) {
        world.crash(20).await;
        world.desk().hangs_after = None;
    }
    world.run(90).await;
    assert_eq!(world.standing().await, ["bills 1 synced"], "{told}");
    let (links, mut rows) = (linked(&world).await, rows(&world, target.0));
    assert_eq!(rows.remove("手").as_deref(), Some("手工/1"), "{told}: rows of people stay");
    let wanted: BTreeMap<&str, &str> =
        after.split_whitespace().map(|line| line.split_once('=').unwrap()).collect();
    assert_eq!(rows.len(), wanted.len(), "{told}: each line has its row, and no more: {rows:?}");
    for (line, content) in wanted {
        let row = links.get(line).unwrap_or_else(|| panic!("{told}: {line} is linked"));
        assert_eq!(rows[row], content, "{told}: {line}");
        if let Some(known) = before.get(line) {
            assert_eq!(row, known, "{told}: {line} keeps its row");
        } else {
            assert!(!rows_before.contains_key(row), "{told}: {line} is new");
        }
    }
    assert_eq!(links.len(), rows.len(), "{told}");
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_lines_changes_exactly_their_rows() {
    for target in TARGETS {
        for edit in EDITS {
            check(target, edit, Fault::None).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_that_people_made_before_the_write_is_never_taken_for_the_line_that_was_not_written() {
    for (target, writes) in TARGETS {
        let world = World::with(&[("bills", &BILLS.replace("TARGET", target))]).await;
        world.save("request", "1", &body("a=螺栓/5"));
        world.run(20).await;
        add_by_hand(&world, target);
        world.save("request", "1", &body("a=螺栓/5 d=手工/7"));
        dial(&world, writes, Fault::Gone(1));
        world.run(90).await;
        assert_eq!(world.standing().await, ["bills 1 synced"], "{target}");
        let mut rows = rows(&world, target);
        assert_eq!(rows.remove("手").as_deref(), Some("手工/1"), "{target}: what people made stays");
        let mut rows: Vec<String> = rows.into_values().collect();
        rows.sort();
        assert_eq!(rows, ["手工/7", "螺栓/5"], "{target}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_written_in_part_is_not_audited_again() {
    for (answers, status) in
        [(vec![Some(AnswerClass::Rejected)], "audited"), (vec![None, Some(AnswerClass::Rejected)], "saved")]
    {
        let world = World::with(&[("bills", &BILLS.replace("TARGET", "order"))]).await;
        world.save("request", "1", &body("a=螺栓/5 b=螺母/5"));
        world.run(20).await;
        let id = world.desk().tables["order"].keys().next().unwrap().clone();
        world.desk().tables.get_mut("order").unwrap().get_mut(&id).unwrap().status = Some("audited".into());
        world.desk().answers.insert("order_row".into(), answers.clone().into());
        world.save("request", "1", &body("a=螺栓/6 b=螺母/6"));
        world.run(20).await;
        assert_eq!(world.standing().await, ["bills 1 failed box.refused"], "{answers:?}");
        let now = world.desk().tables["order"][&id].status.clone();
        assert_eq!(now.as_deref(), Some(status), "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_or_a_crash_between_the_rows_doubles_none() {
    for target in TARGETS {
        let writes = if target.0 == "bill" { 1 } else { 4 };
        for edit in EDITS {
            for n in 1..=writes {
                for fault in [Fault::Lost(n), Fault::Gone(n), Fault::Crash(n)] {
                    check(target, edit, fault).await;
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lines_of_a_lost_create_are_recognised_and_not_doubled() {
    for (target, _) in TARGETS {
        let text = BILLS.replace("TARGET", target);
        let world = World::with(&[("bills", &text)]).await;
        dial(&world, target, Fault::Lost(1));
        world.save("request", "1", &body(BEGINNING));
        world.run(1).await;
        world.save("request", "1", &body("a=螺栓/6 c=螺母/5 d=垫圈/7"));
        world.run(60).await;
        assert_eq!(world.standing().await, ["bills 1 synced"], "{target}");
        let contents: Vec<String> = rows(&world, target).into_values().collect();
        assert_eq!(contents, ["螺栓/6", "螺母/5", "垫圈/7"], "{target}: edited while nobody knew");
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_does_not_show_at_once_is_read_again_for_its_rows() {
    let world = World::with(&[("bills", &BILLS.replace("TARGET", "bill"))]).await;
    world.desk().hidden.insert("bill".into(), 2);
    world.save("request", "1", &body(BEGINNING));
    world.run(60).await;
    assert_eq!(world.standing().await, ["bills 1 synced"]);
    assert_eq!(linked(&world).await.len(), 3, "whoever refers to a line must not wait for ever");
    assert_eq!(world.desk().writes.len(), 1, "and it is written once");
}

/// An order whose lines are records of their own, and nothing of a line is read but its order.
#[tokio::test(start_paused = true)]
async fn a_line_that_changed_long_after_its_document_is_brought_over() {
    let text = BILLS
        .replace("TARGET", "bill")
        .replace("object: request }", "object: request, include: { lines: { object: line, by: of } } }");
    let world = World::with(&[("bills", &text)]).await;
    world.save("request", "1", r#"{"no":"K1","name":"桥"}"#);
    let line = |qty: u32| format!(r#"{{"_id":"a","of":"1","item":"螺栓","qty":{qty}}}"#);
    world.save("line", "a", &line(5));
    world.run(20).await;
    let contents = |world: &World| rows(world, "bill").into_values().collect::<Vec<_>>();
    assert_eq!(contents(&world), ["螺栓/5"]);
    world.run(3600).await;
    world.save("line", "a", &line(7));
    world.run(60).await;
    assert_eq!(contents(&world), ["螺栓/7"]);
}

#[tokio::test(start_paused = true)]
async fn a_document_from_before_us_keeps_its_rows() {
    for (target, _) in TARGETS {
        let text = BILLS.replace("TARGET", target).replace("key: no", "key: no, match: [no]");
        let world = World::with(&[("bills", &text)]).await;
        world.save(target, "旧", r#"{"no":"K1","name":"桥"}"#);
        let rows_there = [("r1", "螺母/5"), ("r2", "手工/1"), ("r3", "螺栓/5")];
        let now = world.now();
        for (id, content) in rows_there {
            let (item, qty) = content.split_once('/').unwrap();
            if target == "order" {
                let row = format!(r#"{{"of":"旧","item":"{item}","qty":{qty}}}"#);
                world.desk().save("order_row", id, &row, now);
            }
        }
        if target == "bill" {
            let row = |(id, content): &(&str, &str)| {
                let (item, qty) = content.split_once('/').unwrap();
                format!(r#"{{"row":"{id}","item":"{item}","qty":{qty}}}"#)
            };
            let rows: Vec<String> = rows_there.iter().map(row).collect();
            let body = format!(r#"{{"no":"K1","name":"桥","rows":[{}]}}"#, rows.join(","));
            world.save("bill", "旧", &body);
        }
        world.save("request", "1", &body("a=螺栓/5 b=螺母/5 c=垫圈/7"));
        world.run(20).await;
        assert_eq!(world.standing().await, ["bills 1 synced"], "{target}");
        let links = linked(&world).await;
        assert_eq!((links["a"].as_str(), links["b"].as_str()), ("r3", "r1"), "{target}");
        world.save("request", "1", &body("b=螺母/5"));
        world.run(20).await;
        let expected = BTreeMap::from([("r1".into(), "螺母/5".into()), ("r2".into(), "手工/1".into())]);
        assert_eq!(rows(&world, target), expected, "{target}: what is not ours stays");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_pass_leaves_the_lines_on_their_rows() {
    let people = "kind: flow\nname: people\nsource: { connection: box, object: person }\n\
        target: { connection: box, object: buyer, key: no }\nmap:\n  no: no\n";
    for (target, _) in TARGETS {
        let text = BILLS
            .replace("TARGET", target)
            .replace("name: name", "name: name\n  buyer: { from: buyer, reference: person, later: true }");
        let world = World::with(&[("bills", &text), ("people", people)]).await;
        world.save("request", "1", &body(BEGINNING).replace("\"name\"", "\"buyer\":\"P1\",\"name\""));
        world.run(20).await;
        let before = linked(&world).await;
        assert_eq!(
            (before.len(), rows(&world, target).len()),
            (3, 3),
            "{target}: the first pass waits for nobody"
        );
        world.save("person", "P1", r#"{"no":"P1"}"#);
        world.run(700).await;
        let found = world.desk().tables[target].values().next().unwrap().body.clone();
        assert_eq!(found.get("buyer").and_then(Value::as_text), Some("P1"), "{target}");
        assert_eq!(linked(&world).await, before, "{target}");
        assert_eq!(rows(&world, target).len(), 3, "{target}");
    }
}
