//! Goods, stock, and the customers and orders from before.

use std::collections::BTreeSet;

use super::{DAY_MS, Opening, text};
use crate::company::{Company, Customer, Order};
use crate::kingdee::cell::{Cell, read_amount};
use crate::kingdee::ledger::Document;
use crate::stand_in::Chance;

const CUSTOMER: &str = "BD_Customer";

/// Fills materials, stock, and the given share of customers with their orders.
pub fn fill(opening: &mut Opening, company: &Company, chance: &mut Chance, opened_ms: i64, existing: u64) {
    for (number, name) in &company.warehouses {
        let org = Cell::Ref(opening.turn.org);
        opening.add("BD_STOCK", &[("FNumber", text(number)), ("FName", text(name)), ("FCreateOrgId", org)]);
    }
    materials(opening, company, chance);
    let mut known = BTreeSet::new();
    for (index, customer) in company.customers.iter().enumerate() {
        let days = 30 + chance.below(300) as i64;
        if chance.below(100) < existing {
            opening.turn.now_ms = opened_ms - days * DAY_MS;
            add_customer(opening, company, customer);
            known.insert(index);
        }
    }
    for order in company.orders.iter().filter(|order| known.contains(&order.customer)) {
        opening.turn.now_ms = opened_ms - i64::from(order.days_ago.max(1)) * DAY_MS;
        add_order(opening, company, order);
    }
}

fn materials(opening: &mut Opening, company: &Company, chance: &mut Chance) {
    for product in &company.products {
        let unit = unit(opening, company, &product.unit);
        let cells = [
            ("FNumber", text(&product.number)),
            ("FName", text(&product.name)),
            ("FSpecification", text(&product.specification)),
            ("FCreateOrgId", Cell::Ref(opening.turn.org)),
            ("FMaterialGroup", opening.to("BD_MaterialGroup", "01")),
            ("FBaseUnitId", unit.clone()),
            ("FStoreUnitID", unit.clone()),
            ("FSaleUnitId", unit.clone()),
            ("FCategoryID", opening.to("BD_MATERIALCATEGORY", "CHLB05_SYS")),
            ("FTaxRateId", opening.to("BD_TaxRate", "SL02_SYS")),
        ];
        let material = opening.add("BD_MATERIAL", &cells);
        let quantity = Cell::Amount((50 + chance.below(950)).into());
        let stock = [
            ("FMaterialId", Cell::Ref(material)),
            ("FStockId", opening.to("BD_STOCK", company.warehouses.first().map_or("", |(number, _)| number))),
            ("FStockOrgId", Cell::Ref(opening.turn.org)),
            ("FStockStatusId", opening.to("BD_StockStatus", "KCZT01_SYS")),
            ("FBaseUnitId", unit),
            ("FQty", quantity.clone()),
            ("FBaseQty", quantity),
            ("FAVBQty", Cell::Amount(Default::default())),
            ("FUPDATETIME", Cell::Time(opening.turn.now())),
        ];
        opening.add("STK_Inventory", &stock);
    }
}

/// The unit of that name.
fn unit(opening: &Opening, company: &Company, name: &str) -> Cell {
    let number = company.units.iter().find(|(_, other)| other == name).map_or("", |(number, _)| number);
    opening.to("BD_UNIT", number)
}

fn add_customer(opening: &mut Opening, company: &Company, customer: &Customer) {
    let seller = company.people.get(customer.owner).map_or("", |person| &person.employee_number);
    let kind = company.customer_types.get(customer.customer_type).map_or("", |(number, _)| number);
    let head = [
        ("FNumber", text(&customer.number)),
        ("FName", text(&customer.name)),
        ("FShortName", text(&customer.short_name)),
        ("FCreateOrgId", Cell::Ref(opening.turn.org)),
        ("FCustTypeId", opening.to("BOS_ASSISTANTDATA_SELECT", kind)),
        ("FGroup", opening.to("BD_CustomerGroup", "01")),
        ("FCOUNTRY", opening.to("BOS_ASSISTANTDATA_SELECT", "China")),
        ("FPROVINCIAL", opening.to("BOS_ASSISTANTDATA_SELECT", &customer.province)),
        ("FADDRESS", text(&customer.address)),
        ("FTEL", text(&customer.tel)),
        ("FINVOICETITLE", text(&customer.name)),
        ("FTAXREGISTERCODE", text(&customer.tax_number)),
        ("FTaxType", opening.to("BOS_ASSISTANTDATA_SELECT", "SFL02_SYS")),
        ("FTaxRate", opening.to("BD_TaxRate", "SL02_SYS")),
        ("FTRADINGCURRID", opening.to("BD_Currency", "PRE001")),
        ("FSELLER", opening.to("BD_Saler", seller)),
        ("FISCREDITCHECK", Cell::Flag(true)),
    ];
    let mut document = opening.draw_up(CUSTOMER, &head);
    add_rows(opening, customer, &mut document);
    opening.store(CUSTOMER, document);
}

fn add_rows(opening: &mut Opening, customer: &Customer, document: &mut Document) {
    for (n, bank) in customer.banks.iter().enumerate() {
        let row = [
            ("FBANKCODE", text(&bank.account_number)),
            ("FACCOUNTNAME", text(&bank.account_name)),
            ("FOPENBANKNAME", text(&bank.bank_name)),
            ("FCURRENCYID", opening.to("BD_Currency", "PRE001")),
            ("FISDEFAULT1", Cell::Flag(n == 0)),
        ];
        opening.add_row(CUSTOMER, document, "FT_BD_CUSTBANK", &row);
    }
    for (n, contact) in customer.contacts.iter().enumerate() {
        let row = [
            ("FNUMBER1", text(&format!("DD{:03}", n + 1))),
            ("FNAME1", text(&contact.name)),
            ("FADDRESS1", text(&customer.address)),
            ("FMOBILE", text(&contact.mobile)),
            ("FIsDefaultConsignee", Cell::Flag(n == 0)),
            ("FIsUsed", Cell::Flag(true)),
        ];
        opening.add_row(CUSTOMER, document, "FT_BD_CUSTCONTACT", &row);
    }
}

fn add_order(opening: &mut Opening, company: &Company, order: &Order) {
    const FORM: &str = "SAL_SaleOrder";
    let Some(customer) = company.customers.get(order.customer) else { return };
    let seller = company.people.get(customer.owner).map_or("", |person| &person.employee_number);
    let head = [
        ("FBillNo", text(&order.number)),
        ("FDate", Cell::Time(opening.turn.now().day())),
        ("FSaleOrgId", Cell::Ref(opening.turn.org)),
        ("FCustId", opening.to("BD_Customer", &customer.number)),
        ("FSalerId", opening.to("BD_Saler", seller)),
        ("FSaleDeptId", opening.to("BD_Department", department_of(company, customer))),
    ];
    let mut document = opening.draw_up(FORM, &head);
    for line in &order.lines {
        let Some(product) = company.products.get(line.product) else { continue };
        let row = [
            ("FMaterialId", opening.to("BD_MATERIAL", &product.number)),
            ("FUnitID", unit(opening, company, &product.unit)),
            ("FQty", Cell::Amount(line.quantity.into())),
            ("FTaxPrice", Cell::Amount(read_amount(&line.price).unwrap_or_default())),
        ];
        opening.add_row(FORM, &mut document, "FSaleOrderEntry", &row);
    }
    opening.store(FORM, document);
}

/// The number of the department of the customer's salesperson.
fn department_of<'c>(company: &'c Company, customer: &Customer) -> &'c str {
    let person = company.people.get(customer.owner);
    let department = person.and_then(|person| company.departments.get(person.department));
    department.map_or("", |(number, _)| number)
}
