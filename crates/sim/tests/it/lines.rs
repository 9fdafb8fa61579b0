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

/// An order of two products that the ERP has.
struct Ordered {
    desk: Desk,
    id: String,
    number: String,
    products: Vec<Value>,
}

impl Ordered {
    async fn new() -> Ordered {
        let desk = Desk::open(FLOWS, &[]).await;
        desk.run(15).await;
        let account = desk.read("fxiaoke/AccountObj")[0].clone();
        let products = desk.read("fxiaoke/ProductObj").as_array().expect("a list").clone();
        let lines = [line(&products[0], "8"), line(&products[1], "5")];
        let order = json!({ "account_id": account["_id"], "owner": account["owner"],
            "order_time": account["create_time"], "details": { "SalesOrderProductObj": lines } });
        let id = desk.make("SalesOrderObj", &order);
        desk.run(15).await;
        let made = desk.read(&format!("fxiaoke/SalesOrderObj/{id}"));
        let number = made["name"].as_str().expect("an order has a number").to_owned();
        Ordered { desk, id, number, products }
    }

    /// Removes the line of the first product.
    fn remove_first(&self) {
        let lines = self.desk.read(&format!("fxiaoke/SalesOrderObj/{}/SalesOrderProductObj", self.id));
        let is_first = |line: &&Value| line["product_id"] == self.products[0]["_id"];
        let line = lines.as_array().expect("a list").iter().find(is_first).expect("it is there");
        let id = line["_id"].as_str().expect("a text");
        self.desk.edit(&format!("fxiaoke/SalesOrderProductObj/{id}/invalid"), &json!({}));
    }

    /// Enters a line of the first product that says what the one in the beginning said; its id.
    fn enter_first(&self) -> String {
        let path = format!("fxiaoke/SalesOrderObj/{}/SalesOrderProductObj", self.id);
        let made = self.desk.edit(&path, &line(&self.products[0], "8"));
        made["dataId"].as_str().expect("a text").to_owned()
    }

    async fn order_nine(&self, line: &str) {
        self.desk.edit(&format!("fxiaoke/SalesOrderProductObj/{line}"), &json!({ "quantity": "9" }));
        self.desk.run(15).await;
        assert_eq!(self.desk.standing("orders-to-erp", &self.id).await, "synced");
    }

    fn rows(&self) -> Vec<String> {
        rows(&self.desk, &self.number)
    }
}

fn line(product: &Value, quantity: &str) -> Value {
    json!({ "product_id": product["_id"], "quantity": quantity })
}

#[tokio::test(start_paused = true)]
async fn a_line_that_says_what_a_removed_one_said_keeps_that_ones_row() {
    let ordered = Ordered::new().await;
    let before = ordered.rows();
    // Before anybody reads again.
    ordered.remove_first();
    let entered = ordered.enter_first();
    ordered.desk.run(15).await;
    assert_eq!(ordered.rows(), before);
    // That row is the new line's now.
    ordered.order_nine(&entered).await;
    let after: Vec<String> = before.iter().map(|row| row.replace(" 8", " 9")).collect();
    assert_eq!(ordered.rows(), after);
}

#[tokio::test(start_paused = true)]
async fn of_two_lines_that_say_what_a_removed_one_said_each_has_a_row_of_its_own() {
    for second in [false, true] {
        let ordered = Ordered::new().await;
        let before = ordered.rows();
        ordered.remove_first();
        let entered = [ordered.enter_first(), ordered.enter_first()];
        ordered.desk.run(15).await;
        let three = ordered.rows();
        assert!(three.len() == 3 && before.iter().all(|row| three.contains(row)), "{before:?} {three:?}");
        ordered.order_nine(&entered[usize::from(second)]).await;
        let after = ordered.rows();
        let nine: Vec<&String> = after.iter().filter(|row| row.ends_with(" 9")).collect();
        let ids = |rows: &[String]| {
            rows.iter().map(|row| row.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((nine.len(), ids(&after)), (1, ids(&three)), "{after:?}");
    }
}
