//! Orders in force stand in the ERP with the same customer, lines, amounts and states; voided ones are cancelled there,
//! or never came over.

use std::collections::BTreeMap;

use super::columns::{crm, erp};
use super::{CLOSED, Codes, Compared, Lines, Sums, WRITTEN_OFF, code, counted, word};
use crate::world::World;

/// The numbers of orders by their ids.
pub fn compare(world: &World, products: &Codes, accounts: &Codes, compared: &mut Compared) -> Codes {
    let here = crm(
        world,
        "SalesOrderObj",
        &[
            "_id",
            "name",
            "account_id",
            "life_status",
            "order_amount",
            "erp_no__c",
            "erp_status__c",
            "erp_close_status__c",
            "erp_writeoff__c",
        ],
    );
    let sold = crm(
        world,
        "SalesOrderProductObj",
        &["order_id", "product_id", "quantity", "subtotal", "life_status"],
    );
    let sold = sold.only("life_status", "normal");
    let there = erp(
        world,
        "SAL_SaleOrder",
        "FBillNo,FCustId.FNumber,FDocumentStatus,FCancelStatus,FCloseStatus,FBillAllAmount,FWRITTENOFFSTATUS",
        "",
    );
    let rows = erp(world, "SAL_SaleOrder", "FBillNo,FMaterialId.FNumber,FQty,FAllAmount", "");
    let sold = Lines::of(&sold, "order_id", |row| {
        let product = code(products, &row.text("product_id"));
        format!("{product} × {} = {}", row.number("quantity"), row.cents("subtotal").text())
    });
    let rows = Lines::of(&rows, "FBillNo", |row| {
        format!(
            "{} × {} = {}",
            row.text("FMaterialId.FNumber"),
            row.number("FQty"),
            row.cents("FAllAmount").text()
        )
    });
    let bills: BTreeMap<String, _> = there.rows().map(|row| (row.text("FBillNo"), row)).collect();
    let in_force = here.rows().filter(|row| row.text("life_status") != "invalid");
    let in_force = counted(in_force.map(|row| row.text("name")));
    let mut standing = counted(there.rows().map(|row| row.text("FBillNo")));
    // What was voided may have come over before; then it was cancelled.
    for order in here.rows().filter(|row| row.text("life_status") == "invalid") {
        if let Some(count) = standing.remove(&order.text("name")) {
            compared.alike(&order.text("name"), "bills of a voided order", "1", &count.to_string());
        }
    }
    compared.once_each("order", &in_force, &standing);
    let mut sums = Sums::default();
    for order in here.rows() {
        let name = order.text("name");
        let Some(bill) = bills.get(&name) else { continue };
        let account = code(accounts, &order.text("account_id"));
        if order.text("life_status") == "invalid" {
            compared.alike(&name, "cancelled", "B", &bill.text("FCancelStatus"));
            continue;
        }
        let (amount, total) = (order.cents("order_amount"), bill.cents("FBillAllAmount"));
        compared.alike(&name, "amount", &amount.text(), &total.text());
        compared.alike(&name, "customer", account, &bill.text("FCustId.FNumber"));
        compared.alike(&name, "document status", "C", &bill.text("FDocumentStatus"));
        compared.alike(&name, "cancelled", "A", &bill.text("FCancelStatus"));
        compared.alike(&name, "number told", &order.text("erp_no__c"), &name);
        compared.alike(&name, "state told", &order.text("erp_status__c"), "synced");
        compared.alike(
            &name,
            "closed",
            &order.text("erp_close_status__c"),
            word(CLOSED, &bill.text("FCloseStatus")),
        );
        compared.alike(
            &name,
            "written off",
            &order.text("erp_writeoff__c"),
            word(WRITTEN_OFF, &bill.text("FWRITTENOFFSTATUS")),
        );
        let id = order.text("_id");
        compared.alike(&name, "lines", &sold.text(&id), &rows.text(&name));
        compared.orders += 1;
        compared.lines += sold.count(&id);
        compared.sold = compared.sold + amount;
        sums.add((account, amount), (bill.text("FCustId.FNumber"), total));
    }
    sums.alike("sold", compared);
    here.rows().map(|row| (row.text("_id"), row.text("name"))).collect()
}
