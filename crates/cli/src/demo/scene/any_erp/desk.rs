//! What salespeople do in the CRM and the people of the ERP at its screens while the demo runs: one act at a time, the
//! same for the same plan.
//!
//! Orders are shared out, so that no act gets in another's way: of each three that nothing has left for yet one is edited,
//! one is delivered, one is left alone.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ERP;
use super::books::PUSHED;
use crate::demo::asking::Asking;
use crate::demo::scene::Act;
use crate::demo::scene::verdict::{list, plain};
use crate::exit::Failure;

const CRM: &str = "/_sandbox/fxiaoke";

/// The kinds of acts, in turn.
const KINDS: &[Kind] = &[
    Kind::Telephone,
    Kind::Price,
    Kind::Quantity,
    Kind::DeliverPart,
    Kind::NewCustomer,
    Kind::NewMaterial,
    Kind::AddLine,
    Kind::Carrier,
    Kind::NewOrder,
    Kind::ContactMobile,
    Kind::RemoveLine,
    Kind::DeliverRest,
    Kind::VoidDelivery,
    Kind::StopMaterial,
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Telephone,
    NewCustomer,
    ContactMobile,
    NewOrder,
    Quantity,
    AddLine,
    RemoveLine,
    Price,
    NewMaterial,
    StopMaterial,
    DeliverPart,
    DeliverRest,
    Carrier,
    VoidDelivery,
}

/// The acts of one demo.
pub struct Desk {
    acts: usize,
    made: usize,
    /// What there was at the beginning; empty until the first act. Orders are those that nothing has left for.
    orders: Vec<Value>,
    products: Vec<Value>,
    customers: Vec<Value>,
    has_told_all: bool,
}

impl Desk {
    /// So many acts; then a customer is voided, and the ERP pushes all it has.
    pub fn with(acts: usize) -> Desk {
        let (orders, products, customers) = (Vec::new(), Vec::new(), Vec::new());
        Desk { acts, made: 0, orders, products, customers, has_told_all: acts == 0 }
    }

    /// Whether the ERP has pushed each of its orders and deliveries.
    pub fn has_told_all(&self) -> bool {
        self.acts > 0 && self.has_told_all
    }

    /// Makes the next act, if one is left and its time has come.
    pub async fn next(&mut self, asking: &Asking) -> Result<Act, Failure> {
        if self.has_told_all {
            return Ok(Act::Done);
        }
        if self.customers.is_empty() {
            self.look_around(asking).await?;
        }
        match self.made.cmp(&self.acts) {
            std::cmp::Ordering::Less => {
                self.made += usize::from(self.act(asking, KINDS[self.made % KINDS.len()]).await?);
            }
            std::cmp::Ordering::Equal => {
                self.void_customer(asking).await?;
                self.made += 1;
            }
            std::cmp::Ordering::Greater => self.has_told_all = tell_all(asking).await?,
        }
        Ok(Act::More)
    }

    async fn look_around(&mut self, asking: &Asking) -> Result<(), Failure> {
        let deliveries = list(asking.get(&format!("{ERP}/stockOut")).await?);
        let left: BTreeSet<String> = deliveries.iter().map(|delivery| plain(&delivery["orderNo"])).collect();
        self.orders = list(asking.get(&format!("{CRM}/SalesOrderObj")).await?);
        self.orders.retain(|order| !left.contains(&plain(&order["name"])));
        self.products = list(asking.get(&format!("{CRM}/ProductObj")).await?);
        self.customers = list(asking.get(&format!("{CRM}/AccountObj")).await?);
        Ok(())
    }

    /// Whether the act was made; one that has nothing to act upon counts as made.
    async fn act(&self, asking: &Asking, kind: Kind) -> Result<bool, Failure> {
        let round = self.made / KINDS.len();
        match kind {
            Kind::Telephone => {
                let tel = json!({ "tel": format!("0571-{:08}", 88_000_000 + round) });
                self.edit(asking, "AccountObj", pick(&self.customers, round), &tel).await
            }
            Kind::NewCustomer => {
                let filled = json!({ "name": format!("演示新客户{round}号"), "account_type": "1", "tel": "0571-88001234" });
                asking.post(&format!("{CRM}/AccountObj"), &filled).await.map(|_| true)
            }
            Kind::ContactMobile => {
                let contacts = list(asking.get(&format!("{CRM}/ContactObj")).await?);
                let mobile = json!({ "mobile1": format!("138{:08}", 20_000_000 + round) });
                self.edit(asking, "ContactObj", pick(&contacts, round), &mobile).await
            }
            Kind::NewOrder => self.new_order(asking, round).await,
            Kind::Quantity => match self.lines(asking, round).await?.first() {
                Some(line) => {
                    let quantity = json!({ "quantity": (7 + round).to_string() });
                    self.edit(asking, "SalesOrderProductObj", Some(line), &quantity).await
                }
                None => Ok(true),
            },
            Kind::AddLine => self.add_line(asking, round).await,
            Kind::RemoveLine => self.remove_line(asking, round).await,
            Kind::Price => {
                let Some(product) = pick(&self.products, round) else { return Ok(true) };
                let price = json!({ "price": format!("{}.50", 100 + round) });
                let path = format!("{ERP}/material/{}", plain(&product["product_code"]));
                asking.post(&path, &price).await.map(|_| true)
            }
            Kind::NewMaterial => {
                let filled = json!({ "matNo": material(round), "matName": format!("演示新物料{round}号"),
                    "spec": "DN80", "unit": "台", "price": "19.90", "isStopped": false });
                asking.post(&format!("{ERP}/material"), &filled).await.map(|_| true)
            }
            Kind::StopMaterial => {
                let path = format!("{ERP}/material/{}", material(round));
                asking.post(&path, &json!({ "isStopped": true })).await.map(|_| true)
            }
            Kind::DeliverPart => {
                let part = json!({ "lines": [{ "seq": 1, "qty": "1" }], "warehouse": "成品仓" });
                self.deliver(asking, round, &part).await
            }
            Kind::DeliverRest => self.deliver(asking, round, &json!({ "warehouse": "成品仓" })).await,
            Kind::Carrier => {
                let carrier = json!({ "carrierNo": format!("SF{:010}", 1_093_882_731_u64 + round as u64) });
                self.change_delivery(asking, round, "", &carrier).await
            }
            Kind::VoidDelivery => self.change_delivery(asking, round, "/void", &json!({})).await,
        }
    }

    async fn edit(
        &self,
        asking: &Asking,
        object: &str,
        record: Option<&Value>,
        fields: &Value,
    ) -> Result<bool, Failure> {
        let Some(record) = record else { return Ok(true) };
        asking.post(&format!("{CRM}/{object}/{}", plain(&record["_id"])), fields).await.map(|_| true)
    }

    async fn new_order(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(like) = self.share(0, round) else { return Ok(true) };
        let line = |n: usize| {
            let product = pick(&self.products, round + n).map(|product| product["_id"].clone());
            json!({ "product_id": product, "quantity": (n + 2).to_string() })
        };
        let order = json!({
            "account_id": like["account_id"], "owner": like["owner"], "order_time": like["order_time"],
            "details": { "SalesOrderProductObj": [line(0), line(5)] },
        });
        asking.post(&format!("{CRM}/SalesOrderObj"), &order).await.map(|_| true)
    }

    async fn add_line(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let (Some(order), Some(product)) = (self.share(0, round), pick(&self.products, round * 3 + 1)) else {
            return Ok(true);
        };
        let path = format!("{CRM}/SalesOrderObj/{}/SalesOrderProductObj", plain(&order["_id"]));
        let line = json!({ "product_id": product["_id"], "quantity": "4" });
        asking.post(&path, &line).await.map(|_| true)
    }

    /// Removes the first line of an order that keeps another, once the ERP has the order: a row that was there before and
    /// has no line is somebody's own.
    async fn remove_line(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(order) = self.share(0, round) else { return Ok(true) };
        if !is_there(asking, order).await? {
            return Ok(false);
        }
        if let [first, _, ..] = &self.lines(asking, round).await?[..] {
            let path = format!("{CRM}/SalesOrderProductObj/{}", plain(&first["_id"]));
            asking.post(&format!("{path}/invalid"), &json!({})).await?;
            asking.post(&format!("{path}/delete"), &json!({})).await?;
        }
        Ok(true)
    }

    /// The warehouse delivers several orders at once, as soon as the CRM has been told that the ERP has them.
    async fn deliver(&self, asking: &Asking, round: usize, what: &Value) -> Result<bool, Failure> {
        let orders: Vec<&Value> = (0..3).filter_map(|n| self.share(1, round * 3 + n)).collect();
        for order in &orders {
            if !is_there(asking, order).await? {
                return Ok(false);
            }
        }
        for order in orders {
            // One of which nothing is left to deliver refuses.
            asking.post(&format!("{ERP}/saleOrder/{}/deliver", plain(&order["name"])), what).await?;
        }
        Ok(true)
    }

    /// Changes the delivery in force that was made last.
    async fn change_delivery(
        &self,
        asking: &Asking,
        round: usize,
        action: &str,
        what: &Value,
    ) -> Result<bool, Failure> {
        let ours: BTreeSet<String> =
            (0..3).filter_map(|n| self.share(1, round * 3 + n)).map(|order| plain(&order["name"])).collect();
        let deliveries = list(asking.get(&format!("{ERP}/stockOut")).await?);
        let mut in_force = deliveries.iter().filter(|delivery| delivery["void"] == false);
        let last = in_force.rfind(|delivery| ours.contains(&plain(&delivery["orderNo"])));
        let Some(delivery) = last else { return Ok(true) };
        asking.post(&format!("{ERP}/stockOut/{}{action}", plain(&delivery["id"])), what).await.map(|_| true)
    }

    /// Voids a customer that has no orders.
    async fn void_customer(&self, asking: &Asking) -> Result<(), Failure> {
        let orders = list(asking.get(&format!("{CRM}/SalesOrderObj")).await?);
        let has_orders =
            |customer: &&Value| orders.iter().any(|order| order["account_id"] == customer["_id"]);
        let Some(customer) = self.customers.iter().find(|customer| !has_orders(customer)) else {
            return Ok(());
        };
        let path = format!("{CRM}/AccountObj/{}/invalid", plain(&customer["_id"]));
        asking.post(&path, &json!({})).await.map(drop)
    }

    /// The order of a share of each three that is next in a round.
    fn share(&self, share: usize, round: usize) -> Option<&Value> {
        let orders: Vec<&Value> = self.orders.chunks(3).filter_map(|three| three.get(share)).collect();
        orders.get(round % orders.len().max(1)).copied()
    }

    /// The lines in force of the order that is edited in a round.
    async fn lines(&self, asking: &Asking, round: usize) -> Result<Vec<Value>, Failure> {
        let Some(order) = self.share(0, round) else { return Ok(Vec::new()) };
        let path = format!("{CRM}/SalesOrderObj/{}/SalesOrderProductObj", plain(&order["_id"]));
        let lines = list(asking.get(&path).await?);
        Ok(lines.into_iter().filter(|line| line["life_status"] == "normal").collect())
    }
}

/// Spread over all of them.
fn pick(records: &[Value], n: usize) -> Option<&Value> {
    records.get((n * 7 + 3) % records.len().max(1))
}

/// The number of a material that the demo makes.
fn material(round: usize) -> String {
    format!("YS.{round:04}")
}

/// Whether the CRM has been told that the ERP has the order.
async fn is_there(asking: &Asking, order: &Value) -> Result<bool, Failure> {
    let order = asking.get(&format!("{CRM}/SalesOrderObj/{}", plain(&order["_id"]))).await?;
    Ok(order["erp_status__c"] == "synced")
}

/// A first load: the ERP pushes each order and delivery it has, once the orders of the CRM are all there. Whether it did.
async fn tell_all(asking: &Asking) -> Result<bool, Failure> {
    let orders = list(asking.get(&format!("{CRM}/SalesOrderObj")).await?);
    if orders.iter().any(|order| order["life_status"] == "normal" && order["erp_status__c"] != "synced") {
        return Ok(false);
    }
    asking.post(&format!("{ERP}/push/all"), &json!({ "objects": PUSHED })).await.map(|_| true)
}
