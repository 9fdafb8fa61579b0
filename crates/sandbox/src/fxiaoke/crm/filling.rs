//! Fills the CRM with the company's customers, contacts, products and orders, all older than the start.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::accept::midnight;
use super::table::{Life, Row};
use super::write::new_id;
use super::{Crm, Now};
use crate::company::{Company, Contact, Customer, Order};
use crate::fxiaoke::described::{DEFAULT_RECORD_TYPE, object};
use crate::fxiaoke::staff::SYSTEM;
use crate::stand_in::Chance;

const DAY_MS: i64 = 86_400_000;

/// Fills the tables. The last change of every record lies at least a minute before `now_ms`.
pub fn fill(crm: &mut Crm, company: &Company, chance: &mut Chance, now_ms: i64) {
    let mut filling = Filling { crm, company, chance, now_ms };
    filling.staff();
    let products = filling.products();
    filling.price_book(&products);
    filling.warehouses();
    let customers: Vec<Made> = (0..company.customers.len()).map(|n| filling.customer(n)).collect();
    for order in &company.orders {
        filling.order(order, &customers, &products);
    }
    filling.leads();
}

/// A customer as filled.
struct Made {
    id: String,
    first_contact: Option<String>,
    owner: String,
}

struct Filling<'a> {
    crm: &'a mut Crm,
    company: &'a Company,
    chance: &'a mut Chance,
    now_ms: i64,
}

impl Filling<'_> {
    /// Keeps one record; gives its id.
    fn add(&mut self, object_name: &str, created_ms: i64, owner: Option<&str>, fields: Value) -> String {
        let object = object(object_name).expect("only described objects are filled");
        let author = owner.unwrap_or(SYSTEM);
        let latest = (self.now_ms - 60_000 - created_ms).max(1) as u64;
        let modified_ms = created_ms + self.chance.below(latest) as i64;
        let mut now = Now { ms: created_ms, chance: self.chance };
        let id = new_id(&mut now);
        let mut kept = present(fields);
        self.crm.number(object, &mut kept, created_ms);
        let row = Row {
            id: id.clone(),
            fields: kept,
            owner: owner.map(String::from),
            created_by: author.into(),
            create_time: created_ms,
            last_modified_by: author.into(),
            last_modified_time: modified_ms,
            life: Life::Normal,
            locked: false,
            version: 1 + self.chance.below(4),
            record_type: DEFAULT_RECORD_TYPE.into(),
            deleted: false,
            team: Vec::new(),
            pending: None,
        };
        self.crm.table_mut(object).put(row, created_ms, 0);
        id
    }

    fn staff(&mut self) {
        let created_ms = self.crm.created_ms;
        let staff = self.crm.staff.clone();
        for department in &staff.departments {
            let fields = json!({ "name": department.name, "dept_code": department.code, "status": "0" });
            self.add("DepartmentObj", created_ms, None, fields);
        }
        for employee in &staff.employees {
            let fields = json!({
                "name": employee.name,
                "full_name": employee.name,
                "phone": employee.mobile,
                "email": employee.email,
                "employee_number": employee.number,
                "main_department": [staff.department_of(employee).id],
                "status": "0",
                "user_id": employee.id,
            });
            self.add("PersonnelObj", created_ms, None, fields);
        }
    }

    fn products(&mut self) -> Vec<String> {
        let created_ms = self.crm.created_ms + DAY_MS;
        let products = self.company.products.clone();
        products
            .iter()
            .filter(|product| product.is_sold)
            .map(|product| {
                let fields = json!({
                    "name": format!("{} {}", product.name, product.specification),
                    "product_code": product.number,
                    "product_spec": product.specification,
                    "unit": unit(&product.unit),
                    "price": product.price,
                    "product_status": "1",
                });
                self.add("ProductObj", created_ms, None, fields)
            })
            .collect()
    }

    /// One price book with every product at its price.
    fn price_book(&mut self, products: &[String]) {
        let created_ms = self.crm.created_ms + DAY_MS;
        let fields = json!({ "name": "标准价目表", "is_standard": true, "start_date": midnight(created_ms) });
        let book = self.add("PriceBookObj", created_ms, Some("1000"), fields);
        for (id, product) in products.iter().zip(&self.company.products) {
            let fields = json!({ "pricebook_id": book, "product_id": id, "product_code": product.number,
                "product_name": product.name, "discount": "100.00", "pricebook_sellingprice": product.price });
            self.add("PriceBookProductObj", created_ms, Some("1000"), fields);
        }
    }

    fn warehouses(&mut self) {
        let created_ms = self.crm.created_ms + DAY_MS;
        for (n, (number, name)) in self.company.warehouses.iter().enumerate() {
            let fields = json!({ "name": name, "number": number, "is_enable": "1", "is_default": n == 0 });
            self.add("WarehouseObj", created_ms, Some("1000"), fields);
        }
    }

    /// The customers came one after the other over 400 days.
    fn customer(&mut self, n: usize) -> Made {
        let company = self.company;
        let customer = &company.customers[n];
        let share = 400 * DAY_MS / company.customers.len().max(1) as i64;
        let created_ms =
            self.now_ms - 401 * DAY_MS + n as i64 * share + self.chance.below(share.max(1) as u64) as i64;
        let owner = (1000 + customer.owner).to_string();
        let id = self.add("AccountObj", created_ms, Some(&owner), account(company, customer));
        let contacts: Vec<String> = customer
            .contacts
            .iter()
            .map(|person| self.add("ContactObj", created_ms, Some(&owner), contact(customer, person, &id)))
            .collect();
        let address = json!({ "account_id": id, "address": customer.address, "is_default_add": true,
            "contact_id": contacts.first(), "is_ship_to_add": true });
        self.add("AccountAddrObj", created_ms, Some(&owner), address);
        for (at, bank) in customer.banks.iter().enumerate() {
            let fields = json!({ "account_id": id, "tax_id": customer.tax_number, "account_bank": bank.bank_name,
                "account_bank_no": bank.account_number, "is_default": at == 0 });
            self.add("AccountFinInfoObj", created_ms, Some(&owner), fields);
        }
        Made { id, first_contact: contacts.into_iter().next(), owner }
    }

    fn order(&mut self, order: &Order, customers: &[Made], products: &[String]) {
        let created_ms = self.now_ms - i64::from(order.days_ago + 1) * DAY_MS;
        let made = &customers[order.customer];
        let subtotals: Vec<Decimal> = order
            .lines
            .iter()
            .map(|line| {
                let price = Decimal::from_str_exact(&line.price).expect("the company's prices are decimals");
                price * Decimal::from(line.quantity)
            })
            .collect();
        let fields = json!({
            "name": order.number,
            "account_id": made.id,
            "order_time": midnight(created_ms),
            "order_amount": subtotals.iter().sum::<Decimal>().to_string(),
            "discount": "100.00",
            "ship_to_id": made.first_contact,
            "ship_to_add": self.company.customers[order.customer].address,
            "delivery_date": midnight(created_ms + 14 * DAY_MS),
        });
        let id = self.add("SalesOrderObj", created_ms, Some(&made.owner), fields);
        for (line, subtotal) in order.lines.iter().zip(&subtotals) {
            let fields = json!({
                "order_id": id,
                "product_id": products[line.product],
                "unit": unit(&self.company.products[line.product].unit),
                "product_price": line.price,
                "sales_price": line.price,
                "quantity": format!("{}.00", line.quantity),
                "discount": "100.00",
                "subtotal": subtotal.to_string(),
            });
            self.add("SalesOrderProductObj", created_ms, Some(&made.owner), fields);
        }
    }

    /// A few leads that no customer has come of.
    fn leads(&mut self) {
        for n in 0..5 {
            let created_ms = self.now_ms - (n + 2) * DAY_MS;
            let fields = json!({ "name": format!("线索{}", n + 1), "company": "待核实企业", "biz_status": "un_processed" });
            self.add("LeadsObj", created_ms, Some("1000"), fields);
        }
    }
}

fn account(company: &Company, customer: &Customer) -> Value {
    let region = customer.tax_number.get(2..8).unwrap_or_default();
    let first = customer.contacts.first();
    json!({
        "name": customer.name,
        "account_no": customer.number,
        "account_type": (customer.customer_type + 1).to_string(),
        "account_level": "2",
        "tel": customer.tel,
        "address": customer.address,
        "country": "248",
        "province": format!("{}0000", region.get(..2).unwrap_or_default()),
        "city": region,
        "tax_no__c": customer.tax_number,
        "field_fnfcA__c": customer.number,
        "field_n5V1I__c": company.customer_types[customer.customer_type].0,
        "field_zW12m__c": first.map(|contact| &contact.name),
        "field_G45nC__c": first.map(|contact| &contact.mobile),
    })
}

fn contact(customer: &Customer, person: &Contact, account_id: &str) -> Value {
    json!({
        "name": person.name,
        "account_id": account_id,
        "mobile1": person.mobile,
        "tel1": customer.tel,
        "email": person.email,
        "company": customer.name,
        "job_title": person.title,
    })
}

/// The option of a unit's name.
fn unit(name: &str) -> Option<&'static str> {
    let field = object("ProductObj").and_then(|object| object.field("unit"))?;
    field.options.iter().find(|(_, label)| *label == name).map(|(value, _)| *value)
}

/// The members that have a value.
fn present(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}
