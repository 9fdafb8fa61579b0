//! Small books of one order, and what happens when they are changed.

use serde_json::json;

use super::*;

/// One order of two lines, half of it delivered and paid.
fn books() -> Books {
    let one = |name: &'static str, value: Value| (name, list(value));
    Books(BTreeMap::from([
        one("AccountObj", json!([{ "_id": "a", "account_no": "KH000001" }])),
        one("ProductObj", json!([{ "_id": "p", "product_code": "01.01.0001", "name": "轴承" }])),
        one(
            "SalesOrderObj",
            json!([{ "_id": "o", "name": "XSDD000001", "account_id": "a", "owner": ["1003"], "life_status": "normal",
                "order_amount": "350.10", "erp_no__c": "XSDD000001", "erp_status__c": "synced",
                "erp_writeoff__c": "partial" }]),
        ),
        one(
            "SalesOrderProductObj",
            json!([
                { "_id": "l1", "order_id": "o", "product_id": "p", "quantity": "3.00", "subtotal": "300.00",
                  "life_status": "normal" },
                { "_id": "l2", "order_id": "o", "product_id": "p", "quantity": "1", "subtotal": "50.10",
                  "life_status": "normal" },
            ]),
        ),
        one(
            "DeliveryNoteObj",
            json!([{ "_id": "d", "erp_no__c": "XSCK1", "sales_order_id": "o", "life_status": "normal" }]),
        ),
        one(
            "DeliveryNoteProductObj",
            json!([{ "delivery_note_id": "d", "product_id": "p", "order_product_id__c": "l1",
                "delivery_num": "2.00", "life_status": "normal" }]),
        ),
        one(
            "PaymentObj",
            json!([{ "name": "HK1", "payment_amount": "100.50", "life_status": "normal",
                "erp_writeoff__c": "full" }]),
        ),
        one("StockObj", json!([{ "erp_key__c": "100001", "real_stock": "120.00" }])),
        one("BD_MATERIAL", json!([{ "FNumber": "01.01.0001", "FName": "轴承", "FDocumentStatus": "C" }])),
        one(
            "SAL_SaleOrder",
            json!([{ "FBillNo": "XSDD000001", "FCustId": "KH000001", "FSalerId": "EMP004", "FDocumentStatus": "C", "FCloseStatus": "A",
                "FSaleOrderFinance": { "FBillAllAmount": "350.1", "FWRITTENOFFSTATUS": "B" },
                "FSaleOrderEntry": [
                    { "FMaterialId": "01.01.0001", "FQty": "1", "FAllAmount": "50.1" },
                    { "FMaterialId": "01.01.0001", "FQty": "3", "FAllAmount": "300" },
                ] }]),
        ),
        one(
            "SAL_OUTSTOCK",
            json!([{ "FBillNo": "XSCK1", "FDocumentStatus": "C", "FEntity": [
                { "FSoorDerno": "XSDD000001", "FMaterialID": "01.01.0001", "FRealQty": "2" },
            ] }]),
        ),
        one(
            "AR_RECEIVEBILL",
            json!([{ "FBillNo": "HK1", "FDocumentStatus": "C", "FRECAMOUNTFOR": "100.5",
                "FWRITTENOFFSTATUS": "C" }]),
        ),
        one("STK_Inventory", json!([{ "id": 100001, "FQty": "120" }])),
    ]))
}

fn verdict(change: fn(&mut BTreeMap<&'static str, Vec<Value>>)) -> (u64, u64, u64) {
    let mut books = books();
    change(&mut books.0);
    let mut verdict = Verdict::default();
    books.compare(&mut verdict);
    (verdict.lost, verdict.duplicates, verdict.differing)
}

fn set(books: &mut BTreeMap<&'static str, Vec<Value>>, name: &str, field: &str, value: Value) {
    books.get_mut(name).unwrap()[0][field] = value;
}

#[test]
fn two_books_that_are_equal_agree() {
    assert_eq!(verdict(|_| {}), (0, 0, 0));
    assert_eq!(books().example().as_deref(), Some("XSDD000001"));
}

#[test]
fn what_is_lost_doubled_or_different_is_counted() {
    assert_eq!(verdict(|books| books.get_mut("SAL_SaleOrder").unwrap().clear()), (1, 0, 0));
    assert_eq!(verdict(|books| books.get_mut("DeliveryNoteObj").unwrap().clear()), (1, 0, 0));
    let double = |books: &mut BTreeMap<&'static str, Vec<Value>>| {
        let receipts = books.get_mut("AR_RECEIVEBILL").unwrap();
        receipts.push(receipts[0].clone());
    };
    assert_eq!(verdict(double), (0, 1, 0));
    assert_eq!(verdict(|books| set(books, "SalesOrderProductObj", "subtotal", json!("300.01"))), (0, 0, 1));
    assert_eq!(verdict(|books| set(books, "SAL_SaleOrder", "FCloseStatus", json!("B"))), (0, 0, 1));
    assert_eq!(verdict(|books| set(books, "PaymentObj", "payment_amount", json!("100.51"))), (0, 0, 1));
    assert_eq!(verdict(|books| set(books, "StockObj", "real_stock", json!("119"))), (0, 0, 1));
    assert_eq!(verdict(|books| set(books, "ProductObj", "name", json!("轴承 旧"))), (0, 0, 1));
}

#[test]
fn a_delivered_line_names_a_line_of_its_own_order() {
    let strange = |books: &mut BTreeMap<&'static str, Vec<Value>>| {
        set(books, "DeliveryNoteProductObj", "order_product_id__c", json!("l9"));
    };
    assert_eq!(verdict(strange), (0, 0, 1));
}

#[test]
fn a_voided_order_is_cancelled_or_was_never_there() {
    let voided = |books: &mut BTreeMap<&'static str, Vec<Value>>| {
        set(books, "SalesOrderObj", "life_status", json!("invalid"));
        set(books, "SAL_SaleOrder", "FCancelStatus", json!("A"));
    };
    assert_eq!(verdict(voided), (0, 0, 1));
    let never = |books: &mut BTreeMap<&'static str, Vec<Value>>| {
        set(books, "SalesOrderObj", "life_status", json!("ineffective"));
        books.get_mut("SAL_SaleOrder").unwrap().clear();
        books.get_mut("SAL_OUTSTOCK").unwrap().clear();
    };
    assert_eq!(verdict(never), (0, 0, 0));
}
