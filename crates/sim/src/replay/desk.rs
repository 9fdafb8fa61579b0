//! What salespeople, the warehouse and accounting do at their own screens.

use contract::Chance;
use serde_json::{Value, json};

use crate::cents::Cents;
use crate::screens::{list, text};
use crate::world::World;

/// One thing that somebody does. Orders are named by their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Order,
    Edit(usize),
    Void(usize),
    /// One piece of the first row, or everything that is left.
    Deliver(usize, Share),
    Pay(usize, Share),
    EditCustomer,
}

/// How much of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    First,
    /// What is left after the first.
    Rest,
    All,
}

/// What a vendor said of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Done,
    /// Not yet: the order has not come over, or is being written.
    NotYet,
}

/// How much was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub orders: u64,
    pub lines: u64,
    pub edits: u64,
    pub voids: u64,
    pub deliveries: u64,
    pub payments: u64,
    pub customer_edits: u64,
    /// How often something had to be put off.
    pub put_off: u64,
}

/// A customer, and who looks after it.
#[derive(Debug, Clone)]
struct Account {
    id: String,
    owner: Value,
}

/// The people's view of the company.
pub struct Desk {
    accounts: Vec<Account>,
    products: Vec<String>,
    /// The CRM's ids of the orders, by their place.
    orders: Vec<String>,
    most_lines: u64,
    pub done: Done,
}

impl Desk {
    /// The customers and products that are there; orders have up to so many lines.
    pub fn open(world: &World, most_lines: u64) -> Desk {
        let rows = |object: &str| {
            let asked = json!({ "object": object, "fields": ["_id", "owner"] });
            list(world.screens.edit(world.now_ms(), "fxiaoke/rows", &asked))
        };
        let accounts = rows("AccountObj").into_iter();
        let accounts =
            accounts.map(|row| Account { id: text(&row["_id"]), owner: row["owner"].clone() }).collect();
        let products = rows("ProductObj").iter().map(|row| text(&row["_id"])).collect();
        Desk { accounts, products, orders: Vec::new(), most_lines, done: Done::default() }
    }

    pub fn act(&mut self, world: &World, act: Act) -> Said {
        let said = match act {
            Act::Order => self.order(world),
            Act::Edit(order) => self.edit(world, order),
            Act::Void(order) => self.void(world, order),
            Act::Deliver(order, share) => self.deliver(world, order, share),
            Act::Pay(order, share) => self.pay(world, order, share),
            Act::EditCustomer => self.edit_customer(world),
        };
        self.done.put_off += u64::from(said == Said::NotYet);
        said
    }

    fn order(&mut self, world: &World) -> Said {
        let lines: Vec<Value> = (0..=world.dice.below(self.most_lines)).map(|_| self.line(world)).collect();
        let account = world.dice.pick(&self.accounts);
        let body = json!({
            "account_id": account.id, "owner": account.owner, "order_time": world.now_ms(),
            "details": { "SalesOrderProductObj": lines },
        });
        let made = edit(world, "fxiaoke/SalesOrderObj", &body);
        self.orders.push(made["dataId"].as_str().expect("an order that was made has an id").to_owned());
        self.done.lines += lines.len() as u64;
        self.done.orders += 1;
        Said::Done
    }

    fn line(&self, world: &World) -> Value {
        json!({ "product_id": world.dice.pick(&self.products), "quantity": quantity(world) })
    }

    /// A quantity, a line more, a line less, or a remark.
    fn edit(&mut self, world: &World, order: usize) -> Said {
        let path = format!("fxiaoke/SalesOrderObj/{}", self.orders[order]);
        let lines_path = format!("{path}/SalesOrderProductObj");
        let lines = world.screens.read(world.now_ms(), &lines_path);
        let lines = lines.as_array().map(Vec::as_slice).unwrap_or_default();
        let line = world.dice.pick(lines)["_id"].as_str().unwrap_or_default();
        let line_path = format!("fxiaoke/SalesOrderProductObj/{line}");
        match world.dice.below(4) {
            0 => edit(world, &line_path, &json!({ "quantity": quantity(world) })),
            1 => edit(world, &lines_path, &self.line(world)),
            2 if lines.len() > 1 => edit(world, &format!("{line_path}/invalid"), &json!({})),
            _ => edit(world, &path, &json!({ "remark": format!("客户来电:第{}单加急", order + 1) })),
        };
        self.done.edits += 1;
        Said::Done
    }

    fn void(&mut self, world: &World, order: usize) -> Said {
        edit(world, &format!("fxiaoke/SalesOrderObj/{}/invalid", self.orders[order]), &json!({}));
        self.done.voids += 1;
        Said::Done
    }

    /// What has left is invoiced at once.
    fn deliver(&mut self, world: &World, order: usize, share: Share) -> Said {
        let Some(name) = self.there(world, order) else { return Said::NotYet };
        let what = match share {
            Share::First => json!({ "lines": [{ "row": 1, "quantity": "1" }] }),
            Share::Rest | Share::All => json!({}),
        };
        let made = try_edit(world, &format!("kingdee-k3cloud/SAL_SaleOrder/{name}/deliver"), &what);
        // An order that is being written just now refuses.
        let Some(number) = made["FBillNo"].as_str() else { return Said::NotYet };
        edit(world, &format!("kingdee-k3cloud/SAL_OUTSTOCK/{number}/invoice"), &json!({}));
        self.done.deliveries += 1;
        Said::Done
    }

    fn pay(&mut self, world: &World, order: usize, share: Share) -> Said {
        let id = &self.orders[order];
        let stands = world.screens.read(world.now_ms(), &format!("fxiaoke/SalesOrderObj/{id}"));
        let total = Cents::read(&stands["order_amount"]).expect("an order has an amount");
        let amount = match share {
            Share::First => total.two_fifths(),
            Share::Rest => total - total.two_fifths(),
            Share::All => total,
        };
        let body = json!({
            "account_id": stands["account_id"], "payment_amount": amount.text(), "payment_time": world.now_ms(),
            "payment_term": "transfer",
            "details": { "OrderPaymentObj": [{ "order_id": id, "payment_amount": amount.text() }] },
        });
        edit(world, "fxiaoke/PaymentObj", &body);
        self.done.payments += 1;
        Said::Done
    }

    fn edit_customer(&mut self, world: &World) -> Said {
        let account = world.dice.pick(&self.accounts);
        let tel = json!({ "tel": format!("0571-{:08}", world.dice.below(100_000_000)) });
        edit(world, &format!("fxiaoke/AccountObj/{}", account.id), &tel);
        self.done.customer_edits += 1;
        Said::Done
    }

    /// The number of the order, once the CRM has been told that the ERP has it.
    fn there(&self, world: &World, order: usize) -> Option<String> {
        let path = format!("fxiaoke/SalesOrderObj/{}", self.orders[order]);
        let stands = world.screens.read(world.now_ms(), &path);
        let name = stands["name"].as_str().filter(|_| stands["erp_status__c"] == "synced");
        name.map(str::to_owned)
    }
}

/// At least two, so that there is something left after the first piece.
fn quantity(world: &World) -> String {
    (2 + world.dice.below(199)).to_string()
}

/// An edit that a person may make: nothing that these people do is wrong.
fn edit(world: &World, path: &str, body: &Value) -> Value {
    let answer = try_edit(world, path, body);
    assert!(answer.get("error").is_none(), "{path} {body} → {answer}");
    answer
}

fn try_edit(world: &World, path: &str, body: &Value) -> Value {
    world.trace.note(&format!("{} screen {path} {body}", world.now_ms()));
    world.screens.edit(world.now_ms(), path, body)
}
