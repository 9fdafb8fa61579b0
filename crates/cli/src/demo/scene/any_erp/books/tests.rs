//! Small books of one order, half of it delivered, and what happens when they are changed.

use serde_json::json;

use super::*;

fn books() -> Books {
    let one = |name: &'static str, value: Value| (name, list(value));
    let all = BTreeMap::from([
        one(
            "AccountObj",
            json!([
                { "_id": "a", "account_no": "KH1", "name": "杭州桥梁", "tel": "0571-1", "life_status": "normal",
                  "erp_no__c": "KH1", "erp_status__c": "synced" },
                { "_id": "b", "account_no": "KH2", "name": "宁波商行", "life_status": "invalid" },
            ]),
        ),
        one(
            "ContactObj",
            json!([{ "account_id": "a", "name": "王芳", "mobile1": "138", "life_status": "normal" }]),
        ),
        one(
            "ProductObj",
            json!([
                { "_id": "p", "product_code": "01.01.0001", "name": "轴承", "price": "35.80", "life_status": "normal" },
                { "_id": "q", "product_code": "YS.0000", "life_status": "invalid" },
            ]),
        ),
        one(
            "SalesOrderObj",
            json!([{ "_id": "o", "name": "XSDD1", "account_id": "a", "life_status": "normal", "order_amount": "107.40",
                "erp_no__c": "XSDD1", "erp_status__c": "synced", "erp_close_status__c": "open" }]),
        ),
        one(
            "SalesOrderProductObj",
            json!([{ "_id": "l", "order_id": "o", "product_id": "p", "quantity": "3.00", "subtotal": "107.40",
                "life_status": "normal" }]),
        ),
        one(
            "DeliveryNoteObj",
            json!([
                { "_id": "d", "erp_no__c": "XSCK1", "sales_order_id": "o", "express_order_id": "SF1", "life_status": "normal" },
                { "_id": "e", "erp_no__c": "XSCK2", "sales_order_id": "o", "life_status": "invalid" },
            ]),
        ),
        one(
            "DeliveryNoteProductObj",
            json!([{ "delivery_note_id": "d", "product_id": "p", "order_product_id__c": "l", "delivery_num": "2.00",
                "life_status": "normal" }]),
        ),
        one(
            "customer",
            json!([
                { "custNo": "KH1", "custName": "杭州桥梁", "tel": "0571-1", "isStopped": false,
                  "custContact": [{ "contactName": "王芳", "mobile": "138" }] },
                { "custNo": "KH2", "isStopped": true },
            ]),
        ),
        one(
            "material",
            json!([
                { "matNo": "01.01.0001", "matName": "轴承", "price": "35.800000", "isStopped": false },
                { "matNo": "YS.0000", "isStopped": true },
            ]),
        ),
        one(
            "saleOrder",
            json!([{ "billNo": "XSDD1", "custNo": "KH1", "totalAmount": "107.40", "saleOrderEntry": [
                { "matNo": "01.01.0001", "qty": "3.0000", "deliveredQty": "2.0000", "amount": "107.40" },
            ] }]),
        ),
        one(
            "stockOut",
            json!([
                { "billNo": "XSCK1", "orderNo": "XSDD1", "carrierNo": "SF1", "void": false,
                  "stockOutEntry": [{ "matNo": "01.01.0001", "qty": "2.0000" }] },
                { "billNo": "XSCK2", "orderNo": "XSDD1", "void": true },
            ]),
        ),
    ]);
    Books {
        all,
        ledger: list(json!([
            { "object": "customer", "number": "KH1", "by": "interface" },
            { "object": "saleOrder", "number": "XSDD1", "by": "opening" },
        ])),
        duplicates: json!({}),
        push: json!({ "waiting": 0, "given_up": 0, "accepted": { "saleOrder": 1, "stockOut": 2 } }),
    }
}

fn verdict(change: fn(&mut Books)) -> (u64, u64, u64) {
    let mut books = books();
    change(&mut books);
    let mut verdict = books.verdict();
    books.told(&mut verdict);
    (verdict.lost, verdict.duplicates, verdict.differing)
}

fn set(books: &mut Books, name: &str, at: usize, field: &str, value: Value) {
    books.all.get_mut(name).unwrap()[at][field] = value;
}

#[test]
fn two_books_that_are_equal_agree() {
    assert_eq!(verdict(|_| {}), (0, 0, 0));
    assert_eq!((books().example().as_deref(), books().customers_in_force()), (Some("XSDD1"), 1));
}

#[test]
fn what_is_lost_is_counted() {
    assert_eq!(verdict(|books| books.all.get_mut("customer").unwrap().truncate(0)), (1, 0, 0));
    assert_eq!(verdict(|books| books.all.get_mut("saleOrder").unwrap().truncate(0)), (1, 0, 0));
    assert_eq!(verdict(|books| books.all.get_mut("DeliveryNoteObj").unwrap().truncate(0)), (1, 0, 0));
    assert_eq!(verdict(|books| books.push["accepted"]["stockOut"] = json!(1)), (1, 0, 0));
}

#[test]
fn what_stands_twice_is_counted_also_where_it_is_gone_again() {
    let twice = |books: &mut Books| {
        let customer = books.all["customer"][0].clone();
        books.all.get_mut("customer").unwrap().push(customer);
    };
    assert_eq!(verdict(twice), (0, 1, 0));
    assert_eq!(verdict(|books| books.ledger.push(books.ledger[0].clone())), (0, 1, 0));
    assert_eq!(verdict(|books| books.duplicates = json!({ "saleOrder": { "XSDD1": 2 } })), (0, 1, 0));
    let noted_twice = |books: &mut Books| {
        let note = books.all["DeliveryNoteObj"][0].clone();
        books.all.get_mut("DeliveryNoteObj").unwrap().push(note);
    };
    assert_eq!(verdict(noted_twice), (0, 1, 0));
}

#[test]
fn what_differs_is_counted() {
    let changes: [fn(&mut Books); 11] = [
        |books| set(books, "customer", 0, "tel", json!("0571-2")),
        |books| set(books, "customer", 0, "custContact", json!([{ "contactName": "王芳", "mobile": "139" }])),
        |books| set(books, "customer", 1, "isStopped", json!(false)),
        |books| set(books, "material", 0, "price", json!("35.810000")),
        |books| set(books, "ProductObj", 1, "life_status", json!("normal")),
        |books| set(books, "SalesOrderObj", 0, "erp_close_status__c", json!("closed")),
        |books| set(books, "SalesOrderObj", 0, "erp_status__c", json!("failed")),
        |books| set(books, "SalesOrderProductObj", 0, "quantity", json!("4")),
        |books| set(books, "DeliveryNoteObj", 0, "express_order_id", json!("")),
        |books| set(books, "DeliveryNoteProductObj", 0, "order_product_id__c", json!("x")),
        |books| books.push["waiting"] = json!(1),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert_eq!(verdict(change), (0, 0, 1), "{n}");
    }
}

#[test]
fn an_order_is_closed_when_all_of_it_has_left() {
    let bill =
        |qty: &str, delivered: &str| json!({ "saleOrderEntry": [{ "qty": qty, "deliveredQty": delivered }] });
    assert_eq!(close_status(&bill("3.0000", "2.9999")), "open");
    assert_eq!(close_status(&bill("3.0000", "3.0000")), "closed");
}
