//! Functions on a record's way: what they make of it, and that they fail alone.

use engine::preview::preview;
use model::record::RecordKey;

use crate::world::{CONNECTION, World};

const FLOW: &str = "kind: flow\nname: customers\nsource: { connection: box, object: account, fields: [qty, price] }\n\
    target: { connection: box, object: customer, key: no }\n\
    functions: { before_mapping: functions/before.js, after_mapping: functions/after.js, \
    after_success: functions/told.js }\n\
    map:\n  no: no\n  name: name\n  total: total\n";
const VALUES: &str = "kind: values\nname: 客户类型\nmap: { \"1\": 零售 }\n";
const BEFORE: &str = "function main(input, qiao) {
  const record = input.record;
  record.total = qiao.decimal.mul(record.qty, record.price);
  qiao.log('合计', record.total);
  return record;
}
";
const AFTER: &str = "function main(input, qiao) {
  input.document.name += `（${qiao.valueMap('客户类型', '1')}${input.record.qty}）`;
  return input.document;
}
";
const TOLD: &str = "function main(input, qiao) {
  qiao.log(`${input.document.no} 是 ${input.targetId}`);
}
";

async fn world(before: &str, after: &str, told: &str) -> World {
    let world = World::new();
    apply(&world, before, after, told).await;
    world
}

async fn apply(world: &World, before: &str, after: &str, told: &str) {
    let outcome = world
        .apply(&[
            ("connection", "box", CONNECTION),
            ("values", "客户类型", VALUES),
            ("function", "functions/before.js", before),
            ("function", "functions/after.js", after),
            ("function", "functions/told.js", told),
            ("flow", "customers", FLOW),
        ])
        .await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
}

/// The steps of the newest attempt of the record with that number, each with its note or cause.
async fn steps(world: &World, number: &str) -> Vec<String> {
    let story = world.store().trace(number, 1).await.unwrap().remove(0);
    let attempt = &story.tasks[0].attempts[0].attempt;
    let told = |step: &model::attempt::StepTaken| {
        let cause = step.cause.as_ref().map(|cause| cause.code.to_string());
        format!("{} {}{}", step.name, step.note, cause.unwrap_or_default())
    };
    attempt.steps.iter().map(told).collect()
}

#[tokio::test(start_paused = true)]
async fn a_record_is_made_ready_before_it_is_mapped_and_its_document_afterwards() {
    let world = world(BEFORE, AFTER, TOLD).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","qty":3,"price":12.50}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    let there = world.desk().table("customer");
    assert_eq!(there, [r#"{"no":"K1","name":"桥梁公司（零售3）","total":"37.50"}"#]);
    let steps = steps(&world, "K1").await;
    assert!(steps.contains(&"before_mapping info: 合计 37.50".to_owned()), "{steps:?}");
    assert!(steps.iter().any(|step| step.starts_with("after_success info: K1 是 ")), "{steps:?}");
    let stored = world.store().find(&[RecordKey::new(&"box".into(), &"account".into(), "1")]).await.unwrap();
    assert!(!stored[0].as_ref().unwrap().body.contains("total"), "the record stays as it was read");

    let writes = world.desk().writes.len();
    world.replay_all().await;
    world.run(20).await;
    assert_eq!(world.desk().writes.len(), writes, "the same gives the same, and nothing is written");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_throws_fails_its_record_alone_until_it_is_mended() {
    let world = world(BEFORE, AFTER, TOLD).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","qty":"三","price":12.50}"#);
    world.save("account", "2", r#"{"no":"K2","name":"商店","qty":2,"price":1}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 failed function.failed", "customers 2 synced"]);
    let failed = world.tasks().await.remove(0).task.cause.unwrap();
    assert_eq!((failed.param("name"), failed.param("line")), (Some("functions/before.js"), Some("3")));

    let mended = BEFORE.replace("record.qty,", "record.qty === '三' ? 3 : record.qty,");
    apply(&world, &mended, AFTER, TOLD).await;
    world.replay_all().await;
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced", "customers 2 synced"]);
    let mut there = world.desk().table("customer");
    there.sort();
    assert_eq!(there[0], r#"{"no":"K1","name":"桥梁公司（零售三）","total":"37.50"}"#);
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_after_a_success_is_noted_and_undoes_nothing() {
    let world = world(BEFORE, AFTER, "function main() {\n  throw new Error('短信发不出');\n}\n").await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","qty":3,"price":12.50}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["customers 1 synced"]);
    let steps = steps(&world, "K1").await;
    assert!(steps.contains(&"after_success function.threw".to_owned()), "{steps:?}");
}

#[tokio::test(start_paused = true)]
async fn a_preview_runs_functions_and_lets_nothing_out() {
    let world = world(BEFORE, AFTER, TOLD).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","qty":3,"price":12.50}"#);
    world.run(20).await;
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    let mut record = world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    record.body = r#"{"no":"K1","name":"桥梁公司","qty":4,"price":12.50}"#.into();
    let setup = world.setup().await;
    let flow = &setup.flows[&"customers".into()];
    let seen = preview(&world.seams, &setup, flow, vec![record.clone()]).await.unwrap().remove(0);
    let update = r#"{"name":"桥梁公司（零售4）","total":"50.00"}"#;
    assert_eq!(seen.calls, [("update".to_owned(), update.to_owned())]);

    let asking = "async function main(input, qiao) {\n  await qiao.http('http://box/短信');\n  return input.document;\n}\n";
    apply(&world, BEFORE, asking, TOLD).await;
    let setup = world.setup().await;
    let flow = &setup.flows[&"customers".into()];
    let seen = preview(&world.seams, &setup, flow, vec![record]).await.unwrap().remove(0);
    let (_, cause) = seen.ends.unwrap();
    let inner = cause.unwrap().inner().unwrap().code;
    assert_eq!((inner.as_ref(), seen.calls.len()), ("engine.function_only_looks", 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_function_goes_through_the_transport_and_is_recorded() {
    let asking = "async function main(input, qiao) {\n  await qiao.http('http://box/价格');\n  return input.record;\n}\n";
    let world = world(asking, AFTER, TOLD).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司","qty":3,"price":12.50}"#);
    world.run(5).await;
    let standing = world.standing().await;
    assert!(
        standing[0].starts_with("customers 1 retrying function.failed"),
        "the network is down: {standing:?}"
    );
    let story = world.store().trace("K1", 1).await.unwrap().remove(0);
    let calls = &story.tasks[0].attempts[0].calls;
    assert_eq!((calls.len(), calls[0].operation.as_str()), (1, "function"), "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn links_are_found_from_either_side() {
    let linking = "async function main(input, qiao) {
  const there = await qiao.link('account', input.record.parent);
  const back = there && (await qiao.linked('customer', there.id));
  input.record.total = there && back ? `${there.number} ${back.id}` : '没有';
  return input.record;
}
";
    let world = World::new();
    let flow = FLOW.replace("fields: [qty, price]", "fields: [parent]");
    let outcome = world
        .apply(&[
            ("connection", "box", CONNECTION),
            ("function", "functions/before.js", linking),
            ("function", "functions/after.js", "function main(input) { return input.document; }"),
            ("function", "functions/told.js", TOLD),
            ("flow", "customers", flow.as_str()),
        ])
        .await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world.save("account", "1", r#"{"no":"K1","name":"总公司","parent":"9"}"#);
    world.run(20).await;
    world.save("account", "2", r#"{"no":"K2","name":"分公司","parent":"1"}"#);
    world.run(120).await;
    let mut there = world.desk().table("customer");
    there.sort();
    let wanted =
        [r#"{"no":"K1","name":"总公司","total":"没有"}"#, r#"{"no":"K2","name":"分公司","total":"K1 1"}"#];
    assert_eq!(there, wanted);
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_known_one_by_one_are_neither_added_nor_removed() {
    let flow = "kind: flow\nname: orders\nsource: { connection: box, object: order }\n\
        target: { connection: box, object: bill, key: no }\n\
        functions: { after_mapping: functions/after.js }\n\
        map:\n  no: no\n  rows: { lines: lines, id: id, map: { q: q } }\n";
    let world = World::new();
    let fewer = "function main(input) { input.document.rows.pop(); return input.document; }";
    let texts = [
        ("connection", "box", CONNECTION),
        ("function", "functions/after.js", fewer),
        ("flow", "orders", flow),
    ];
    let outcome = world.apply(&texts).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world.save("order", "1", r#"{"no":"D1","lines":[{"id":"a","q":1},{"id":"b","q":2}]}"#);
    world.run(20).await;
    assert_eq!(world.standing().await, ["orders 1 failed engine.function_lines"]);
    assert_eq!(world.desk().table("bill").len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_made_ready_and_worded_by_functions_and_one_that_throws_is_not_sent() {
    let flow = "kind: flow\nname: told\nmode: notify\nkeep: latest\nsource: { connection: box, object: account, fields: [no, qty, price] }\n\
        target: { connection: box, object: text }\n\
        functions: { before_mapping: functions/before.js, after_mapping: functions/words.js }\n\
        map:\n  content: total\n";
    let words = "function main(input, qiao) {\n  if (input.record.no === 'K2') throw new Error('不发');\n  \
        qiao.log('通知');\n  input.document.content = `合计 ${input.document.content} 元`;\n  return input.document;\n}\n";
    let world = World::new();
    let outcome = world
        .apply(&[
            ("connection", "box", CONNECTION),
            ("function", "functions/before.js", BEFORE),
            ("function", "functions/words.js", words),
            ("flow", "told", flow),
        ])
        .await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    world.save("account", "1", r#"{"no":"K1","qty":3,"price":12.50}"#);
    world.save("account", "2", r#"{"no":"K2","qty":1,"price":1}"#);
    world.run(60).await;
    assert_eq!(world.standing().await, ["told 1 synced", "told 2 failed function.threw"]);
    assert_eq!(world.desk().notices, [r#"{"content":"合计 37.50 元"}"#]);
    let steps = steps(&world, "K1").await;
    assert!(steps.contains(&"after_mapping info: 通知".to_owned()), "{steps:?}");
}

#[tokio::test(start_paused = true)]
async fn functions_of_calls_belong_to_systems_that_call_them() {
    let world = World::new();
    let object = "kind: object\nconnection: box\nname: account\nid: id\nfunctions: { request: functions/before.js }\n\
        fields:\n  - { name: id, type: text }\n";
    let outcome = world
        .apply(&[
            ("connection", "box", CONNECTION),
            ("function", "functions/before.js", BEFORE),
            ("object", "box/account", object),
        ])
        .await;
    assert!(outcome.is_refused());
    let codes: Vec<_> = outcome.problems.iter().map(|problem| &*problem.cause.code).collect();
    assert_eq!(codes, ["config.object_functions"]);
}
