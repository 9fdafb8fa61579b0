//! A vendor that answers HTTP 200 with nonsense for an hour: pages, nothing, half of an answer, another's. What was written
//! meanwhile is in doubt and looked up, nothing exists twice, people are told, and all goes on by itself afterwards.

use contract::store::ConfigText;
use sandbox::faults::Faults;
use serde_json::{Value, json};

use crate::desk::Desk;

const FLOWS: &[&str] = &["customers-to-erp", "products-to-crm"];
/// An answer, one after the other, that is none.
const NONSENSE: u32 = 1_000_000;

const HOME: &str = "kind: connection\nname: home\nconnector: standard-erp\ntitle: { zh: 自研, en: Home-grown }\n\
    settings: { base_url: \"http://sandbox/standard-erp\", token: { env: HOME_TOKEN }, absent_code: 2006 }\n";
const CUSTOMER: &str = "kind: object\nconnection: home\nname: customer\nid: custId\nnumber: custNo\ndisplay: custName\n\
    version: lastModified\nfields:\n  - { name: custId, type: text }\n  - { name: custNo, type: text }\n  \
    - { name: custName, type: text }\n  - { name: lastModified, type: datetime }\n";
const TO_HOME: &str = "kind: flow\nname: customers-home\nsource: { connection: crm, object: AccountObj, within: 1m }\n\
    target: { connection: home, object: customer, key: custName, match: [custName] }\nmap:\n  custName: name\n";

/// A company with the flows of both ERPs, at work for a while.
async fn company() -> Desk {
    let desk = Desk::open(FLOWS, &[]).await;
    let text = |(kind, name, text): (&str, &str, &str)| ConfigText {
        kind: kind.into(),
        name: name.into(),
        text: text.into(),
    };
    let texts = [
        ("connection", "home", HOME),
        ("object", "home/customer", CUSTOMER),
        ("flow", "customers-home", TO_HOME),
    ];
    let token = desk.settings_of("standard-erp")["token"].as_str().expect("it has one").to_owned();
    let outcome = engine::apply::apply(&desk.seams, &texts.map(text), &|_| Some(token.clone())).await;
    let outcome = outcome.expect("the store answers");
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    desk.run(30).await;
    desk
}

fn babble(desk: &Desk, system: &str, nonsense: u32) {
    desk.faults(system, Faults { nonsense, ..Faults::default() });
}

fn account(desk: &Desk, n: usize) -> String {
    desk.make(
        "AccountObj",
        &json!({ "name": format!("胡言科技有限公司{n}"), "account_no": format!("KH-HY-{n}") }),
    )
}

/// The documents with that name at a target.
fn named(desk: &Desk, system: &str, name: &str) -> usize {
    let (table, field) = match system {
        "kingdee-k3cloud" => ("BD_Customer", "FName"),
        _ => ("customer", "custName"),
    };
    let all = desk.read(&format!("{system}/{table}"));
    let is_named = |row: &&Value| row[field].as_str().map(str::trim) == Some(name);
    all.as_array().expect("a table").iter().filter(is_named).count()
}

async fn open_alerts(desk: &Desk) -> Vec<(String, String)> {
    let open = desk.seams.store.alerts(true, 50).await.expect("the store answers");
    open.into_iter().map(|alert| (alert.seen.kind.name().to_owned(), alert.seen.subject)).collect()
}

fn is_down(alerts: &[(String, String)], connection: &str) -> bool {
    alerts.iter().any(|(kind, subject)| kind == "connection_down" && subject == connection)
}

#[tokio::test(start_paused = true)]
async fn what_was_written_into_an_hour_of_nonsense_is_looked_up_and_exists_once() {
    for (system, told, flow) in [
        ("kingdee-k3cloud", ("connection_down", "erp"), "customers-to-erp"),
        ("standard-erp", ("record_failed", "customers-home"), "customers-home"),
    ] {
        let desk = company().await;
        // At first every second answer is one, so that look-ups go well and writes are made.
        babble(&desk, system, NONSENSE / 2);
        let mut made: Vec<String> = (0..6).map(|n| account(&desk, n)).collect();
        let mut standing = Vec::new();
        for _ in 0..20 {
            desk.run(1).await;
            for id in &made {
                standing.push(desk.standing(flow, id).await);
            }
        }
        assert!(!standing.iter().any(|state| state.starts_with("failed")), "{system}: {standing:?}");
        assert!(standing.iter().any(|state| state.starts_with("unknown")), "{system}: {standing:?}");
        babble(&desk, system, NONSENSE);
        made.push(account(&desk, 6));
        desk.run(40).await;
        let alerts = open_alerts(&desk).await;
        let is_told = |(kind, subject): &(String, String)| kind == told.0 && subject.contains(told.1);
        assert!(alerts.iter().any(is_told), "{system}: {alerts:?}");
        babble(&desk, system, 0);
        desk.run(5 * 60).await;
        for (n, id) in made.iter().enumerate() {
            assert_eq!(desk.standing(flow, id).await, "synced", "{system}");
            assert_eq!(named(&desk, system, &format!("胡言科技有限公司{n}")), 1, "{system}");
        }
        let alerts = open_alerts(&desk).await;
        assert!(alerts.is_empty(), "{system}: {alerts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crm_that_answers_nonsense_for_an_hour_gets_each_product_once() {
    let desk = company().await;
    let before = desk.read("fxiaoke/ProductObj").as_array().expect("a table").len();
    babble(&desk, "fxiaoke", NONSENSE);
    for n in 0..5 {
        let material = desk.edit(
            "kingdee-k3cloud/BD_MATERIAL",
            &json!({ "FNumber": format!("HY-{n}"), "FName": format!("胡言支座{n}"),
                "FCreateOrgId": { "FNumber": "100" }, "FUseOrgId": { "FNumber": "100" },
                "SubHeadEntity": { "FErpClsID": "1", "FBaseUnitId": { "FNumber": "Pcs" } } }),
        );
        let id = material["id"].as_i64().unwrap_or_else(|| panic!("{material}"));
        for action in ["submit", "audit"] {
            desk.edit(&format!("kingdee-k3cloud/BD_MATERIAL/{id}/{action}"), &json!({}));
        }
    }
    let late = account(&desk, 1);
    desk.run(60).await;
    let alerts = open_alerts(&desk).await;
    assert!(is_down(&alerts, "crm"), "{alerts:?}");
    babble(&desk, "fxiaoke", 0);
    desk.run(5 * 60).await;
    let products = desk.read("fxiaoke/ProductObj");
    let products = products.as_array().expect("a table");
    for n in 0..5 {
        let of = |product: &&Value| product["product_code"] == format!("HY-{n}");
        assert_eq!(products.iter().filter(of).count(), 1, "HY-{n}");
    }
    assert_eq!(products.len(), before + 5);
    assert_eq!(desk.standing("customers-to-erp", &late).await, "synced", "it was read afterwards");
    let alerts = open_alerts(&desk).await;
    assert!(alerts.is_empty(), "{alerts:?}");
}
