//! The scene of `examples/any-erp`: customers and orders are written to an ERP that nobody has a connector for, its
//! materials are polled, and it pushes by itself: orders in the standard form, deliveries in an XML of its own.

mod books;
mod desk;

use async_trait::async_trait;
use serde_json::json;

use super::{Act, Comparison, Door, Example, Scene};
use crate::demo::asking::Asking;
use crate::demo::{Plan, Purpose};
use crate::exit::Failure;
use books::Books;
use desk::Desk;

const ERP: &str = "/_sandbox/standard-erp";

/// The company's id in the ERP's pushes, as the example's connection has it.
const TENANT: &str = "81961";
/// Most records in one body of the ERP's own form.
const RECORDS: usize = 5;

pub struct AnyErp {
    desk: Desk,
}

impl AnyErp {
    /// A demo that is timed has no edits.
    pub fn new(plan: &Plan) -> AnyErp {
        let acts = match plan.purpose {
            Purpose::Show => (plan.records / 8).clamp(14, 60),
            Purpose::Measure => 0,
        };
        AnyErp { desk: Desk::with(acts) }
    }
}

#[async_trait]
impl Scene for AnyErp {
    async fn prepare(&mut self, asking: &Asking) -> Result<(), Failure> {
        asking.post(&format!("{ERP}/switches"), &json!({ "push_form": "xml_gb18030" })).await.map(drop)
    }

    fn erp(&self) -> &'static str {
        "standard-erp"
    }

    fn pusher(&self) -> Option<&'static str> {
        Some("erp")
    }

    async fn open(&mut self, asking: &Asking, door: &Door) -> Result<(), Failure> {
        let setting = json!({
            "url": door.url, "token": door.token, "tenant_id": TENANT, "objects": books::PUSHED,
            "standard": ["saleOrder"], "records": RECORDS,
        });
        asking.post(&format!("{ERP}/push"), &setting).await.map(drop)
    }

    async fn act(&mut self, asking: &Asking) -> Result<Act, Failure> {
        self.desk.next(asking).await
    }

    async fn compare(&self, asking: &Asking) -> Result<Comparison, Failure> {
        let books = Books::read(asking).await?;
        let mut verdict = books.verdict();
        if self.desk.has_told_all() {
            books.told(&mut verdict);
        }
        let order = |number| Example { number, flow: "orders-to-erp", shown_at: "standard-erp/saleOrder" };
        Ok(Comparison { verdict, customers: books.customers_in_force(), example: books.example().map(order) })
    }
}
