//! The ERP on the day it is opened to the interface: all materials, half of the company's customers and their orders,
//! some of them delivered.

use model::{Map, Value};

use super::answer::Refusal;
use super::business;
use super::dictionary::lookup;
use super::ledger::{Ledger, Origin};
use super::render::clock;
use super::switches::SWITCHES;
use super::turn::{Turn, Wanted};
use super::write::{self, Written};
use crate::company::{Company, Customer, Order, Product};
use crate::stand_in::Chance;
use crate::switchboard::Switchboard;

/// How many of the company's customers, in percent, the ERP knows.
const EXISTING_PERCENT: u64 = 50;

/// It knows about this many customers at most, and no more orders: a company may have any number in its other
/// systems, and who does not use this ERP should not pay for it.
const MOST: usize = 1_000;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Fills an empty ledger; everything is older than `opened_ms`.
pub fn fill(
    ledger: &mut Ledger,
    company: &Company,
    chance: &mut Chance,
    opened_ms: i64,
) -> Result<(), Refusal> {
    let switches = Switchboard::new(SWITCHES);
    let mut turn = Turn {
        ledger,
        switches: &switches,
        now_ms: opened_ms - 400 * DAY_MS,
        origin: Origin::Opening,
        changes: Vec::new(),
    };
    for product in &company.products {
        let stock = 50 + chance.below(950) as i64;
        add(&mut turn, "material", material(product, stock))?;
    }
    let mut known = vec![false; company.customers.len()];
    for (customer, known) in company.customers.iter().zip(&mut known).take(2 * MOST) {
        let days = 200 + chance.below(180) as i64;
        if chance.below(100) < EXISTING_PERCENT {
            turn.now_ms = opened_ms - days * DAY_MS;
            add(&mut turn, "customer", self::customer(company, customer))?;
            *known = true;
        }
    }
    for order in company.orders.iter().filter(|order| known.get(order.customer) == Some(&true)).take(MOST) {
        turn.now_ms = opened_ms - i64::from(order.days_ago.max(1)) * DAY_MS;
        let filled = self::order(company, order, turn.now_ms);
        let written = add(&mut turn, "saleOrder", filled)?;
        if order.days_ago > 30 && chance.below(3) > 0 {
            turn.now_ms += 7 * DAY_MS;
            let made =
                lookup("saleOrder").and_then(|object| turn.ledger.table(object).get(&written.id).cloned());
            let mut what = Map::new();
            what.push(
                "warehouse",
                company.warehouses.first().map_or(String::new(), |(_, name)| name.clone()),
            );
            if let Some(made) = made {
                business::deliver(&mut turn, &made, &what)?;
            }
        }
    }
    Ok(())
}

fn add(turn: &mut Turn, object: &'static str, filled: Map<'static>) -> Result<Written, Refusal> {
    let object = super::turn::object(Some(object))?;
    let wanted = Wanted::filled(turn, object, filled.into())?;
    let written = write::create(turn, &wanted);
    // Nobody is told of what was there before.
    turn.changes.clear();
    written
}

fn filled(fields: Vec<(&'static str, Value<'static>)>) -> Map<'static> {
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

fn text(text: &str) -> Value<'static> {
    Value::from(text.to_owned())
}

fn material(product: &Product, stock: i64) -> Map<'static> {
    filled(vec![
        ("matNo", text(&product.number)),
        ("matName", text(&product.name)),
        ("spec", text(&product.specification)),
        ("unit", text(&product.unit)),
        ("price", text(&product.price)),
        ("stockQty", stock.into()),
        ("leadDays", 7.into()),
        ("isStopped", false.into()),
    ])
}

fn customer(company: &Company, customer: &Customer) -> Map<'static> {
    let salesman = company.people.get(customer.owner).map_or("", |person| &person.employee_number);
    let contacts = customer.contacts.iter().map(|contact| {
        Value::Map(filled(vec![
            ("contactName", text(&contact.name)),
            ("mobile", text(&contact.mobile)),
            ("title", text(&contact.title)),
            ("email", text(&contact.email)),
        ]))
    });
    filled(vec![
        ("custNo", text(&customer.number)),
        ("custName", text(&customer.name)),
        ("shortName", text(&customer.short_name)),
        ("custType", text(&format!("{:02}", customer.customer_type + 1))),
        ("province", text(&customer.province)),
        ("city", text(&customer.city)),
        ("address", text(&customer.address)),
        ("tel", text(&customer.tel)),
        ("taxNo", text(&customer.tax_number)),
        ("salesman", text(salesman)),
        ("isStopped", false.into()),
        ("custContact", contacts.collect::<Vec<_>>().into()),
    ])
}

fn order(company: &Company, order: &Order, at_ms: i64) -> Map<'static> {
    let customer = company.customers.get(order.customer).map_or("", |customer| &customer.number);
    let rows = order.lines.iter().map(|line| {
        let material = company.products.get(line.product).map_or("", |product| &product.number);
        Value::Map(filled(vec![
            ("matNo", text(material)),
            ("qty", i64::from(line.quantity).into()),
            ("price", text(&line.price)),
        ]))
    });
    filled(vec![
        ("billNo", text(&order.number)),
        ("billDate", Value::from(clock(at_ms).chars().take(10).collect::<String>())),
        ("custNo", text(customer)),
        ("payWay", "2".into()),
        ("isUrgent", false.into()),
        ("saleOrderEntry", rows.collect::<Vec<_>>().into()),
    ])
}
