//! One order's story from the lead to the payment, in the company of `examples/order-to-cash`: whoever asks for the
//! number of any of its records hears of all that it came from and all that came of it, with both sides' numbers.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::Place;
use super::qiao::{Running, eventually, files, get_json, post_json};

const CRM: &str = "/_sandbox/fxiaoke";
const ERP: &str = "/_sandbox/kingdee-k3cloud";
/// A quiet machine needs a tenth of it.
const LIMIT: Duration = Duration::from_secs(60);

/// A company whose flows read every two seconds.
struct Company {
    place: Place,
    address: String,
    _sandbox: Running,
    _server: Running,
}

impl Company {
    fn open() -> Company {
        let mut place = Place::new();
        let sandbox = Running::start(place.command(&[
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--customers",
            "2",
            "--json",
        ]));
        place.set_systems(&sandbox.line["systems"]);
        let base = sandbox.line["systems"]["fxiaoke"]["base_url"].as_str().expect("a text");
        let address = base.trim_start_matches("http://").trim_end_matches("/fxiaoke").to_owned();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/order-to-cash");
        for file in files(&example) {
            let text = std::fs::read_to_string(&file).expect("a text");
            let relative = file.strip_prefix(&example).expect("below it").to_str().expect("plain paths");
            place.write(&format!("texts/{relative}"), &hurried(&text));
        }
        let ran = place.run(&["apply", "texts", "--yes"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = place.run(&["binding", "match", "--from", "crm", "--to", "erp", "--apply"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let server = place.serve();
        Company { place, address, _sandbox: sandbox, _server: server }
    }

    fn list(&self, path: &str) -> Vec<Value> {
        get_json(&self.address, path).as_array().expect("a list").clone()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        post_json(&self.address, path, body)
    }

    /// A record of the CRM made at its screen.
    fn make(&self, object: &str, body: &Value) -> Value {
        let made = self.post(&format!("{CRM}/{object}"), body);
        get_json(&self.address, &format!("{CRM}/{object}/{}", text(&made["dataId"])))
    }

    /// The record of a table that is as it should be, as soon as there is one.
    fn awaited(&self, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        eprintln!("waiting at {path}");
        let mut found = None;
        eventually(LIMIT, || {
            found = self.list(path).into_iter().find(|record| is_it(record));
            found.is_some()
        });
        found.expect("it was found")
    }

    fn trace(&self, number: &str) -> Value {
        let ran = self.place.run(&["trace", number, "--json"]);
        serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{ran:?}"))
    }
}

impl Drop for Company {
    /// What stands still, where the story did not come to its end.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.place.run(&["tasks", "list"]).out);
        }
    }
}

fn hurried(text: &str) -> String {
    let line = |line: &str| match line.trim_start().split_once(' ') {
        Some(("within:" | "reread:", _)) => {
            let key = line.split_once(':').expect("a key").0;
            let often = if key.ends_with("within") { "2s" } else { "10s" };
            format!("{key}: {often}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Object and number of each that is connected, with the numbers at the other side.
fn connected(told: &Value) -> Vec<String> {
    let related = told["connected"]["related"].as_array().expect("a list");
    let line = |kin: &Value| {
        let links = kin["links"].as_array().expect("a list").iter();
        let there: Vec<String> = links.map(|link| format!("{} {}", link["object"], link["number"])).collect();
        format!("{} {} {} {}", kin["way"], kin["object"], kin["number"], there.join(" ")).replace('"', "")
    };
    related.iter().map(line).collect()
}

#[test]
fn an_order_is_told_from_the_lead_to_the_payment_on_both_sides() {
    let company = Company::open();
    // The ERP's contact becomes a lead; sales wins it, takes an order and is paid; the warehouse delivers.
    let contacts = format!("{ERP}/BD_CommonContact");
    company.post(&contacts, &json!({ "FNumber": "LXR0009", "FName": "陈立", "FMobile": "13700000009" }));
    for action in ["submit", "audit"] {
        company.post(&format!("{contacts}/LXR0009/{action}"), &json!({}));
    }
    let lead = company.awaited(&format!("{CRM}/LeadsObj"), |lead| lead["external_no__c"] == "LXR0009");
    let won = company.post(&format!("{CRM}/LeadsObj/{}/convert", text(&lead["_id"])), &json!({}));
    let customer =
        company.awaited(&format!("{CRM}/AccountObj"), |account| account["_id"] == won["account_id"]);
    let customer = text(&customer["account_no"]);
    let product =
        company.awaited(&format!("{CRM}/ProductObj"), |product| product["product_code"].is_string());
    let salesperson =
        company.awaited(&format!("{CRM}/AccountObj"), |account| account["owner"] != json!(["1000"]));
    let order = company.make(
        "SalesOrderObj",
        &json!({ "name": "XSDD-LXR0009", "account_id": won["account_id"], "owner": salesperson["owner"], "order_time": lead["create_time"],
            "details": { "SalesOrderProductObj": [{ "product_id": product["_id"], "quantity": "3" }] } }),
    );
    let number = text(&order["name"]);
    let orders = format!("{ERP}/SAL_SaleOrder");
    company.awaited(&orders, |sale| sale["FBillNo"] == *number && sale["FDocumentStatus"] == "C");
    let delivery = company.post(&format!("{orders}/{number}/deliver"), &json!({}));
    let delivery = text(&delivery["FBillNo"]);
    let payment = company.make(
        "PaymentObj",
        &json!({ "account_id": won["account_id"], "payment_time": lead["create_time"], "payment_amount": "100",
            "payment_term": "transfer",
            "details": { "OrderPaymentObj": [{ "order_id": order["_id"], "payment_amount": "100" }] } }),
    );
    let payment = text(&payment["name"]);
    company.awaited(&format!("{ERP}/AR_RECEIVEBILL"), |bill| {
        bill["FBillNo"] == *payment && bill["FDocumentStatus"] == "C"
    });
    let note = company.awaited(&format!("{CRM}/DeliveryNoteObj"), |note| note["erp_no__c"] == *delivery);
    let note = text(&note["name"]);
    company.awaited(&contacts, |contact| contact["FNumber"] == "LXR0009" && contact["FCompany"] == *customer);

    let mut told = Vec::new();
    let is_whole = |told: &[String]| {
        let has = |parts: &[&str]| told.iter().any(|line| parts.iter().all(|part| line.contains(part)));
        has(&["up BD_CommonContact LXR0009", "LeadsObj"])
            && has(&["up AccountObj", &customer, &format!("BD_Customer {customer}")])
            && has(&["down SAL_OUTSTOCK", &delivery, &format!("DeliveryNoteObj {note}")])
            && has(&["down PaymentObj", &payment, &format!("AR_RECEIVEBILL {payment}")])
    };
    eventually(LIMIT, || {
        let trace = company.trace(&number);
        told = connected(&trace);
        let own = trace["connected"]["own"].to_string();
        is_whole(&told) && own.contains("SalesOrderObj") && own.contains("SAL_SaleOrder")
    });

    let of_lead = connected(&company.trace("LXR0009"));
    for part in [&customer, &number, &delivery, &payment] {
        assert!(of_lead.iter().any(|line| line.starts_with("down") && line.contains(part)), "{of_lead:?}");
    }
    let of_payment = connected(&company.trace(&payment));
    for part in ["LXR0009", &customer, &number] {
        assert!(
            of_payment.iter().any(|line| line.starts_with("up") && line.contains(part)),
            "{of_payment:?}"
        );
    }
    let parts = ["LXR0009", "陈立", "LeadsObj", &customer, &number, &delivery, &note, &payment];
    for asked in [&*number, "LXR0009"] {
        let (zh, en) = ([&["来龙去脉"], &parts[..]].concat(), [&["Connected with"], &parts[..]].concat());
        company.place.says(&["trace", asked], 0, &zh, &en);
    }
}
