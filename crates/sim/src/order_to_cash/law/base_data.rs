//! Customers, products, warehouses, stock and leads.

use serde_json::Value;

use super::{equal, number, only};
use crate::order_to_cash::books::Books;
use crate::screens::{is_void, text};

pub fn check(books: &Books, found: &mut Vec<String>) {
    customers(books, found);
    products(books, found);
    warehouses(books, found);
    stock(books, found);
    leads(books, found);
}

fn customers(books: &Books, found: &mut Vec<String>) {
    for account in books.all("AccountObj") {
        let number = text(&account["account_no"]);
        let of = format!("customer {number}");
        let there = books.with("BD_Customer", "FNumber", &number);
        if is_void(account) {
            for customer in there {
                equal(found, &of, "forbidden", "B", &text(&customer["FForbidStatus"]));
            }
            continue;
        }
        let Some(customer) = only(found, &of, &there) else { continue };
        for (here, there) in
            [("name", "FName"), ("tel", "FTEL"), ("address", "FADDRESS"), ("tax_no__c", "FTAXREGISTERCODE")]
        {
            equal(found, &of, there, &text(&account[here]), &text(&customer[there]));
        }
        equal(found, &of, "status", "C", &text(&customer["FDocumentStatus"]));
        equal(found, &of, "forbidden", "A", &text(&customer["FForbidStatus"]));
        equal(found, &of, "erp_no__c", &number, &text(&account["erp_no__c"]));
        equal(found, &of, "erp_status__c", "synced", &text(&account["erp_status__c"]));
        contacts(books, account, customer, &of, found);
    }
}

/// Rows that people made in the ERP have numbers of their own, and stay.
fn contacts(books: &Books, account: &Value, customer: &Value, of: &str, found: &mut Vec<String>) {
    let line =
        |id: &Value, name: &Value, mobile: &Value| format!("{} {} {}", text(id), text(name), text(mobile));
    let mut here: Vec<String> = books
        .lines_of("ContactObj", "account_id", account)
        .iter()
        .map(|contact| line(&contact["_id"], &contact["name"], &contact["mobile1"]))
        .collect();
    let rows = customer["FT_BD_CUSTCONTACT"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours = rows.iter().filter(|row| text(&row["FNUMBER1"]).len() == 24);
    let mut there: Vec<String> =
        ours.map(|row| line(&row["FNUMBER1"], &row["FNAME1"], &row["FMOBILE"])).collect();
    here.sort();
    there.sort();
    equal(found, of, "contacts", &here.join(", "), &there.join(", "));
}

fn products(books: &Books, found: &mut Vec<String>) {
    for material in books.audited("BD_MATERIAL") {
        let code = text(&material["FNumber"]);
        let of = format!("product {code}");
        let Some(product) = only(found, &of, &books.with("ProductObj", "product_code", &code)) else {
            continue;
        };
        equal(found, &of, "name", &text(&material["FName"]), &text(&product["name"]));
        equal(found, &of, "spec", &text(&material["FSpecification"]), &text(&product["product_spec"]));
    }
}

fn warehouses(books: &Books, found: &mut Vec<String>) {
    for stock in books.audited("BD_STOCK") {
        let code = text(&stock["FNumber"]);
        let of = format!("warehouse {code}");
        if let Some(warehouse) = only(found, &of, &books.with("WarehouseObj", "number", &code)) {
            equal(found, &of, "name", &text(&stock["FName"]), &text(&warehouse["name"]));
        }
    }
}

fn stock(books: &Books, found: &mut Vec<String>) {
    for there in books.all("STK_Inventory") {
        let key = text(&there["id"]);
        let of = format!("stock {key} of {} in {}", text(&there["FMaterialId"]), text(&there["FStockId"]));
        let Some(stock) = only(found, &of, &books.with("StockObj", "erp_key__c", &key)) else { continue };
        equal(found, &of, "quantity", &number(&there["FQty"]), &number(&stock["real_stock"]));
        let code = |object: &str, id: &Value, field: &str| {
            books.record(object, id).map_or_else(String::new, |record| text(&record[field]))
        };
        let product = code("ProductObj", &stock["product_id"], "product_code");
        equal(found, &of, "product", &text(&there["FMaterialId"]), &product);
        let warehouse = code("WarehouseObj", &stock["warehouse_id"], "number");
        equal(found, &of, "warehouse", &text(&there["FStockId"]), &warehouse);
    }
}

fn leads(books: &Books, found: &mut Vec<String>) {
    for contact in books.audited("BD_CommonContact").filter(|contact| text(&contact["FCompany"]).is_empty()) {
        let code = text(&contact["FNumber"]);
        let of = format!("lead {code}");
        let Some(lead) = only(found, &of, &books.with("LeadsObj", "external_no__c", &code)) else { continue };
        for (there, here) in [("FName", "name"), ("FMobile", "mobile"), ("FEmail", "email")] {
            equal(found, &of, here, &text(&contact[there]), &text(&lead[here]));
        }
    }
}
