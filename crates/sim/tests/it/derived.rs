//! Documents pushed from others (下推) from end to end: delivery notes of the CRM become outbound documents that the ERP
//! derives from the sale order, with the links of their rows, whatever becomes of the calls.

use serde_json::{Value, json};

use crate::company::{Company, Fate};

/// An order of two lines that the ERP has.
struct Ordered {
    company: Company,
    id: Value,
    number: String,
    lines: Vec<Value>,
}

impl Ordered {
    async fn new() -> Ordered {
        let example = |path: &str| {
            let path = format!("{}/../../examples/order-to-cash/{path}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).expect(&path);
            // What is beside a flow is for those who edit it.
            let kept = text.lines().filter(|line| !line.starts_with("tests:"));
            let brisk = kept.map(|line| match line.trim_start().starts_with("within:") {
                true => "  within: 30s",
                false => line,
            });
            brisk.collect::<Vec<_>>().join("\n")
        };
        let flow = |name: &str| example(&format!("flows/{name}.yaml"));
        let values = |name: &str| example(&format!("values/{name}.yaml"));
        let company = Company::open(
            1,
            vec![
                ("connection", "crm", include_str!("../../flows/crm.yaml").to_owned()),
                ("connection", "erp", include_str!("../../flows/erp.yaml").to_owned()),
                ("values", "unit", values("unit")),
                ("values", "customer-type", values("customer-type")),
                ("packet", "packets/customer.json", example("packets/customer.json")),
                ("packet", "packets/product.json", example("packets/product.json")),
                ("flow", "customers-to-erp", flow("customers-to-erp")),
                ("flow", "products-to-crm", flow("products-to-crm")),
                ("flow", "orders-to-erp", flow("orders-to-erp")),
                ("flow", "outbound", include_str!("../../flows/outbound.yaml").to_owned()),
            ],
        )
        .await;
        sim::people::bind(&company.seams, || true).await.expect("nothing goes wrong yet");
        company.run(300).await;
        let account = company.read("fxiaoke/AccountObj")[0].clone();
        let products = company.read("fxiaoke/ProductObj");
        let line =
            |at: usize, quantity: &str| json!({ "product_id": products[at]["_id"], "quantity": quantity });
        let order = company.edit(
            "fxiaoke/SalesOrderObj",
            &json!({ "account_id": account["_id"], "owner": account["owner"], "order_time": account["create_time"],
                "details": { "SalesOrderProductObj": [line(0, "8"), line(1, "5")] } }),
        );
        let id = order["dataId"].clone();
        company.run(180).await;
        let order = company.read(&format!("fxiaoke/SalesOrderObj/{}", id.as_str().unwrap()));
        let lines = company.read("fxiaoke/SalesOrderProductObj");
        let of_order = |line: &&Value| line["order_id"] == id;
        let lines = lines.as_array().unwrap().iter().filter(of_order).cloned().collect();
        let number = order["name"].as_str().unwrap().to_owned();
        Ordered { company, id, number, lines }
    }

    /// A delivery note of these quantities of the order's lines.
    fn deliver(&self, carriage: &str, taken: &[(usize, &str)]) {
        let line = |(at, quantity): &(usize, &str)| {
            let line = &self.lines[*at];
            json!({ "product_id": line["product_id"], "order_product_id__c": line["_id"], "delivery_num": quantity,
                "sales_order_id": self.id })
        };
        let note = json!({ "sales_order_id": self.id, "delivery_date": self.lines[0]["create_time"],
            "express_order_id": carriage,
            "details": { "DeliveryNoteProductObj": taken.iter().map(line).collect::<Vec<_>>() } });
        self.company.edit("fxiaoke/DeliveryNoteObj", &note);
    }

    /// What the ERP has of the order: carriage number, status, and of each row the quantity and its source.
    fn outbound(&self) -> Vec<String> {
        let documents = self.company.read("kingdee-k3cloud/SAL_OUTSTOCK");
        let of_order = |document: &&Value| {
            let rows = document["FEntity"].as_array().unwrap();
            rows.iter().any(|row| row["FSrcBillNo"] == *self.number)
        };
        let told = |document: &Value| {
            let rows = document["FEntity"].as_array().unwrap().iter();
            let rows = rows.map(|row| {
                let entry = row["FSOEntryId"].to_string();
                let source = self.entries().iter().position(|known| *known == entry);
                format!("{} of row {}", row["FRealQty"], source.map_or("?".into(), |at| at.to_string()))
            });
            let rows: Vec<String> = rows.collect();
            let told =
                format!("{} {}: {}", document["FCarriageNO"], document["FDocumentStatus"], rows.join(", "));
            told.replace('"', "")
        };
        documents.as_array().unwrap().iter().filter(of_order).map(told).collect()
    }

    /// Whether somebody hears of a delivery note that failed, in these words.
    async fn is_told(&self, words: &str) -> bool {
        let tasks = self.company.tasks("outbound").await;
        tasks.iter().any(|task| task.starts_with("deliver failed") && task.contains(words))
    }

    /// The ids of the order's rows in the ERP, in the order of the CRM's lines.
    fn entries(&self) -> Vec<String> {
        let order = self.company.read(&format!("kingdee-k3cloud/SAL_SaleOrder/{}", self.number));
        order["FSaleOrderEntry"].as_array().unwrap().iter().map(|row| row["id"].to_string()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_note_is_pushed_from_its_order_in_parts() {
    let ordered = Ordered::new().await;
    ordered.deliver("SF001", &[(0, "3")]);
    ordered.company.run(180).await;
    assert_eq!(ordered.outbound(), ["SF001 C: 3 of row 0"], "{:?}", ordered.company.tasks("outbound").await);
    ordered.deliver("SF002", &[(0, "5")]);
    ordered.company.run(180).await;
    assert_eq!(ordered.outbound(), ["SF001 C: 3 of row 0", "SF002 C: 5 of row 0"]);
    assert_eq!(ordered.company.calls_of("Push"), 2);
    // Nothing is left of that line: the ERP says so, and a person hears of it. The rest goes on.
    ordered.deliver("SF003", &[(0, "1")]);
    ordered.company.run(120).await;
    ordered.deliver("SF004", &[(1, "5")]);
    ordered.company.run(180).await;
    assert_eq!(ordered.outbound()[2..], ["SF004 C: 5 of row 1"]);
    assert!(ordered.is_told("没有可以下推的数量").await, "{:?}", ordered.company.tasks("outbound").await);
    // The order is closed by now.
    ordered.deliver("SF005", &[(1, "1")]);
    ordered.company.run(180).await;
    assert_eq!(ordered.outbound().len(), 3);
    assert!(ordered.is_told(&format!("SAL_SaleOrder {} 已关闭", ordered.number)).await);
}

#[tokio::test(start_paused = true)]
async fn a_push_whose_answer_is_lost_is_not_pushed_again() {
    for (fate, pushes) in [(Fate::Lost, 1), (Fate::Swallowed, 2), (Fate::Cut, 1)] {
        let ordered = Ordered::new().await;
        // The warehouse has pushed a part by hand before.
        let by_hand = json!({ "lines": [{ "row": 1, "quantity": "1" }], "carriage_no": "手工" });
        ordered.company.edit(&format!("kingdee-k3cloud/SAL_SaleOrder/{}/deliver", ordered.number), &by_hand);
        ordered.company.fate("Push", &[fate]);
        ordered.deliver("SF001", &[(0, "3"), (1, "2")]);
        ordered.company.run(900).await;
        let expected = ["手工 C: 1 of row 0", "SF001 C: 3 of row 0, 2 of row 1"];
        assert_eq!(ordered.outbound(), expected, "{fate:?}: {:?}", ordered.company.tasks("outbound").await);
        assert_eq!(ordered.company.calls_of("Push"), pushes, "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_push_may_be_lost_as_well() {
    for operation in ["Save", "Submit", "Audit"] {
        for fate in [Fate::Lost, Fate::Swallowed] {
            let ordered = Ordered::new().await;
            ordered.company.fate(operation, &[fate]);
            ordered.deliver("SF001", &[(0, "3"), (1, "2")]);
            ordered.company.run(900).await;
            let tasks = ordered.company.tasks("outbound").await;
            assert_eq!(
                ordered.outbound(),
                ["SF001 C: 3 of row 0, 2 of row 1"],
                "{operation} {fate:?}: {tasks:?}"
            );
            assert_eq!(ordered.company.calls_of("Push"), 1, "{operation} {fate:?}");
        }
    }
}
