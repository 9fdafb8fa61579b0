//! Reconciliations (对账): differences of every kind are found and no false one, cheaply, and repaired when people say so.

use contract::connector::Found;
use contract::store::DifferenceFilter;
use engine::reconcile::repair::{self, Desk as RepairDesk, RepairError};
use engine::reconcile::{Ask, Outcome, reconcile};
use model::reconciliation::{Difference, Kind, Run, RunState, Stage, State};
use model::{AnswerClass, Timestamp};

use crate::system::map;
use crate::world::World;

pub const CUSTOMERS: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account }\n\
    target: { connection: box, object: customer, key: no }\nscope: kind != 'outside'\nmap:\n  no: no\n  name: name\n";
const BACK: &str = "kind: flow\nname: back\nsource: { connection: box, object: customer }\n\
    target: { connection: box, object: account, key: no }\nmap:\n  no: no\n  name: name\n";
/// Until what was done is past the grace and the overlap of reading.
const PAST: u64 = 900;

fn ask() -> Ask {
    Ask { deep: false, since: None, until: None, owner: "甲".into(), goes_on: false }
}

async fn run_of(world: &World, ask: &Ask) -> Run {
    let setup = world.setup().await;
    let flow = &setup.flows[&"customers".into()];
    match reconcile(&world.seams, &setup, flow, ask, &|_| {}).await.unwrap() {
        Outcome::Ran(run) => *run,
        Outcome::Busy => panic!("nobody else is at it"),
    }
}

async fn kept(world: &World) -> Vec<Difference> {
    world
        .store()
        .differences(&DifferenceFilter { limit: 1_000, ..DifferenceFilter::default() })
        .await
        .unwrap()
}

fn told(difference: &Difference) -> String {
    let id = |known: &Option<model::reconciliation::Known>| {
        known.as_ref().map_or("–".to_owned(), |known| known.id.clone())
    };
    let found = &difference.found;
    let fields: Vec<String> =
        found.fields.iter().map(|f| format!(" {} {:?} {:?}", f.field, f.here, f.there)).collect();
    let code = found.cause.as_ref().map_or(String::new(), |cause| format!(" {}", cause.code));
    let (kind, state) = (found.kind.name(), difference.state.name());
    format!("{state} {kind} {} {}{}{code}", id(&found.source), id(&found.target), fields.concat())
        .replace("Some", "")
}

/// What is not closed.
async fn open(world: &World) -> Vec<String> {
    kept(world).await.iter().filter(|one| one.state != State::Closed).map(told).collect()
}

fn save_account(world: &World, id: &str, name: &str) {
    world.save("account", id, &format!(r#"{{"no":"K{id}","name":"{name}","kind":"normal"}}"#));
}

/// Accounts that were brought over, long enough ago; the documents have the ids T1, T2 … in their order.
pub async fn company(flows: &[(&str, &str)], accounts: usize) -> World {
    let world = World::with(flows).await;
    world.run(20).await;
    for number in 1..=accounts {
        save_account(&world, &format!("{number:04}"), &format!("客户{number}"));
    }
    world.run(PAST).await;
    assert_eq!(world.desk().table("customer").len(), accounts);
    world
}

/// A record as though it had been changed when it was past already: no reading saw it.
pub fn put(world: &World, object: &str, id: &str, body: &str, version: Timestamp) {
    let body = map(body);
    let found = Found {
        id: id.into(),
        number: body.get("no").and_then(|no| no.plain()).map(|no| no.into_owned()),
        name: None,
        version: Some(version.0),
        status: None,
        void: false,
        body,
        closed: None,
    };
    world.desk().tables.entry(object.into()).or_default().insert(id.into(), found);
}

pub fn remove(world: &World, object: &str, id: &str) {
    world.desk().tables.get_mut(object).unwrap().remove(id).unwrap();
}

fn asked(world: &World) -> usize {
    std::mem::take(&mut world.desk().asked).len()
}

#[tokio::test(start_paused = true)]
async fn differences_of_every_kind_are_found_and_no_false_one() {
    let world = company(&[("customers", CUSTOMERS)], 12).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"在目标改的"}"#, long_ago);
    remove(&world, "customer", "T2");
    put(&world, "customer", "X9", r#"{"no":"X9","name":"目标自己的"}"#, long_ago);
    remove(&world, "account", "0004");
    put(&world, "account", "0005", r#"{"no":"K0005","name":"没读到的修改","kind":"normal"}"#, long_ago);
    put(&world, "account", "0077", r#"{"no":"K0077","name":"没读到的新增","kind":"normal"}"#, long_ago);
    // These are none: out of scope, fields nobody maps, and what is on its way.
    put(&world, "account", "0078", r#"{"no":"K0078","name":"范围外","kind":"outside"}"#, long_ago);
    put(&world, "customer", "T6", r#"{"no":"K0006","name":"客户6","note":"没有映射的字段"}"#, long_ago);
    world.desk().answers.insert("customer".into(), [Some(AnswerClass::Rejected)].into());
    save_account(&world, "0099", "被拒绝的");
    world.run(30).await;
    save_account(&world, "0007", "刚改的");
    world.save("customer", "T8", r#"{"no":"K0008","name":"刚在目标改的"}"#);
    world.save("customer", "X10", r#"{"no":"X10","name":"刚建的"}"#);

    let expected = [
        r#"open only_there 0004 T4 reconcile.gone_here"#,
        r#"open differs 0005 T5 name ("\"没读到的修改\"") ("\"客户5\"") reconcile.change_not_read"#,
        r#"open only_here 0077 – reconcile.never_read"#,
        r#"open differs 0001 T1 name ("\"客户1\"") ("\"在目标改的\"")"#,
        r#"open only_here 0002 T2 reconcile.gone_there"#,
        r#"open only_there – X9"#,
        r#"open only_here 0099 – box.refused"#,
    ];
    for deep in [false, false, true] {
        let run = run_of(&world, &Ask { deep, ..ask() }).await;
        assert_eq!(run.state, RunState::Done, "{:?}", run.cause);
        let mut found = open(&world).await;
        let mut expected = expected.map(str::to_owned);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "deep: {deep}");
        let sum = run.sum;
        assert_eq!((sum.only_here, sum.only_there, sum.differs), (3, 2, 2), "deep: {deep}");
        assert_eq!(sum.matched, 12 - 4, "deep: {deep}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_makes_nothing_misses_no_document() {
    let never = CUSTOMERS.replace("key: no }", "key: no, create: never }");
    let world = World::with(&[("customers", &never)]).await;
    world.run(20).await;
    save_account(&world, "0001", "只在来源");
    world.run(PAST).await;
    assert_eq!(world.standing().await, ["customers 0001 skipped engine.not_made_here"]);
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "account", "0001", r#"{"no":"K0001","name":"没读到的修改","kind":"normal"}"#, long_ago);
    let run = run_of(&world, &Ask { deep: true, ..ask() }).await;
    assert_eq!((run.state, run.sum.only_here, open(&world).await.len()), (RunState::Done, 0, 0));
    let gets = world.desk().gets.len();
    world.run(30).await;
    let again = &world.desk().gets[gets..];
    assert!(again.iter().any(|(_, _, ids)| ids == &["0001"]), "it is read again: {again:?}");
}

#[tokio::test(start_paused = true)]
async fn equal_sides_cost_a_few_calls_and_each_difference_a_few_more() {
    let world = company(&[("customers", CUSTOMERS)], 1_500).await;
    for round in 0..2 {
        asked(&world);
        let run = run_of(&world, &ask()).await;
        let equal = asked(&world);
        assert_eq!((run.state, run.sum.matched, run.sum.open()), (RunState::Done, 1_500, 0), "round {round}");
        assert!(equal <= 50, "{equal} calls");
    }
    world.save("customer", "T500", r#"{"no":"K0500","name":"改过"}"#);
    world.save("customer", "X1", r#"{"no":"X1","name":"多出"}"#);
    remove(&world, "customer", "T100");
    world.run(PAST + 900).await;
    asked(&world);
    let run = run_of(&world, &ask()).await;
    let spent = asked(&world);
    assert_eq!((run.sum.only_here, run.sum.only_there, run.sum.differs), (1, 1, 1));
    assert!(spent <= 50 + 3 * 50, "{spent} calls");
    // What is known costs little: it is looked at again by its ids.
    let run = run_of(&world, &ask()).await;
    let again = asked(&world);
    assert_eq!(run.sum.open(), 3);
    assert!(again <= 50, "{again} calls");
}

#[tokio::test(start_paused = true)]
async fn a_short_or_refused_list_says_nothing_and_is_gone_on_with() {
    let world = company(&[("customers", CUSTOMERS)], 30).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "customer", "T3", r#"{"no":"K0003","name":"改过"}"#, long_ago);
    world.desk().left_out = 2;
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.state, run.cause.unwrap().code.as_ref()), (RunState::Incomplete, "reconcile.short_list"));
    assert_eq!(open(&world).await, [""; 0], "nothing is said of what was not shown");
    world.desk().left_out = 0;
    world.desk().refused_pages = [true; 3].into();
    let refused = run_of(&world, &ask()).await;
    assert_eq!((refused.id, refused.state), (run.id, RunState::Incomplete));
    assert_eq!(refused.cause.unwrap().code, "box.refused");
    let done = run_of(&world, &ask()).await;
    assert_eq!((done.id, done.state), (run.id, RunState::Done));
    assert_eq!(open(&world).await, [r#"open differs 0003 T3 name ("\"客户3\"") ("\"改过\"")"#]);
}

#[tokio::test(start_paused = true)]
async fn much_that_is_gone_is_asked_about_first() {
    let world = company(&[("customers", CUSTOMERS)], 60).await;
    for number in 1..=30 {
        remove(&world, "customer", &format!("T{number}"));
    }
    let run = run_of(&world, &ask()).await;
    let cause = run.cause.unwrap();
    assert_eq!((run.state, &*cause.code), (RunState::Asks, "reconcile.much_is_gone"));
    assert_eq!(open(&world).await, [""; 0]);
    let still = run_of(&world, &ask()).await;
    assert_eq!((still.id, still.state), (run.id, RunState::Asks), "it goes on when a person says so");
    let done = run_of(&world, &Ask { goes_on: true, ..ask() }).await;
    assert_eq!((done.id, done.state, done.sum.only_here), (run.id, RunState::Done, 30));
    assert_eq!(world.desk().table("customer").len(), 30, "nothing was written");
}

#[tokio::test(start_paused = true)]
async fn a_deep_run_goes_on_where_it_was_left() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    let begin = world.now().0 - 6_000_000;
    for number in 0..4_500 {
        let body = format!(r#"{{"no":"Y{number}","name":"目标自己的"}}"#);
        put(&world, "customer", &format!("Y{number:04}"), &body, Timestamp(begin + number * 1_000));
    }
    let deep = Ask { deep: true, ..ask() };
    let first = run_of(&world, &deep).await;
    assert_eq!((first.state, first.sum.only_there), (RunState::Done, 4_500));
    asked(&world);
    // After so many pages three answers in a row are refused.
    world.desk().refused_pages = (0..90).map(|page| page >= 70).collect();
    let left = run_of(&world, &deep).await;
    assert_eq!((left.state, left.place.stage), (RunState::Incomplete, Stage::There));
    assert!(left.place.at > 0 && left.id != first.id);
    world.desk().refused_pages.clear();
    asked(&world);
    let done = run_of(&world, &deep).await;
    assert_eq!((done.id, done.state, done.sum.only_there), (left.id, RunState::Done, 4_500));
    let pages = world.desk().asked.iter().filter(|asked| asked.as_str() == "page customer").count();
    assert!(pages < 91, "{pages} pages: what was read is not read again");
}

#[tokio::test(start_paused = true)]
async fn what_is_ignored_comes_back_when_either_side_changes() {
    let world = company(&[("customers", CUSTOMERS)], 2).await;
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"改过"}"#, Timestamp(world.now().0 - 700_000));
    run_of(&world, &ask()).await;
    let ids: Vec<_> = kept(&world).await.iter().map(|one| one.id).collect();
    assert_eq!(repair::ignore(&world.seams, &ids, "按目标为准", "王芳").await.unwrap(), 1);
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.ignored, run.sum.open(), run.sum.matched), (1, 0, 1));
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"又改"}"#, Timestamp(world.now().0 - 690_000));
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.ignored, run.sum.differs), (0, 1));
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"客户1"}"#, Timestamp(world.now().0 - 680_000));
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.differs, run.sum.matched), (0, 2));
    assert_eq!(kept(&world).await[0].state, State::Closed);
}

async fn repaired(
    world: &World,
    difference: &Difference,
    how: &str,
    only_looks: bool,
) -> Result<Vec<String>, String> {
    let setup = world.setup().await;
    let desk = RepairDesk { seams: &world.seams, setup: &setup, only_looks, by: "王芳" };
    let done = match how.split_once(' ') {
        None if how == "bring-over" => repair::bring_over(&desk, difference).await,
        None => repair::take_back(&desk, difference).await,
        Some((_, with)) => repair::adopt(&desk, difference, with).await,
    };
    match done {
        Ok(previews) => Ok(previews
            .iter()
            .flat_map(|preview| &preview.calls)
            .map(|(name, body)| format!("{name} {body}"))
            .collect()),
        Err(RepairError::Cannot(cause)) => Err(cause.code.into_owned()),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_differs_or_is_gone_is_brought_over_once_it_was_reviewed() {
    let world = company(&[("customers", CUSTOMERS)], 3).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"改过"}"#, long_ago);
    remove(&world, "customer", "T2");
    run_of(&world, &ask()).await;
    let differences = kept(&world).await;
    let written = world.desk().writes.len();
    let shown = repaired(&world, &differences[0], "bring-over", true).await.unwrap();
    assert_eq!(shown, [r#"update {"name":"客户1"}"#]);
    let shown = repaired(&world, &differences[1], "bring-over", true).await.unwrap();
    assert_eq!(shown, [r#"create {"no":"K0002","name":"客户2"}"#]);
    world.run(60).await;
    assert_eq!(world.desk().writes.len(), written, "it was only looked at");
    for difference in &differences {
        repaired(&world, difference, "bring-over", false).await.unwrap();
    }
    assert!(kept(&world).await.iter().all(|one| one.state == State::Repairing));
    world.run(PAST).await;
    assert_eq!(world.desk().writes.len(), written + 2);
    let mut customers = world.desk().table("customer");
    customers.sort();
    assert_eq!(customers, [1, 2, 3].map(|n| format!(r#"{{"no":"K000{n}","name":"客户{n}"}}"#)));
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.matched, run.sum.open()), (3, 0));
    assert!(kept(&world).await.iter().all(|one| one.state == State::Closed));
}

#[tokio::test(start_paused = true)]
async fn two_that_exist_are_adopted() {
    let world = company(&[("customers", CUSTOMERS)], 1).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "account", "0008", r#"{"no":"K0008","name":"客户八","kind":"normal"}"#, long_ago);
    put(&world, "customer", "X8", r#"{"no":"OLD-8","name":"老客户八"}"#, long_ago);
    run_of(&world, &ask()).await;
    let differences = kept(&world).await;
    let (here, there) = (&differences[0], &differences[1]);
    assert_eq!((here.found.kind, there.found.kind), (Kind::OnlyHere, Kind::OnlyThere));
    assert_eq!(
        repaired(&world, here, "adopt T1", true).await,
        Ok(vec![r#"update {"no":"K0008","name":"客户八"}"#.into()])
    );
    assert_eq!(repaired(&world, here, "adopt T1", false).await, Err("reconcile.linked_already".into()));
    assert_eq!(repaired(&world, here, "adopt X99", true).await, Err("reconcile.gone_there".into()));
    assert_eq!(repaired(&world, there, "take-back", true).await, Err("reconcile.no_way_back".into()));
    repaired(&world, there, "adopt 0008", false).await.unwrap();
    world.run(PAST).await;
    assert_eq!(world.desk().tables["customer"].len(), 2, "none was made");
    assert_eq!(world.desk().table("customer")[1], r#"{"no":"K0008","name":"客户八"}"#);
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.matched, run.sum.open()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_target_holds_is_taken_back_by_the_flow_the_other_way() {
    let world = company(&[("customers", CUSTOMERS), ("back", BACK)], 2).await;
    world.run(PAST).await;
    let long_ago = Timestamp(world.now().0 - 700_000);
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"以目标为准"}"#, long_ago);
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.differs, run.sum.only_there), (1, 0), "{:?}", open(&world).await);
    let difference = kept(&world).await.remove(0);
    let shown = repaired(&world, &difference, "take-back", true).await.unwrap();
    assert_eq!(shown, [r#"update {"name":"以目标为准"}"#]);
    repaired(&world, &difference, "take-back", false).await.unwrap();
    world.run(PAST).await;
    assert!(world.desk().table("account")[0].contains("以目标为准"));
    let run = run_of(&world, &ask()).await;
    assert_eq!((run.sum.open(), run.sum.matched), (0, 2), "{:?}", open(&world).await);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_says_how_often_is_reconciled_by_itself() {
    let standing = format!("{CUSTOMERS}reconcile: {{ every: 1h, grace: 5m }}\n");
    let world = company(&[("customers", &standing)], 2).await;
    put(&world, "customer", "T1", r#"{"no":"K0001","name":"改过"}"#, Timestamp(world.now().0 - 600_000));
    world.run(3 * 3_600).await;
    let runs = world.store().runs(Some(&"customers".into()), 100).await.unwrap();
    assert!((3..=5).contains(&runs.len()), "{}", runs.len());
    assert!(runs.iter().all(|run| run.state == RunState::Done), "{runs:?}");
    assert_eq!(runs[0].sum.differs, 1);
    assert_eq!(world.desk().writes.len(), 2, "it proposes");
}
