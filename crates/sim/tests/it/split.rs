//! A bill that is split into several objects: its lines come and go with it.

use model::record::RecordKey;

use crate::signed::{READ, SIGN, World};

const BILL: &str = "kind: object\nconnection: wms\nname: Bill\ncode: DD\nid: billId\nversion: rev\n\
    fields:\n  - { name: billId, type: text }\n  - { name: 客户, type: text }\n  - { name: rev, type: number }\n\
    details:\n  - { name: 明细, id: lineId, fields: [{ name: lineId, type: text }, { name: 料号, type: text }] }\n";
const LINE: &str = "kind: object\nconnection: wms\nname: BillLine\ncode: DD\nsplit: 明细\nid: lineId\nversion: master.rev\n\
    fields:\n  - { name: lineId, type: text }\n  - { name: 料号, type: text }\n  - { name: master.billId, type: text }\n  \
    - { name: master.rev, type: number }\n";

/// Bills and their lines, each as a customer of its own, since only what a flow wants is kept.
fn flow(name: &str, object: &str, fields: &str) -> String {
    format!(
        "kind: flow\nname: {name}\nsource: {{ connection: wms, object: {object} }}\n\
         target: {{ connection: erp, object: customer, key: custNo }}\nmap:\n{fields}"
    )
}

async fn world() -> World {
    let world = World::new(SIGN, READ).await;
    let bills = flow("bills", "Bill", "  custNo: billId\n  custName: 客户\n");
    let lines = flow("lines", "BillLine", "  custNo: lineId\n  custName: 料号\n");
    let texts = [
        ("object", "wms/Bill", BILL),
        ("object", "wms/BillLine", LINE),
        ("flow", "bills", bills.as_str()),
        ("flow", "lines", lines.as_str()),
    ];
    world.apply_texts(&texts).await;
    world
}

fn bill(id: &str, rev: i64, lines: &[&str]) -> String {
    let line = |id: &&str| format!(r#"{{"lineId":"{id}","料号":"料-{id}"}}"#);
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!(
        r#"{{"masterFieldVal":{{"billId":"{id}","客户":"桥梁公司","rev":{rev}}},"detailFieldVals":{{"明细":[{}]}}}}"#,
        lines.join(",")
    )
}

/// Of each line whether it is void; `None` for one that is not known.
async fn voids(world: &World, lines: &[&str]) -> Vec<Option<bool>> {
    let key = |id: &&str| RecordKey::new(&"wms".into(), &"BillLine".into(), *id);
    let keys: Vec<RecordKey> = lines.iter().map(key).collect();
    let found = world.store().find(&keys).await.unwrap();
    found.into_iter().map(|record| record.map(|record| record.void)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_gone_from_its_bill_is_void_and_comes_back() {
    let world = world().await;
    world.push_one("DD", Some("B1"), false, &bill("B1", 1, &["甲", "乙", "丙"])).await;
    world.run(5).await;
    assert_eq!(voids(&world, &["甲", "乙", "丙"]).await, [Some(false); 3]);

    let receipt = world.push_one("DD", Some("B1"), false, &bill("B1", 2, &["甲", "丁"])).await;
    world.run(5).await;
    assert_eq!(
        voids(&world, &["甲", "乙", "丙", "丁"]).await,
        [Some(false), Some(true), Some(true), Some(false)]
    );
    let told = world.store().receipts(&[receipt]).await.unwrap().remove(0).unwrap();
    let about: Vec<String> = told.about.into_iter().map(|key| key.id).collect();
    assert!(about.contains(&"乙".to_owned()) && about.contains(&"丙".to_owned()), "{about:?}");

    // An older push changes nothing, and one without the list says nothing of lines.
    world.push_one("DD", Some("B1"), false, &bill("B1", 1, &["乙"])).await;
    let header = r#"{"masterFieldVal":{"billId":"B1","rev":3}}"#;
    world.push_one("DD", Some("B1"), false, header).await;
    world.run(5).await;
    assert_eq!(voids(&world, &["甲", "乙"]).await, [Some(false), Some(true)]);

    world.push_one("DD", Some("B1"), false, &bill("B1", 4, &["甲", "乙"])).await;
    world.run(5).await;
    assert_eq!(voids(&world, &["甲", "乙", "丁"]).await, [Some(false), Some(false), Some(true)]);
}

#[tokio::test(start_paused = true)]
async fn a_line_moved_to_another_bill_stays_and_a_void_bill_takes_its_lines_along() {
    let world = world().await;
    world.push_one("DD", Some("B1"), false, &bill("B1", 1, &["甲", "乙"])).await;
    world.run(5).await;
    // Both within one batch: the line stands in its new bill before it is missed in the former one.
    world.push_one("DD", Some("B2"), false, &bill("B2", 5, &["乙"])).await;
    world.push_one("DD", Some("B1"), false, &bill("B1", 6, &["甲"])).await;
    world.run(5).await;
    assert_eq!(voids(&world, &["甲", "乙"]).await, [Some(false), Some(false)]);
    world.push_one("DD", Some("B1"), true, "").await;
    world.run(5).await;
    assert_eq!(voids(&world, &["甲", "乙"]).await, [Some(true), Some(false)]);
}
