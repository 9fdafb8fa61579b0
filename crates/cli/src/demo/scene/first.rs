//! The scene of `examples/first`: customers and contacts of the CRM that become customers of the ERP, with edits of
//! both on the way and one customer that is voided.

mod edits;

use async_trait::async_trait;

use super::customers::Customers;
use super::{Act, Comparison, Example, Scene};
use crate::demo::asking::Asking;
use crate::demo::{Plan, Purpose};
use crate::exit::Failure;
use edits::Edits;

pub struct First {
    edits: Edits,
}

impl First {
    /// A demo that is timed has no edits.
    pub fn new(plan: &Plan) -> First {
        let edits = match plan.purpose {
            Purpose::Show => Edits::among(plan.records),
            Purpose::Measure => Edits::none(),
        };
        First { edits }
    }
}

#[async_trait]
impl Scene for First {
    async fn prepare(&mut self, _asking: &Asking) -> Result<(), Failure> {
        Ok(())
    }

    async fn act(&mut self, asking: &Asking) -> Result<Act, Failure> {
        self.edits.next(asking).await?;
        Ok(if self.edits.are_done() { Act::Done } else { Act::More })
    }

    async fn compare(&self, asking: &Asking) -> Result<Comparison, Failure> {
        let customers = Customers::read(asking).await?;
        Ok(Comparison {
            verdict: customers.verdict(),
            customers: customers.count(),
            example: customers.example().map(|number| Example {
                number,
                flow: "customers-to-erp",
                shown_at: "kingdee-k3cloud/BD_Customer",
            }),
        })
    }
}
