//! What salespeople, the warehouse and accounting do while the demo runs: one act at a time, the same for the same plan.
//!
//! Orders are shared out, so that no act gets in another's way as it would not in a company: of each three one is
//! edited, one is delivered and paid, one is left alone, and the last of those is voided in the end.

use serde_json::{Value, json};

use crate::demo::asking::Asking;
use crate::demo::scene::Act;
use crate::demo::scene::verdict::{list, plain};
use crate::exit::Failure;

const ORDERS: &str = "/_sandbox/fxiaoke/SalesOrderObj";
const LINES: &str = "/_sandbox/fxiaoke/SalesOrderProductObj";
const PAYMENTS: &str = "/_sandbox/fxiaoke/PaymentObj";
const ERP: &str = "/_sandbox/kingdee-k3cloud";

/// The kinds of acts, in turn.
const KINDS: &[Kind] = &[
    Kind::ChangeQuantity,
    Kind::NewOrder,
    Kind::DeliverPart,
    Kind::AddLine,
    Kind::Pay,
    Kind::RemoveLine,
    Kind::DeliverRest,
    Kind::CountStock,
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    NewOrder,
    ChangeQuantity,
    AddLine,
    RemoveLine,
    DeliverPart,
    DeliverRest,
    Pay,
    CountStock,
}

/// The acts of one demo.
pub struct Desk {
    acts: usize,
    made: usize,
    /// The orders and products there were at the beginning; empty until the first act.
    orders: Vec<Value>,
    products: Vec<Value>,
}

impl Desk {
    /// So many acts, and an order that is voided at the end.
    pub fn with(acts: usize) -> Desk {
        Desk { acts, made: 0, orders: Vec::new(), products: Vec::new() }
    }

    /// Makes the next act, if one is left and its time has come.
    pub async fn next(&mut self, asking: &Asking) -> Result<Act, Failure> {
        if self.made > self.acts || self.acts == 0 {
            return Ok(Act::Done);
        }
        if self.orders.is_empty() {
            self.orders = list(asking.get(ORDERS).await?);
            self.products = list(asking.get("/_sandbox/fxiaoke/ProductObj").await?);
        }
        let is_made = match self.made == self.acts {
            true => self.void(asking).await?,
            false => self.act(asking, KINDS[self.made % KINDS.len()]).await?,
        };
        self.made += usize::from(is_made);
        Ok(Act::More)
    }

    /// Whether the act was made; one that has nothing to act upon counts as made.
    async fn act(&self, asking: &Asking, kind: Kind) -> Result<bool, Failure> {
        let round = self.made / KINDS.len();
        match kind {
            Kind::NewOrder => self.new_order(asking, round).await,
            Kind::ChangeQuantity => self.change_quantity(asking, round).await,
            Kind::AddLine => self.add_line(asking, round).await,
            Kind::RemoveLine => self.remove_line(asking, round).await,
            Kind::DeliverPart => {
                let part = json!({ "lines": [{ "row": 1, "quantity": "1" }] });
                self.deliver(asking, round, &part).await
            }
            Kind::DeliverRest => self.deliver(asking, round, &json!({})).await,
            Kind::Pay => self.pay(asking, round).await,
            Kind::CountStock => self.count_stock(asking, round).await,
        }
    }

    async fn new_order(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(like) = self.share(0, round) else { return Ok(true) };
        let line =
            |n: usize| json!({ "product_id": self.product(round + n), "quantity": (n + 2).to_string() });
        let order = json!({
            "account_id": like["account_id"], "owner": like["owner"], "order_time": like["order_time"],
            "details": { "SalesOrderProductObj": [line(0), line(5)] },
        });
        asking.post(ORDERS, &order).await.map(|_| true)
    }

    async fn change_quantity(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(line) = self.lines(asking, round).await?.first().map(|line| plain(&line["_id"])) else {
            return Ok(true);
        };
        let quantity = json!({ "quantity": (7 + round).to_string() });
        asking.post(&format!("{LINES}/{line}"), &quantity).await.map(|_| true)
    }

    async fn add_line(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(order) = self.share(0, round) else { return Ok(true) };
        let path = format!("{ORDERS}/{}/SalesOrderProductObj", plain(&order["_id"]));
        let line = json!({ "product_id": self.product(round * 3 + 1), "quantity": "4" });
        asking.post(&path, &line).await.map(|_| true)
    }

    /// Removes the first line of an order that keeps another.
    async fn remove_line(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let lines = self.lines(asking, round).await?;
        if let [first, _, ..] = &lines[..] {
            let path = format!("{LINES}/{}", plain(&first["_id"]));
            asking.post(&format!("{path}/invalid"), &json!({})).await?;
            asking.post(&format!("{path}/delete"), &json!({})).await?;
        }
        Ok(true)
    }

    /// The warehouse delivers an order once it is there for good.
    async fn deliver(&self, asking: &Asking, round: usize, what: &Value) -> Result<bool, Failure> {
        let Some(order) = self.share(1, round) else { return Ok(true) };
        if !is_there(asking, order).await? {
            return Ok(false);
        }
        let path = format!("{ERP}/SAL_SaleOrder/{}/deliver", plain(&order["name"]));
        let answer = asking.post(&path, what).await?;
        // An order of which nothing is left to deliver refuses; so does one that is being written just now.
        Ok(answer.get("error").is_none() || is_delivered(asking, order).await?)
    }

    async fn pay(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(order) = self.share(1, round) else { return Ok(true) };
        if !is_there(asking, order).await? {
            return Ok(false);
        }
        let amount = format!("{}.50", 100 + round);
        let payment = json!({
            "account_id": order["account_id"], "payment_amount": amount, "payment_time": order["order_time"],
            "payment_term": "transfer",
            "details": { "OrderPaymentObj": [{ "order_id": order["_id"], "payment_amount": amount }] },
        });
        asking.post(PAYMENTS, &payment).await.map(|_| true)
    }

    async fn count_stock(&self, asking: &Asking, round: usize) -> Result<bool, Failure> {
        let Some(product) = self.products.get(round % self.products.len().max(1)) else { return Ok(true) };
        let path = format!("{ERP}/BD_MATERIAL/{}/count_stock", plain(&product["product_code"]));
        let counted = json!({ "quantity": (120 + round).to_string() });
        asking.post(&path, &counted).await.map(|_| true)
    }

    async fn void(&self, asking: &Asking) -> Result<bool, Failure> {
        let Some(order) = self.orders.chunks(3).filter_map(|three| three.get(2)).next_back() else {
            return Ok(true);
        };
        asking.post(&format!("{ORDERS}/{}/invalid", plain(&order["_id"])), &json!({})).await.map(|_| true)
    }

    /// The order of a share of each three that is next in a round.
    fn share(&self, share: usize, round: usize) -> Option<&Value> {
        let orders: Vec<&Value> = self.orders.chunks(3).filter_map(|three| three.get(share)).collect();
        orders.get(round % orders.len().max(1)).copied()
    }

    fn product(&self, n: usize) -> &Value {
        self.products.get(n % self.products.len().max(1)).map_or(&Value::Null, |product| &product["_id"])
    }

    /// The lines in force of the order that is edited in a round.
    async fn lines(&self, asking: &Asking, round: usize) -> Result<Vec<Value>, Failure> {
        let Some(order) = self.share(0, round) else { return Ok(Vec::new()) };
        let path = format!("{ORDERS}/{}/SalesOrderProductObj", plain(&order["_id"]));
        let lines = list(asking.get(&path).await?);
        Ok(lines.into_iter().filter(|line| line["life_status"] == "normal").collect())
    }
}

/// Whether the CRM has been told that the ERP has the order: from then on nothing is written to it that was not edited.
async fn is_there(asking: &Asking, order: &Value) -> Result<bool, Failure> {
    let order = asking.get(&format!("{ORDERS}/{}", plain(&order["_id"]))).await?;
    Ok(order["erp_status__c"] == "synced")
}

async fn is_delivered(asking: &Asking, order: &Value) -> Result<bool, Failure> {
    let bills = list(asking.get(&format!("{ERP}/SAL_OUTSTOCK")).await?);
    let number = plain(&order["name"]);
    let of_order = |bill: &Value| {
        bill["FEntity"]
            .as_array()
            .is_some_and(|rows| rows.iter().any(|row| plain(&row["FSoorDerno"]) == number))
    };
    Ok(bills.iter().any(of_order))
}
