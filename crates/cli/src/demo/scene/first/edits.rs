//! What people do in the CRM while the demo runs: one edit at a time, the same for the same plan.

use serde_json::{Value, json};

use crate::demo::asking::Asking;
use crate::exit::Failure;

const ACCOUNTS: &str = "/_sandbox/fxiaoke/AccountObj";
const CONTACTS: &str = "/_sandbox/fxiaoke/ContactObj";

/// The kinds of edits, in turn.
const KINDS: &[Kind] =
    &[Kind::Telephone, Kind::Name, Kind::NewCustomer, Kind::Address, Kind::NewContact, Kind::ContactMobile];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Telephone,
    Name,
    Address,
    NewCustomer,
    NewContact,
    ContactMobile,
}

/// The edits of one demo.
pub struct Edits {
    left: usize,
    made: usize,
    /// Ids of customers there were at the beginning; empty until the first edit.
    customers: Vec<String>,
    /// Ids and customers of contacts.
    contacts: Vec<String>,
}

impl Edits {
    /// A tenth of the customers, at least six and at most sixty, and one that is voided at the end.
    pub fn among(customers: usize) -> Edits {
        Edits { left: (customers / 10).clamp(6, 60) + 1, ..Edits::none() }
    }

    pub fn none() -> Edits {
        Edits { left: 0, made: 0, customers: Vec::new(), contacts: Vec::new() }
    }

    pub fn are_done(&self) -> bool {
        self.left == 0
    }

    /// Makes the next edit, if one is left.
    pub async fn next(&mut self, asking: &Asking) -> Result<(), Failure> {
        if self.left == 0 {
            return Ok(());
        }
        if self.customers.is_empty() {
            self.customers = ids(&asking.get(ACCOUNTS).await?);
            self.contacts = ids(&asking.get(CONTACTS).await?);
        }
        match self.left {
            1 => self.void(asking).await?,
            _ => self.edit(asking, KINDS[self.made % KINDS.len()]).await?,
        }
        self.left -= 1;
        self.made += 1;
        Ok(())
    }

    async fn edit(&self, asking: &Asking, kind: Kind) -> Result<(), Failure> {
        let n = self.made;
        let customer = pick(&self.customers, n);
        let (path, body) = match kind {
            Kind::Telephone => {
                (format!("{ACCOUNTS}/{customer}"), json!({ "tel": format!("0571-{:08}", 88_000_000 + n) }))
            }
            Kind::Name => {
                (format!("{ACCOUNTS}/{customer}"), json!({ "name": format!("更名第{n}号机械有限公司") }))
            }
            Kind::Address => {
                (format!("{ACCOUNTS}/{customer}"), json!({ "address": format!("浙江省杭州市文三路{n}号") }))
            }
            Kind::NewCustomer => (
                ACCOUNTS.to_owned(),
                json!({ "name": format!("演示新客户{n}号"), "account_type": "1", "tel": "0571-88001234" }),
            ),
            Kind::NewContact => {
                let mobile = format!("139{:08}", 10_000_000 + n);
                (
                    CONTACTS.to_owned(),
                    json!({ "name": format!("新联系人{n}"), "account_id": customer, "mobile1": mobile }),
                )
            }
            Kind::ContactMobile => {
                let contact = pick(&self.contacts, n);
                (format!("{CONTACTS}/{contact}"), json!({ "mobile1": format!("138{:08}", 20_000_000 + n) }))
            }
        };
        asking.post(&path, &body).await.map(|_| ())
    }

    async fn void(&self, asking: &Asking) -> Result<(), Failure> {
        let customer = pick(&self.customers, self.made);
        asking.post(&format!("{ACCOUNTS}/{customer}/invalid"), &json!({})).await.map(|_| ())
    }
}

/// Spread over all of them.
fn pick(ids: &[String], n: usize) -> &str {
    match ids.len() {
        0 => "",
        length => &ids[(n * 7 + 3) % length],
    }
}

fn ids(records: &Value) -> Vec<String> {
    let records = records.as_array().map(Vec::as_slice).unwrap_or_default();
    records.iter().filter_map(|record| record["_id"].as_str()).map(str::to_owned).collect()
}
