//! The company whose data fills the stand-ins: one made-up manufacturer, the same people and goods in every system.
//!
//! Each stand-in takes what its product would hold (the CRM the customers and contacts, the ERP the organisation and
//! the base data, the messenger the staff) and adds its own ids. All of it follows from the seed.

mod making;
mod words;

use crate::stand_in::Chance;
use making::Maker;

/// Someone who works at the company. The mobile number is the same in every system.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub mobile: String,
    /// `EMP001`; unique.
    pub employee_number: String,
    /// Index into [`Company::departments`].
    pub department: usize,
    pub is_salesperson: bool,
}

/// A person at a customer.
#[derive(Debug, Clone)]
pub struct Contact {
    pub name: String,
    pub mobile: String,
    pub title: String,
    pub email: String,
}

/// An account of a customer at a bank.
#[derive(Debug, Clone)]
pub struct Bank {
    /// With its branch: `招商银行苏州高新区支行`.
    pub bank_name: String,
    pub account_name: String,
    /// 19 digits.
    pub account_number: String,
}

/// A customer as a salesperson would know it.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The company's own customer number: `KH000123`; unique.
    pub number: String,
    /// The registered name; unique.
    pub name: String,
    pub short_name: String,
    pub province: String,
    pub city: String,
    pub address: String,
    pub tel: String,
    /// 统一社会信用代码: 18 characters, the last one a check character.
    pub tax_number: String,
    /// Index into [`Company::people`], a salesperson.
    pub owner: usize,
    /// Index into [`Company::customer_types`].
    pub customer_type: usize,
    /// 1 to 4.
    pub contacts: Vec<Contact>,
    /// 1 to 3.
    pub banks: Vec<Bank>,
}

/// Something the company sells.
#[derive(Debug, Clone)]
pub struct Product {
    /// `01.01.0001`; unique.
    pub number: String,
    pub name: String,
    pub specification: String,
    /// The name of its unit.
    pub unit: String,
    /// Price as decimal text with two places.
    pub price: String,
    /// Whether the CRM knows it; the others are goods that only the ERP has.
    pub is_sold: bool,
}

#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Index into [`Company::products`].
    pub product: usize,
    pub quantity: u32,
    /// Price of one as decimal text with two places.
    pub price: String,
}

#[derive(Debug, Clone)]
pub struct Order {
    /// `XSDD000001`; unique.
    pub number: String,
    /// Index into [`Company::customers`].
    pub customer: usize,
    pub days_ago: u32,
    /// 1 to 4, or 1 to 12 where orders were asked for.
    pub lines: Vec<OrderLine>,
}

#[derive(Debug, Clone)]
pub struct Company {
    pub name: String,
    /// (number, name)
    pub organisations: Vec<(String, String)>,
    /// (number, name)
    pub departments: Vec<(String, String)>,
    /// (number, name), as the ERP's 客户类别 base data.
    pub customer_types: Vec<(String, String)>,
    /// Units of measure: (number in the ERP, name)
    pub units: Vec<(String, String)>,
    /// (number, name)
    pub warehouses: Vec<(String, String)>,
    /// 业务组: (number, name, index into [`Company::departments`])
    pub sales_groups: Vec<(String, String, usize)>,
    /// The first one administers the systems.
    pub people: Vec<Person>,
    pub customers: Vec<Customer>,
    pub products: Vec<Product>,
    pub orders: Vec<Order>,
}

impl Company {
    /// Makes the company of that seed with that many customers. The same arguments give the same company on every
    /// machine; a larger number of customers keeps the smaller company's customers as they are.
    pub fn new(seed: u64, customers: usize) -> Company {
        Company::made(seed, customers, customers / 2, 4)
    }

    /// The same company with that many orders of 1 to 12 lines.
    pub fn with_orders(seed: u64, customers: usize, orders: usize) -> Company {
        Company::made(seed, customers, orders, 12)
    }

    fn made(seed: u64, customers: usize, orders: usize, most_lines: u64) -> Company {
        let mut staff = Maker::new(Chance::new(seed ^ 0x5741_4646));
        let people = staff.people();
        let mut market = Maker::new(Chance::new(seed ^ 0x4355_5354));
        let customers: Vec<Customer> = (1..=customers).map(|n| market.customer(n, &people)).collect();
        let products = making::products();
        let mut sales = Maker::new(Chance::new(seed ^ 0x4f52_4445));
        let orders = sales.orders(orders, most_lines, customers.len(), &products);
        Company {
            name: words::ORGANISATIONS[0].1.into(),
            organisations: making::pairs(words::ORGANISATIONS),
            departments: making::pairs(words::DEPARTMENTS),
            customer_types: making::pairs(words::CUSTOMER_TYPES),
            units: making::pairs(words::UNITS),
            warehouses: making::pairs(words::WAREHOUSES),
            sales_groups: words::SALES_GROUPS
                .iter()
                .map(|(number, name, department)| ((*number).into(), (*name).into(), *department))
                .collect(),
            people,
            customers,
            products,
            orders,
        }
    }
}
