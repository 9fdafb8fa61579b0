//! The scene of `examples/order-to-cash`: orders with lines cross to the ERP while salespeople edit, add and remove
//! lines and void orders; the warehouse delivers, customers pay, stock is counted, and all of it comes back.

mod books;
mod desk;

use async_trait::async_trait;

use super::customers::Customers;
use super::{Act, Comparison, Example, Scene};
use crate::demo::asking::Asking;
use crate::demo::{Plan, Purpose};
use crate::exit::Failure;
use books::Books;
use desk::Desk;

pub struct OrderToCash {
    desk: Desk,
}

impl OrderToCash {
    /// A demo that is timed has no edits.
    pub fn new(plan: &Plan) -> OrderToCash {
        let acts = match plan.purpose {
            Purpose::Show => (plan.records / 10).clamp(8, 48),
            Purpose::Measure => 0,
        };
        OrderToCash { desk: Desk::with(acts) }
    }
}

#[async_trait]
impl Scene for OrderToCash {
    async fn prepare(&mut self, _asking: &Asking) -> Result<(), Failure> {
        Ok(())
    }

    fn names_people(&self) -> bool {
        true
    }

    async fn act(&mut self, asking: &Asking) -> Result<Act, Failure> {
        self.desk.next(asking).await
    }

    async fn compare(&self, asking: &Asking) -> Result<Comparison, Failure> {
        let customers = Customers::read(asking).await?;
        let books = Books::read(asking).await?;
        let mut verdict = customers.verdict();
        books.compare(&mut verdict);
        let order =
            |number| Example { number, flow: "orders-to-erp", shown_at: "kingdee-k3cloud/SAL_SaleOrder" };
        Ok(Comparison { verdict, customers: customers.count(), example: books.example().map(order) })
    }
}
