//! The made-up company.

use std::collections::BTreeSet;

use sandbox::company::Company;

#[test]
fn two_thousand_customers_have_two_thousand_numbers_names_and_tax_numbers() {
    let company = Company::new(42, 2_000);
    assert_eq!(company.customers.len(), 2_000);
    for (what, texts) in [
        ("number", company.customers.iter().map(|c| c.number.as_str()).collect::<BTreeSet<&str>>()),
        ("name", company.customers.iter().map(|c| c.name.as_str()).collect()),
        ("tax number", company.customers.iter().map(|c| c.tax_number.as_str()).collect()),
    ] {
        assert_eq!(texts.len(), 2_000, "every {what} is unique");
    }
    assert_eq!(company.customers[0].number, "KH000001");
    assert_eq!(company.customers[1_999].number, "KH002000");
}

#[test]
fn every_customer_looks_like_one() {
    let company = Company::new(1, 300);
    for customer in &company.customers {
        assert!((1..=4).contains(&customer.contacts.len()), "{customer:?}");
        assert!((1..=3).contains(&customer.banks.len()), "{customer:?}");
        assert!(customer.name.contains("有限"), "{}", customer.name);
        assert!(customer.name.starts_with(&customer.city), "{}", customer.name);
        assert_eq!(customer.tax_number.chars().count(), 18, "{}", customer.tax_number);
        assert!(company.people[customer.owner].is_salesperson);
        assert!(customer.customer_type < company.customer_types.len());
        for bank in &customer.banks {
            assert_eq!(bank.account_number.len(), 19, "{}", bank.account_number);
        }
        for contact in &customer.contacts {
            assert_eq!(contact.mobile.len(), 11, "{}", contact.mobile);
        }
    }
}

#[test]
fn the_seed_alone_makes_the_company_and_more_customers_keep_the_first_ones() {
    let text = |seed, customers| format!("{:?}", Company::new(seed, customers));
    assert_eq!(text(9, 40), text(9, 40));
    assert_ne!(text(9, 40), text(10, 40));
    let (few, many) = (Company::new(9, 40), Company::new(9, 200));
    assert_eq!(format!("{:?}", few.customers), format!("{:?}", &many.customers[..40]));
    assert_eq!(format!("{:?}", few.people), format!("{:?}", many.people));
}

#[test]
fn the_organisations_of_the_seed_article_exist() {
    let company = Company::new(3, 1);
    let numbers: Vec<&str> = company.organisations.iter().map(|(number, _)| number.as_str()).collect();
    assert!(numbers.contains(&"100") && numbers.contains(&"603"), "{numbers:?}");
}

#[test]
fn a_company_without_customers_has_no_orders() {
    let company = Company::new(3, 0);
    assert!(company.customers.is_empty() && company.orders.is_empty());
}

#[test]
fn orders_that_are_asked_for_have_one_to_twelve_lines_of_what_is_sold() {
    let company = Company::with_orders(7, 40, 300);
    assert_eq!(company.orders.len(), 300);
    let lengths: BTreeSet<usize> = company.orders.iter().map(|order| order.lines.len()).collect();
    assert_eq!(lengths, (1..=12).collect());
    let lines = || company.orders.iter().flat_map(|order| &order.lines);
    assert!(lines().all(|line| company.products[line.product].is_sold));
    assert!(company.products.iter().any(|product| !product.is_sold));
}
