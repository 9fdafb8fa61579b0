//! References that go back along links, by id, by number and by line; and flows that go both ways of one pair.

use engine::setup::Problem;

use crate::world::World;

const BILLS: &str = "kind: flow\nname: bills\nsource: { connection: box, object: request }\n\
    target: { connection: box, object: bill, key: no }\nmap:\n  no: no\n  \
    rows: { lines: lines, id: _id, map: { item: item } }\n";
/// Back: a delivery of a bill becomes a note of the request.
const NOTES: &str = "kind: flow\nname: notes\nsource: { connection: box, object: delivery }\n\
    target: { connection: box, object: note, key: no }\nmap:\n  no: no\n  \
    request: { from: bill_no, reference: bill, by: number, target: request, want: id }\n  \
    lines: { lines: details, map: { line: { from: bill_row, reference: bill, line_of: rows, target: request } } }\n";
const STATES: &str = "kind: flow\nname: states\nsource: { connection: box, object: bill }\n\
    target: { connection: box, object: request }\nmap:\n  state: state\n";

const REQUEST: &str = r#"{"no":"K1","lines":[{"_id":"a","item":"螺栓"},{"_id":"b","item":"螺母"}]}"#;

/// A delivery of the bill's row of that line.
async fn deliver(world: &World, line: &str) {
    let link = world.store().trace("K1", 1).await.unwrap()[0].links[0].id;
    let rows = world.store().lines(&[link]).await.unwrap().remove(0);
    let row = rows.iter().find(|link| link.line == line).map_or("手", |link| &link.row);
    world.save(
        "delivery",
        "D1",
        &format!(r#"{{"no":"D1","bill_no":"K1","details":[{{"bill_row":"{row}"}}]}}"#),
    );
}

fn standing_of<'s>(standing: &'s [String], flow: &str) -> Vec<&'s str> {
    standing.iter().map(String::as_str).filter(|line| line.starts_with(flow)).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_flow_linked_is_found_on_the_way_back() {
    let world = World::with(&[("bills", BILLS), ("notes", NOTES)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    deliver(&world, "b").await;
    world.run(20).await;
    assert_eq!(world.desk().table("note"), [r#"{"no":"D1","request":"1","lines":[{"line":"b"}]}"#]);
}

#[tokio::test(start_paused = true)]
async fn whoever_refers_to_what_is_not_linked_waits_and_goes_on_by_itself() {
    let world = World::with(&[("bills", BILLS), ("notes", NOTES)]).await;
    world.save("delivery", "D1", r#"{"no":"D1","bill_no":"K1","details":[]}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["notes D1 waiting engine.waits_for_link"]);
    world.save("request", "1", REQUEST);
    world.run(20).await;
    assert_eq!(standing_of(&world.standing().await, "notes"), ["notes D1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_told_to_a_void_record_is_told_once_it_is_in_force_again() {
    let never = STATES.replace("object: request }", "object: request, create: never }");
    let world = World::with(&[("bills", BILLS), ("states", &never)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    let (bill, mut body) = {
        let desk = world.desk();
        let (bill, found) = desk.tables["bill"].iter().next().unwrap();
        (bill.clone(), found.body.clone())
    };
    world.void("request", "1");
    world.run(20).await;
    body.set("state", "closed");
    world.save("bill", &bill, &model::json::write(&model::Value::Map(body)));
    world.run(20).await;
    let standing = world.standing().await;
    assert!(standing.contains(&format!("states {bill} skipped engine.void_there")), "{standing:?}");
    world.save("request", "1", REQUEST);
    world.run(30).await;
    let standing = world.standing().await;
    assert!(standing.contains(&format!("states {bill} synced")), "{standing:?}");
    let request = world.desk().table("request").concat();
    assert!(request.contains("closed"), "{request}");
}

#[tokio::test(start_paused = true)]
async fn a_flow_back_that_makes_nothing_goes_on_once_the_flow_forth_has_linked_the_pair() {
    let never = STATES.replace("object: request }", "object: request, create: never }");
    let world = World::with(&[("bills", BILLS), ("states", &never)]).await;
    world.save("bill", "B1", r#"{"no":"K1","rows":[],"state":"closed"}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["states B1 skipped engine.not_made_here"]);
    world.save("request", "1", REQUEST);
    world.run(20).await;
    assert_eq!(standing_of(&world.standing().await, "states"), ["states B1 synced"]);
    assert!(world.desk().table("request")[0].contains(r#""state":"closed""#));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_people_added_is_waited_for_or_skipped_as_the_flow_says() {
    for (missing, expected) in [
        ("", "notes D1 waiting engine.waits_for_line"),
        (", missing: skip", "notes D1 skipped engine.nothing_to_refer_to"),
    ] {
        let notes = NOTES.replace("line_of: rows", &format!("line_of: rows{missing}"));
        let world = World::with(&[("bills", BILLS), ("notes", &notes)]).await;
        world.save("request", "1", REQUEST);
        world.run(20).await;
        deliver(&world, "手工").await;
        world.run(20).await;
        assert_eq!(standing_of(&world.standing().await, "notes"), [expected]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_skipped_record_comes_back_when_what_it_refers_to_is_linked_after_all() {
    let notes = NOTES.replace("by: number,", "by: number, missing: skip,");
    let world = World::with(&[("bills", BILLS), ("notes", &notes)]).await;
    world.save("delivery", "D1", r#"{"no":"D1","bill_no":"K1","details":[]}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["notes D1 skipped engine.nothing_to_refer_to"]);
    world.save("request", "1", REQUEST);
    world.run(20).await;
    assert_eq!(standing_of(&world.standing().await, "notes"), ["notes D1 synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_goes_back_writes_to_the_record_it_came_from_and_makes_none() {
    let world = World::with(&[("bills", BILLS), ("states", STATES)]).await;
    world.save("request", "1", REQUEST);
    world.run(20).await;
    world.save("bill", "T1", r#"{"no":"K1","state":"已关闭"}"#);
    world.run(30).await;
    let requests = world.desk().tables["request"].clone();
    assert_eq!(requests.keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!(requests["1"].body.get("state").and_then(|state| state.as_text()), Some("已关闭"));
}

#[tokio::test(start_paused = true)]
async fn a_reference_to_lines_that_no_flow_links_is_refused_with_its_place() {
    let world = World::new();
    let bills = BILLS.replace("id: _id, ", "");
    let texts = [
        ("connection", "box", crate::world::CONNECTION),
        ("flow", "bills", &*bills),
        ("flow", "notes", NOTES),
    ];
    let outcome = world.apply(&texts).await;
    let told = |problem: &Problem| (problem.name.clone(), problem.at, problem.cause.code.to_string());
    let problems: Vec<_> = outcome.problems.iter().filter(|problem| !problem.is_warning).map(told).collect();
    assert_eq!(problems, [("notes".to_owned(), (8, 35), "config.lines_not_linked".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_child_says_why_its_parent_failed() {
    let world = World::with(&[("bills", BILLS)]).await;
    let child = "kind: flow\nname: children\nsource: { connection: box, object: child }\n\
        target: { connection: box, object: kid, key: no }\nmap:\n  no: no\n  \
        of: { from: of, reference: request }\n";
    world.apply(&[("flow", "children", child)]).await;
    world.desk().refusals.insert("bill".into(), vec![model::AnswerClass::Rejected; 9].into());
    world.save("request", "1", REQUEST);
    world.save("child", "C1", r#"{"no":"C1","of":"1"}"#);
    world.run(30).await;
    let tasks = world.tasks().await;
    let cause =
        tasks.iter().find(|line| line.source_id == "C1").and_then(|line| line.task.cause.clone()).unwrap();
    assert_eq!((&*cause.code, cause.param("number")), ("engine.parent_failed_because", Some("K1")));
    assert_eq!(cause.inner().map(|inner| inner.code.to_string()).as_deref(), Some("box.refused"));
}
