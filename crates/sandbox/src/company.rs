//! The company whose data fills the stand-ins: one made-up manufacturer, the same people and goods in every system.
//!
//! Each stand-in takes what its product would hold (the CRM the customers and contacts, the ERP the organisation and
//! the base data, the messenger the staff) and adds its own ids. All of it follows from the seed.

use crate::stand_in::Chance;

/// Someone who works at the company. The mobile number is the same in every system.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub mobile: String,
    pub employee_number: String,
    pub department: usize,
    pub is_salesperson: bool,
}

#[derive(Debug, Clone)]
pub struct Contact {
    pub name: String,
    pub mobile: String,
    pub title: String,
    pub email: String,
}

#[derive(Debug, Clone)]
pub struct Bank {
    pub bank_name: String,
    pub account_name: String,
    pub account_number: String,
}

/// A customer as a salesperson would know it.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The company's own customer number: `KH000123`.
    pub number: String,
    pub name: String,
    pub short_name: String,
    pub province: String,
    pub city: String,
    pub address: String,
    pub tel: String,
    pub tax_number: String,
    /// Index into [`Company::people`], a salesperson.
    pub owner: usize,
    /// Index into [`Company::customer_types`].
    pub customer_type: usize,
    pub contacts: Vec<Contact>,
    pub banks: Vec<Bank>,
}

#[derive(Debug, Clone)]
pub struct Product {
    pub number: String,
    pub name: String,
    pub specification: String,
    pub unit: String,
    /// Price as decimal text with two places.
    pub price: String,
}

#[derive(Debug, Clone)]
pub struct OrderLine {
    pub product: usize,
    pub quantity: u32,
    pub price: String,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub number: String,
    pub customer: usize,
    pub days_ago: u32,
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
    pub people: Vec<Person>,
    pub customers: Vec<Customer>,
    pub products: Vec<Product>,
    pub orders: Vec<Order>,
}

impl Company {
    /// Makes the company of that seed with that many customers.
    pub fn new(seed: u64, customers: usize) -> Company {
        let _ = (Chance::new(seed), customers);
        unreachable!()
    }
}
