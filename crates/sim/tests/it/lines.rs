//! Lines of orders from end to end, where what happens to them at once is more than an edit.

use serde_json::{Value, json};

use crate::desk::Desk;

const FLOWS: &[&str] = &["customers-to-erp", "products-to-crm", "orders-to-erp"];

/// The rows of an order in the ERP: id, product and quantity.
fn rows(desk: &Desk, number: &str) -> Vec<String> {
    let order = desk.documents("SAL_SaleOrder", "FBillNo", number).remove(0);
    let row = |row: &Value| format!("{} {} {}", row["id"], row["FMaterialId"], row["FQty"]).replace('"', "");
    order["FSaleOrderEntry"].as_array().expect("a list").iter().map(row).collect()
}

#[tokio::test(start_paused = true)]
async fn a_line_that_says_what_a_removed_one_said_keeps_that_ones_row() {
    let desk = Desk::open(FLOWS, &[]).await;
    desk.run(15).await;
    let list = |path: &str| desk.read(path).as_array().expect("a list").clone();
    let account = list("fxiaoke/AccountObj").remove(0);
    let products = list("fxiaoke/ProductObj");
    let line = |at: usize, quantity: &str| json!({ "product_id": products[at]["_id"], "quantity": quantity });
    let order = desk.make(
        "SalesOrderObj",
        &json!({ "account_id": account["_id"], "owner": account["owner"], "order_time": account["create_time"],
            "details": { "SalesOrderProductObj": [line(0, "8"), line(1, "5")] } }),
    );
    desk.run(15).await;
    let number =
        desk.read(&format!("fxiaoke/SalesOrderObj/{order}"))["name"].as_str().expect("a number").to_owned();
    let before = rows(&desk, &number);
    // Before anybody reads again, a line is removed and another is entered that says the same.
    let lines = list(&format!("fxiaoke/SalesOrderObj/{order}/SalesOrderProductObj"));
    let removed = lines.iter().find(|line| line["product_id"] == products[0]["_id"]).expect("it is there");
    desk.edit(
        &format!("fxiaoke/SalesOrderProductObj/{}/invalid", removed["_id"].as_str().unwrap()),
        &json!({}),
    );
    let made = desk.edit(&format!("fxiaoke/SalesOrderObj/{order}/SalesOrderProductObj"), &line(0, "8"));
    desk.run(15).await;
    assert_eq!(rows(&desk, &number), before, "{}", desk.standing("orders-to-erp", &order).await);
    // That row is the new line's now.
    desk.edit(
        &format!("fxiaoke/SalesOrderProductObj/{}", made["dataId"].as_str().unwrap()),
        &json!({ "quantity": "9" }),
    );
    desk.run(15).await;
    let after: Vec<String> = before.iter().map(|row| row.replace(" 8", " 9")).collect();
    assert_eq!(rows(&desk, &number), after, "{}", desk.standing("orders-to-erp", &order).await);
}
