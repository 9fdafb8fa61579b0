//! What people enter wrongly, from the screen of one system to the books of the other: each gives the right outcome and
//! a sentence that says which record, why, and what to do; nothing is lost or doubled, and the rest goes on.

use model::Number;
use serde_json::{Value, json};

use crate::desk::Desk;

const FLOWS: &[&str] = &["customers-to-erp", "products-to-crm", "orders-to-erp"];
const ORDERS: &str = "orders-to-erp";
const CUSTOMERS: &str = "customers-to-erp";
/// 2026-05-20 in China.
const ORDERED: i64 = 1_779_206_400_000;

/// A company whose products and customers are over.
async fn company(edits: &[(&str, &str, &str)]) -> Desk {
    let desk = Desk::open(FLOWS, edits).await;
    desk.run(15).await;
    desk
}

fn id(record: &Value) -> String {
    record["_id"].as_str().expect("a record has an id").to_owned()
}

/// The products that came over from the ERP.
fn products(desk: &Desk) -> Vec<Value> {
    let materials = desk.read("kingdee-k3cloud/BD_MATERIAL");
    let is_audited = |product: &&Value| {
        let all = materials.as_array().unwrap();
        let of = all.iter().find(|material| material["FNumber"] == product["product_code"]);
        of.is_some_and(|material| material["FDocumentStatus"] == "C")
    };
    desk.read("fxiaoke/ProductObj").as_array().unwrap().iter().filter(is_audited).cloned().collect()
}

fn customer(desk: &Desk) -> Value {
    let customers = desk.read("fxiaoke/AccountObj");
    let is_over = |customer: &&Value| {
        let number = customer["account_no"].as_str().unwrap_or_default();
        !desk.documents("BD_Customer", "FNumber", number).is_empty()
    };
    customers.as_array().unwrap().iter().find(is_over).expect("a customer is over").clone()
}

/// An order of these lines for a customer that is over: its id and number.
fn order(desk: &Desk, lines: &[Value], more: &[(&str, Value)]) -> (String, String) {
    let customer = customer(desk);
    let mut fields = json!({
        "account_id": customer["_id"], "owner": customer["owner"], "order_time": ORDERED,
        "details": { "SalesOrderProductObj": lines },
    });
    more.iter().for_each(|(name, value)| fields[*name] = value.clone());
    let order = desk.make("SalesOrderObj", &fields);
    let made = desk.read(&format!("fxiaoke/SalesOrderObj/{order}"));
    (order, made["name"].as_str().expect("an order has a number").to_owned())
}

fn line(product: &Value, quantity: &str) -> Value {
    json!({ "product_id": product["_id"], "quantity": quantity, "sales_price": "12.5" })
}

fn bills(desk: &Desk, number: &str) -> Vec<Value> {
    desk.documents("SAL_SaleOrder", "FBillNo", number)
}

fn rows(bill: &Value) -> &[Value] {
    bill["FSaleOrderEntry"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn number(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Number::parse(text).expect("a number").canonical()
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_product_was_never_synced_waits_says_for_what_and_goes_on() {
    let desk = company(&[]).await;
    let known = products(&desk).remove(0);
    let new = desk.make("ProductObj", &json!({
        "name": "新式桥梁支座", "product_code": "XZ-777", "price": "99", "unit": "2", "product_status": "1",
    }));
    let (waiting, waiting_no) = order(&desk, &[line(&json!({ "_id": new }), "2")], &[]);
    let (good, good_no) = order(&desk, &[line(&known, "2")], &[]);
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &waiting).await, "waiting engine.waits_for_link");
    desk.told(ORDERS, &waiting, &["ProductObj", &new]).await;
    assert_eq!(desk.standing(ORDERS, &good).await, "synced");
    assert_eq!((bills(&desk, &waiting_no).len(), bills(&desk, &good_no).len()), (0, 1));
    // Somebody makes the material in the ERP, and it comes over as that product.
    let material = desk.edit(
        "kingdee-k3cloud/BD_MATERIAL",
        &json!({ "FNumber": "XZ-777", "FName": "新式桥梁支座", "FCreateOrgId": { "FNumber": "100" },
            "FUseOrgId": { "FNumber": "100" }, "SubHeadEntity": { "FErpClsID": "1", "FBaseUnitId": { "FNumber": "Pcs" } } }),
    );
    let material = material["id"].as_i64().unwrap_or_else(|| panic!("{material}"));
    for action in ["submit", "audit"] {
        desk.edit(&format!("kingdee-k3cloud/BD_MATERIAL/{material}/{action}"), &json!({}));
    }
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &waiting).await, "synced");
    assert_eq!(bills(&desk, &waiting_no).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_currency_that_the_erp_does_not_know_is_named_and_the_order_comes_over_once_it_is_mended() {
    let currency =
        "FSaleOrderFinance.FSettleCurrId.FNumber: { from: currency__c, values: { CNY: PRE001, EUR: EUR } }";
    let given = "FSaleOrderFinance.FSettleCurrId.FNumber: { value: PRE001 }";
    let desk = company(&[(ORDERS, given, currency)]).await;
    let product = products(&desk).remove(0);
    let (bad, bad_no) = order(&desk, &[line(&product, "2")], &[("currency__c", json!("EUR"))]);
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &bad).await.split(' ').next(), Some("failed"));
    desk.told(ORDERS, &bad, &["FSettleCurrId"]).await;
    assert!(bills(&desk, &bad_no).is_empty());
    desk.edit(&format!("fxiaoke/SalesOrderObj/{bad}"), &json!({ "currency__c": "CNY" }));
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &bad).await, "synced");
    assert_eq!(bills(&desk, &bad_no).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_order_of_five_hundred_lines_comes_over_line_by_line() {
    let desk = company(&[]).await;
    let products = products(&desk);
    let lines: Vec<Value> =
        (0..500).map(|n| line(&products[n % products.len()], &(n % 9 + 1).to_string())).collect();
    let (long, long_no) = order(&desk, &lines, &[]);
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &long).await, "synced");
    let bill = bills(&desk, &long_no).remove(0);
    assert_eq!(rows(&bill).len(), 500);
    let quantities: Vec<String> = rows(&bill).iter().map(|row| number(&row["FQty"])).collect();
    let entered: Vec<String> = (0..500).map(|n| (n % 9 + 1).to_string()).collect();
    assert_eq!(quantities, entered, "in their order");
    let task = desk.task(ORDERS, &long).await.task;
    assert!(desk.seams.store.attempts(task.id, 50).await.unwrap().len() <= 2, "at once");
}

#[tokio::test(start_paused = true)]
async fn a_line_of_quantity_nought_is_refused_and_the_rest_goes_on() {
    let desk = company(&[]).await;
    let product = products(&desk).remove(0);
    let (bad, bad_no) = order(&desk, &[line(&product, "2"), line(&product, "0")], &[]);
    let (good, _) = order(&desk, &[line(&product, "1")], &[]);
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &bad).await.split(' ').next(), Some("failed"));
    desk.told(ORDERS, &bad, &["2"]).await;
    assert_eq!(desk.standing(ORDERS, &good).await, "synced");
    assert!(bills(&desk, &bad_no).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_price_of_nine_decimals_is_refused_or_kept_as_the_erp_keeps_it_and_never_written_again_and_again() {
    let price = "FTaxPrice: { from: sales_price, convert: decimal(2) }";
    let long = "FTaxPrice: { expr: \"add(sales_price, '0.123456789')\" }";
    for (decimals, ends) in [("rounded", "synced"), ("refused", "failed")] {
        let desk = Desk::open(FLOWS, &[(ORDERS, price, long)]).await;
        desk.switch("kingdee-k3cloud", "price_decimals", decimals);
        desk.run(15).await;
        let product = products(&desk).remove(0);
        let (order, order_no) = order(&desk, &[line(&product, "2")], &[]);
        desk.run(30).await;
        assert_eq!(desk.standing(ORDERS, &order).await.split(' ').next(), Some(ends), "{decimals}");
        if ends == "failed" {
            desk.told(ORDERS, &order, &["6"]).await;
            assert!(bills(&desk, &order_no).is_empty());
            continue;
        }
        let bill = bills(&desk, &order_no).remove(0);
        assert_eq!(number(&rows(&bill)[0]["FTaxPrice"]), "12.623457");
        let task = desk.task(ORDERS, &order).await.task;
        let attempts = desk.seams.store.attempts(task.id, 50).await.unwrap();
        assert!(
            attempts.len() <= 2,
            "what the ERP rounds is no difference to be written: {}",
            attempts.len()
        );
        let notes = attempts.iter().flat_map(|line| &line.attempt.steps);
        let codes: Vec<_> = notes.filter_map(|step| step.cause.as_ref()).map(|cause| &*cause.code).collect();
        assert_eq!(codes, ["engine.read_back_differs"], "and it is said once");
    }
}

#[tokio::test(start_paused = true)]
async fn an_emoji_in_a_name_comes_over_or_is_refused_by_the_field() {
    for (four_bytes, ends) in [("stored", "synced"), ("question_mark", "synced"), ("refused", "failed")] {
        let desk = company(&[]).await;
        desk.switch("kingdee-k3cloud", "four_byte_text", four_bytes);
        let made =
            desk.make("AccountObj", &json!({ "name": "蓝鲸🐳科技有限公司", "account_no": "KH-EMOJI" }));
        let good = desk.make("AccountObj", &json!({ "name": "白鲸科技有限公司", "account_no": "KH-PLAIN" }));
        desk.run(15).await;
        assert_eq!(desk.standing(CUSTOMERS, &made).await.split(' ').next(), Some(ends), "{four_bytes}");
        assert_eq!(desk.standing(CUSTOMERS, &good).await, "synced");
        let there = desk.documents("BD_Customer", "FNumber", "KH-EMOJI");
        if ends == "failed" {
            desk.told(CUSTOMERS, &made, &["客户名称"]).await;
            assert!(there.is_empty());
            continue;
        }
        let kept =
            if four_bytes == "stored" { "蓝鲸🐳科技有限公司" } else { "蓝鲸?科技有限公司" };
        assert_eq!(there.iter().map(|there| there["FName"].as_str()).collect::<Vec<_>>(), [Some(kept)]);
        let task = desk.task(CUSTOMERS, &made).await.task;
        assert!(desk.seams.store.attempts(task.id, 50).await.unwrap().len() <= 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_of_three_hundred_characters_is_refused_with_its_length_and_mended() {
    let name = (
        CUSTOMERS,
        "FName: { from: name, required: true }",
        "FName: { expr: \"name ~ default(remark, '')\" }",
    );
    let desk = company(&[name]).await;
    let fields = json!({ "name": "长名公司", "remark": "桥".repeat(300), "account_no": "KH-LONG" });
    let made = desk.make("AccountObj", &fields);
    desk.run(15).await;
    assert_eq!(desk.standing(CUSTOMERS, &made).await.split(' ').next(), Some("failed"));
    desk.told(CUSTOMERS, &made, &["255"]).await;
    assert!(desk.documents("BD_Customer", "FNumber", "KH-LONG").is_empty());
    desk.edit(&format!("fxiaoke/AccountObj/{made}"), &json!({ "remark": "桥梁公司" }));
    desk.run(15).await;
    assert_eq!(desk.standing(CUSTOMERS, &made).await, "synced");
    assert_eq!(desk.documents("BD_Customer", "FNumber", "KH-LONG").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_orders_of_one_number_make_one_bill_and_the_second_names_both() {
    let by_remark =
        (ORDERS, "FBillNo: { from: name, required: true }", "FBillNo: { from: remark, required: true }");
    let desk = company(&[by_remark]).await;
    let product = products(&desk).remove(0);
    let (first, first_no) = order(&desk, &[line(&product, "1")], &[("remark", json!("HT-2026-001"))]);
    desk.run(15).await;
    let (second, second_no) = order(&desk, &[line(&product, "5")], &[("remark", json!("HT-2026-001"))]);
    desk.run(15).await;
    assert_eq!(desk.standing(ORDERS, &first).await, "synced");
    assert_eq!(desk.standing(ORDERS, &second).await, "failed engine.taken");
    desk.told(ORDERS, &second, &["HT-2026-001", &first_no, &second_no]).await;
    let bill = bills(&desk, "HT-2026-001");
    assert_eq!(bill.len(), 1);
    assert_eq!(number(&rows(&bill[0])[0]["FQty"]), "1", "the first order's bill is as it was");
}

#[tokio::test(start_paused = true)]
async fn an_audited_customer_that_finance_and_sales_change_at_once_keeps_what_either_entered() {
    let desk = company(&[]).await;
    let known = customer(&desk);
    let (account, no) = (id(&known), known["account_no"].as_str().unwrap().to_owned());
    let there = desk.documents("BD_Customer", "FNumber", &no).remove(0);
    let path = format!("kingdee-k3cloud/BD_Customer/{}", there["id"]);
    desk.edit(&path, &json!({ "FINVOICETITLE": "桥梁公司开票抬头" }));
    desk.edit(&format!("fxiaoke/AccountObj/{account}"), &json!({ "tel": "0755-7654321" }));
    desk.run(15).await;
    assert_eq!(desk.standing(CUSTOMERS, &account).await, "synced");
    let there = desk.documents("BD_Customer", "FNumber", &no);
    assert_eq!(there.len(), 1);
    let kept = ["FINVOICETITLE", "FTEL", "FDocumentStatus"]
        .map(|field| there[0][field].as_str().unwrap_or_default());
    assert_eq!(kept, ["桥梁公司开票抬头", "0755-7654321", "C"], "and it is audited again");
}
