//! Makes the people, customers and orders of the company, one after the other, from chance alone.

use std::collections::HashSet;

use super::words::*;
use super::{Bank, Contact, Customer, Order, OrderLine, Person, Product};
use crate::stand_in::Chance;

/// How many people work in each department, in the order of the list.
const STAFF: &[usize] = &[2, 6, 6, 3, 4, 6, 4, 3, 3, 2, 2];

/// The departments whose people own customers.
const SALES_DEPARTMENTS: &[usize] = &[1, 2];

/// Makes one kind of thing and remembers what must stay unique.
pub struct Maker {
    chance: Chance,
    taken: HashSet<String>,
}

pub fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(number, name)| ((*number).into(), (*name).into())).collect()
}

/// Those that are sold first, then those that only the ERP knows.
pub fn products() -> Vec<Product> {
    let sold = PRODUCTS.iter().map(|product| (product, true));
    let others = ERP_PRODUCTS.iter().map(|product| (product, false));
    sold.chain(others)
        .map(|((number, name, specification, unit, cents), is_sold)| Product {
            number: (*number).into(),
            name: (*name).into(),
            specification: (*specification).into(),
            unit: (*unit).into(),
            price: yuan(*cents),
            is_sold,
        })
        .collect()
}

/// Cents as decimal text with two places.
fn yuan(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

impl Maker {
    pub fn new(chance: Chance) -> Maker {
        Maker { chance, taken: HashSet::new() }
    }

    /// Draws until the text is one that was not drawn before.
    fn unique(&mut self, draw: impl Fn(&mut Chance) -> String) -> String {
        loop {
            let text = draw(&mut self.chance);
            if self.taken.insert(text.clone()) {
                return text;
            }
        }
    }

    fn number(&mut self, lowest: u64, highest: u64) -> u64 {
        lowest + self.chance.below(highest - lowest + 1)
    }

    fn mobile(&mut self) -> String {
        self.unique(|chance| {
            let prefix = *chance.pick(MOBILE_PREFIXES);
            format!("{prefix}{:08}", chance.below(100_000_000))
        })
    }

    pub fn people(&mut self) -> Vec<Person> {
        let mut people = Vec::new();
        for (department, count) in STAFF.iter().enumerate() {
            for _ in 0..*count {
                people.push(Person {
                    name: self.unique(|chance| {
                        let surname = chance.pick(SURNAMES).0;
                        format!("{surname}{}", chance.pick(GIVEN_NAMES))
                    }),
                    mobile: self.mobile(),
                    employee_number: format!("EMP{:03}", people.len() + 1),
                    department,
                    is_salesperson: SALES_DEPARTMENTS.contains(&department),
                });
            }
        }
        people
    }

    pub fn customer(&mut self, n: usize, people: &[Person]) -> Customer {
        let (city, province, area_code, region) = *self.chance.pick(CITIES);
        let number = format!("KH{n:06}");
        let brand_and_name = self.unique(|chance| {
            let brand = format!("{}{}", chance.pick(BRAND_FIRST), chance.pick(BRAND_SECOND));
            let trade = *chance.pick(TRADES);
            format!("{brand}\t{city}{brand}{trade}{}", chance.pick(SUFFIXES))
        });
        let (brand, name) = brand_and_name.split_once('\t').expect("the two are joined by a tab");
        let sellers: Vec<usize> = (0..people.len()).filter(|n| people[*n].is_salesperson).collect();
        let contacts = (0..self.number(1, 4)).map(|_| self.contact(&number)).collect();
        let banks = (0..self.number(1, 3)).map(|_| self.bank(city, name)).collect();
        Customer {
            name: name.into(),
            short_name: format!("{city}{brand}"),
            province: province.into(),
            city: city.into(),
            address: self.address(province, city),
            tel: format!("{area_code}-{}", self.number(50_000_000, 89_999_999)),
            tax_number: self.tax_number(region),
            owner: *self.chance.pick(&sellers),
            customer_type: [0, 0, 0, 3, 4][self.chance.below(5) as usize],
            contacts,
            banks,
            number,
        }
    }

    fn address(&mut self, province: &str, city: &str) -> String {
        let municipality = province.strip_suffix('市') == Some(city);
        let region = if municipality { province.to_string() } else { format!("{province}{city}市") };
        let road = *self.chance.pick(ROADS);
        format!("{region}{road}{}号", self.number(1, 999))
    }

    fn contact(&mut self, customer: &str) -> Contact {
        let (surname, pinyin) = *self.chance.pick(SURNAMES);
        let given = *self.chance.pick(GIVEN_NAMES);
        Contact {
            name: format!("{surname}{given}"),
            mobile: self.mobile(),
            title: (*self.chance.pick(TITLES)).into(),
            email: format!("{pinyin}{}@{}.example", self.number(10, 99), customer.to_lowercase()),
        }
    }

    fn bank(&mut self, city: &str, name: &str) -> Bank {
        let (bank, prefix) = *self.chance.pick(BANKS);
        let branch = *self.chance.pick(BRANCHES);
        Bank {
            bank_name: format!("{bank}{city}{branch}"),
            account_name: name.into(),
            account_number: self.unique(|chance| format!("{prefix}{:013}", chance.below(10_000_000_000_000))),
        }
    }

    fn tax_number(&mut self, region: &str) -> String {
        const BODY: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
        self.unique(|chance| {
            let organisation: String = (0..9).map(|_| char::from(*chance.pick(BODY))).collect();
            with_check_character(&format!("91{region}{organisation}"))
        })
    }

    /// That many orders, each with up to that many lines, of customers and of products that are sold.
    pub fn orders(
        &mut self,
        count: usize,
        most_lines: u64,
        customers: usize,
        products: &[Product],
    ) -> Vec<Order> {
        let count = if customers == 0 { 0 } else { count };
        (1..=count)
            .map(|n| Order {
                number: format!("XSDD{n:06}"),
                customer: self.chance.below(customers as u64) as usize,
                days_ago: self.chance.below(180) as u32,
                lines: (0..self.number(1, most_lines)).map(|_| self.order_line(products)).collect(),
            })
            .collect()
    }

    fn order_line(&mut self, products: &[Product]) -> OrderLine {
        let sold = products.iter().filter(|product| product.is_sold).count();
        let product = self.chance.below(sold as u64) as usize;
        OrderLine { product, quantity: self.number(1, 200) as u32, price: products[product].price.clone() }
    }
}

/// Appends the check character of GB 32100 to the first 17 characters of a 统一社会信用代码.
fn with_check_character(first: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut weight = 1;
    let mut sum = 0;
    for character in first.chars() {
        sum += weight * ALPHABET.find(character).expect("only characters of the alphabet are drawn");
        weight = weight * 3 % 31;
    }
    let check = (31 - sum % 31) % 31;
    format!("{first}{}", &ALPHABET[check..=check])
}

#[cfg(test)]
mod tests {
    use super::with_check_character;

    #[test]
    fn a_tax_number_ends_in_the_check_character_of_the_standard() {
        assert_eq!(with_check_character("91350100M000100Y4"), "91350100M000100Y43");
    }
}
