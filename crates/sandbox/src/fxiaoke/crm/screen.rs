//! What the CRM's own screens fill in before they save, and what only a person does there.

use serde_json::{Map, Value, json};

use super::table::Life;
use super::{Crm, Now, find};
use crate::fxiaoke::answer::{Answer, Refusal, members};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::Object;

/// Amounts that the screens work out from the lines, so that nobody types them: object and field.
const WORKED_OUT: &[(&str, &str)] = &[
    ("SalesOrderObj", "order_amount"),
    ("DeliveryNoteObj", "total_delivery_money"),
    ("PaymentObj", "payment_amount"),
];

impl Crm {
    /// Saves a new record as a person would: the owner is whoever saves it, an order line takes the price of its
    /// product, and totals follow from the lines in `details`.
    pub fn create_at_screen(
        &mut self,
        object: &'static Object,
        mut record: Map<String, Value>,
        caller: &Caller,
        now: &mut Now,
    ) -> Answer {
        let mut details = record.shift_remove("details").unwrap_or(Value::Null);
        self.fill_details(&mut details);
        if let Some((_, field)) = WORKED_OUT.iter().find(|(name, _)| *name == object.name)
            && !details.is_null()
        {
            record.entry(*field).or_insert_with(|| json!("0"));
        }
        match object.master() {
            None => {
                record.entry("owner").or_insert_with(|| json!([caller.operator]));
            }
            Some(_) => self.fill_line(object.name, &mut record),
        }
        record.insert("dataObjectApiName".into(), json!(object.name));
        self.create(&json!({ "data": { "object_data": record, "details": details } }), caller, now)
    }

    /// Saves an edit as a person would.
    pub fn change_at_screen(
        &mut self,
        object: &'static Object,
        id: &str,
        mut record: Map<String, Value>,
        caller: &Caller,
        now: &mut Now,
    ) -> Answer {
        let mut details = record.shift_remove("details").unwrap_or(Value::Null);
        self.fill_details(&mut details);
        record.insert("dataObjectApiName".into(), json!(object.name));
        record.insert("_id".into(), json!(id));
        self.update(&json!({ "data": { "object_data": record, "details": details } }), caller, now)
    }

    fn fill_details(&self, details: &mut Value) {
        for (name, rows) in details.as_object_mut().into_iter().flatten() {
            for row in rows.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                if !row.contains_key("_id") {
                    self.fill_line(name, row);
                }
            }
        }
    }

    /// A new order line begins with the price and unit of its product.
    fn fill_line(&self, object: &str, line: &mut Map<String, Value>) {
        if object != "SalesOrderProductObj" {
            return;
        }
        let product = line.get("product_id").and_then(Value::as_str).and_then(|id| {
            let products = find("ProductObj").ok()?;
            self.table(products).get(id)
        });
        let of_product = |name: &str| product.and_then(|row| row.fields.get(name)).cloned();
        for (field, from) in [("product_price", "price"), ("sales_price", "price"), ("unit", "unit")] {
            if let Some(value) = of_product(from) {
                line.entry(field).or_insert(value);
            }
        }
    }

    /// Salespeople make that many orders of one to `most_lines` lines, each for a customer of theirs; their ids.
    pub fn make_orders(&mut self, count: u64, most_lines: u64, now: &mut Now) -> Answer {
        let valid = |name: &str| -> Result<Vec<String>, Refusal> {
            let rows = self.table(find(name)?).stored().filter(|row| row.life == Life::Normal);
            Ok(rows.map(|row| row.id.clone()).collect())
        };
        let (accounts, products) = (valid("AccountObj")?, valid("ProductObj")?);
        if accounts.is_empty() || products.is_empty() {
            return Err(Refusal::state("没有客户或产品，不可下单"));
        }
        let mut made = Vec::new();
        for _ in 0..count {
            let account = now.chance.pick(&accounts).clone();
            let lines: Vec<Value> = (0..1 + now.chance.below(most_lines))
                .map(|_| {
                    let product = now.chance.pick(&products).clone();
                    json!({ "product_id": product, "quantity": (1 + now.chance.below(200)).to_string() })
                })
                .collect();
            let owner = self.table(find("AccountObj")?).get(&account).and_then(|row| row.owner.clone());
            let caller = Caller::at_screen(owner.as_deref().unwrap_or("1000"));
            let order = json!({ "account_id": account, "order_time": now.ms, "discount": "100",
                "details": { "SalesOrderProductObj": lines } });
            made.push(self.made(find("SalesOrderObj")?, order, &caller, now)?);
        }
        Ok(members(json!({ "made": made })))
    }

    /// Converts a lead: a new customer and a new contact come of it, and the lead points to both.
    pub fn convert_lead(&mut self, id: &str, caller: &Caller, now: &mut Now) -> Answer {
        let leads = find("LeadsObj")?;
        let lead = self.owned_row(leads, id, caller)?.clone();
        if lead.life != Life::Normal {
            return Err(Refusal::state("线索已作废，不可转换"));
        }
        if lead.fields.contains_key("account_id") {
            return Err(Refusal::state("线索已转换"));
        }
        let field = |name: &str| lead.fields.get(name).cloned().unwrap_or(Value::Null);
        let company = match field("company") {
            Value::String(company) => company,
            _ => lead.name().to_string(),
        };
        let owner = json!([lead.owner.as_deref().unwrap_or(&caller.operator)]);
        let account = json!({ "name": company, "tel": field("tel"), "owner": owner });
        let account_id = self.made(find("AccountObj")?, account, caller, now)?;
        let contact = json!({ "name": lead.name(), "account_id": account_id, "mobile1": field("mobile"),
            "email": field("email"), "job_title": field("job_title"), "owner": owner });
        let contact_id = self.made(find("ContactObj")?, contact, caller, now)?;
        let converted = json!({ "biz_status": "transformed", "account_id": account_id,
            "contact_id": contact_id, "transform_time": now.ms });
        self.change_at_screen(leads, id, fields(converted), caller, now)?;
        Ok(members(json!({ "account_id": account_id, "contact_id": contact_id })))
    }

    fn made(
        &mut self,
        object: &'static Object,
        record: Value,
        caller: &Caller,
        now: &mut Now,
    ) -> Result<Value, Refusal> {
        let answer = self.create_at_screen(object, fields(record), caller, now)?;
        Ok(answer["dataId"].clone())
    }
}

fn fields(record: Value) -> Map<String, Value> {
    members(record)
}
