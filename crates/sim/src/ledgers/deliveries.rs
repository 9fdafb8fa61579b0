//! What left the warehouse stands in the CRM as a delivery note of its order, line by line.

use std::collections::BTreeSet;

use super::columns::{Row, Table, crm, erp};
use super::{Codes, Compared, Lines, code, counted};
use crate::world::World;

/// Compares the delivery notes with what left the warehouse for orders of the CRM.
pub fn compare(world: &World, products: &Codes, orders: &Codes, compared: &mut Compared) {
    let notes = crm(world, "DeliveryNoteObj", &["_id", "erp_no__c", "sales_order_id"]);
    let note_lines = crm(
        world,
        "DeliveryNoteProductObj",
        &["delivery_note_id", "product_id", "delivery_num", "delivery_money", "order_product_id__c"],
    );
    let bills = erp(
        world,
        "SAL_OUTSTOCK",
        "FBillNo,FSoorDerno,FMaterialID.FNumber,FRealQty,FAllAmount",
        "FDocumentStatus = 'C'",
    );
    let ours: BTreeSet<&String> = orders.values().collect();
    let left = Lines::of(&bills, "FBillNo", |row| {
        format!(
            "{} × {} = {}",
            row.text("FMaterialID.FNumber"),
            row.number("FRealQty"),
            row.cents("FAllAmount").text()
        )
    });
    let order_of: Codes = bills.rows().map(|row| (row.text("FBillNo"), row.text("FSoorDerno"))).collect();
    let of_ours = order_of.iter().filter(|(_, order)| ours.contains(order)).map(|(number, _)| number.clone());
    compared.once_each(
        "delivery",
        &counted(notes.rows().map(|row| row.text("erp_no__c"))),
        &counted(of_ours),
    );
    let noted = Lines::of(&note_lines, "delivery_note_id", |row| {
        let product = code(products, &row.text("product_id"));
        format!("{product} × {} = {}", row.number("delivery_num"), row.cents("delivery_money").text())
    });
    for note in notes.rows() {
        let number = note.text("erp_no__c");
        compared.alike(
            &number,
            "order",
            code(orders, &note.text("sales_order_id")),
            code(&order_of, &number),
        );
        compared.alike(&number, "lines", &noted.text(&note.text("_id")), &left.text(&number));
        compared.deliveries += 1;
    }
    joined(world, &notes, &note_lines, compared);
}

/// Each line of a delivery note names a line of its own order, of the same product.
fn joined(world: &World, notes: &Table, note_lines: &Table, compared: &mut Compared) {
    let sold = crm(world, "SalesOrderProductObj", &["_id", "order_id", "product_id"]);
    let of_order = |row: &Row| format!("{} of {}", row.text("product_id"), row.text("order_id"));
    let sold: Codes = sold.rows().map(|row| (row.text("_id"), of_order(&row))).collect();
    let orders: Codes = notes.rows().map(|note| (note.text("_id"), note.text("sales_order_id"))).collect();
    for line in note_lines.rows() {
        let note = line.text("delivery_note_id");
        let delivered = format!("{} of {}", line.text("product_id"), code(&orders, &note));
        let named = code(&sold, &line.text("order_product_id__c"));
        compared.alike(&note, "line of the order", &delivered, named);
    }
}
