//! Queries (`protocols/fxiaoke.md` §4.4).

use serde_json::{Value, json};

use crate::world::{START_MS, World, each};

/// Five customers beside the company's own, all with a fax number beginning with `Q`.
fn world() -> World {
    let mut world = World::new();
    for (n, (name, credit)) in [
        ("苏州甲机械有限公司", Some("100.00")),
        ("苏州乙机械有限公司", Some("9.5")),
        ("无锡丙化工有限公司", Some("20")),
        ("无锡丁化工有限公司", None),
        ("常州戊家具有限公司", Some("-1")),
    ]
    .into_iter()
    .enumerate()
    {
        world.pass(1_000);
        let lines: &[&str] = if n == 0 { &["c1jbw8hxa", "d7kqm2pzt"] } else { &[] };
        let fax = format!("Q{n}");
        let fields = json!({ "name": name, "credit_limit__c": credit, "fax": fax, "field_8weB5__c": lines });
        world.create("AccountObj", fields);
    }
    world
}

/// The second characters after the city, of the rows that pass: `甲乙`.
fn found(world: &mut World, field: &str, operator: &str, values: Value) -> String {
    let rows = world.query(
        "AccountObj",
        json!({
        "filters": [{ "field_name": "fax", "operator": "STARTWITH", "field_values": ["Q"] },
                    { "field_name": field, "operator": operator, "field_values": values }],
        "orders": [{ "fieldName": "fax", "isAsc": true }] }),
    );
    each(&rows, "name").iter().filter_map(|name| name.chars().nth(2)).collect()
}

#[test]
fn every_operator_does_what_it_says() {
    let mut world = world();
    for (field, operator, values, expected) in [
        ("name", "EQ", json!(["苏州甲机械有限公司"]), "甲"),
        ("name", "EQ", json!("苏州甲机械有限公司"), "甲"),
        ("name", "N", json!(["苏州甲机械有限公司"]), "乙丙丁戊"),
        ("name", "LIKE", json!(["机械"]), "甲乙"),
        ("name", "NLIKE", json!(["机械"]), "丙丁戊"),
        ("name", "STARTWITH", json!(["无锡"]), "丙丁"),
        ("name", "ENDWITH", json!(["家具有限公司"]), "戊"),
        ("name", "IN", json!(["苏州乙机械有限公司", "常州戊家具有限公司"]), "乙戊"),
        ("name", "NIN", json!(["苏州乙机械有限公司", "常州戊家具有限公司"]), "甲丙丁"),
        ("credit_limit__c", "GT", json!(["9.50"]), "甲丙"),
        ("credit_limit__c", "GTE", json!([9.5]), "甲乙丙"),
        ("credit_limit__c", "LT", json!(["20"]), "乙戊"),
        ("credit_limit__c", "LTE", json!([20]), "乙丙戊"),
        ("credit_limit__c", "EQ", json!(["100"]), "甲"),
        ("credit_limit__c", "N", json!(["100"]), "乙丙丁戊"),
        ("credit_limit__c", "BETWEEN", json!(["9.5", "20"]), "乙丙"),
        ("credit_limit__c", "NBETWEEN", json!(["9.5", "20"]), "甲丁戊"),
        ("credit_limit__c", "IS", json!([]), "丁"),
        ("credit_limit__c", "ISN", json!([]), "甲乙丙戊"),
        ("field_8weB5__c", "CONTAINS", json!(["d7kqm2pzt"]), "甲"),
        ("field_8weB5__c", "HASANYOF", json!(["x", "c1jbw8hxa"]), "甲"),
        ("field_8weB5__c", "NHASANYOF", json!(["x", "c1jbw8hxa"]), "乙丙丁戊"),
        ("create_time", "GTE", json!([(START_MS + 4_000).to_string()]), "丁戊"),
        ("version", "EQ", json!(["1"]), "甲乙丙丁戊"),
    ] {
        assert_eq!(
            found(&mut world, field, operator, values.clone()),
            expected,
            "{field} {operator} {values}"
        );
    }
    let me = world.administrator();
    assert_eq!(found(&mut world, "owner", "EQ", json!([me])), "甲乙丙丁戊");
    let mine = found(&mut world, "owner", "N", json!([me]));
    assert_eq!(mine, "");
}

#[test]
fn a_window_of_changes_is_read_in_order() {
    let mut world = world();
    let rows = world.query(
        "AccountObj",
        json!({
        "filters": [{ "field_name": "last_modified_time", "operator": "BETWEEN",
            "field_values": [(START_MS + 2_000).to_string(), (START_MS + 4_000).to_string()] },
            { "field_name": "life_status", "field_values": ["normal"], "operator": "EQ" }],
        "orders": [{ "fieldName": "last_modified_time", "isAsc": true }],
        "fieldProjection": ["_id", "name", "last_modified_time"] }),
    );
    assert_eq!(each(&rows, "name"), ["苏州乙机械有限公司", "无锡丙化工有限公司", "无锡丁化工有限公司"]);
    let members: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members.len(), 3, "{members:?}");
    let all = world.query("AccountObj", json!({ "limit": 1, "fieldProjection": [] }));
    assert!(all[0].as_object().unwrap().len() > 20, "an empty projection asks for everything");
}

#[test]
fn pages_and_keysets_give_every_row_once() {
    let mut world = World::of(5, 130);
    let mut by_page = Vec::new();
    for offset in [0, 50, 100, 150] {
        let rows = world.query(
            "AccountObj",
            json!({ "limit": 50, "offset": offset,
            "orders": [{ "fieldName": "_id", "isAsc": true }] }),
        );
        by_page.extend(each(&rows, "_id").into_iter().map(String::from));
    }
    let mut by_key: Vec<String> = Vec::new();
    loop {
        let after = by_key.last().cloned().unwrap_or_default();
        let rows = world.query(
            "AccountObj",
            json!({ "limit": 100, "orders": [{ "fieldName": "_id", "isAsc": true }],
            "filters": [{ "field_name": "_id", "operator": "GT", "field_values": [after] }] }),
        );
        by_key.extend(each(&rows, "_id").into_iter().map(String::from));
        if rows.len() < 100 {
            break;
        }
    }
    assert_eq!(by_page.len(), 130);
    assert_eq!(by_page, by_key);
}

#[test]
fn the_total_is_given_when_asked_for() {
    let mut world = World::new();
    let search = json!({ "limit": 5, "offset": 0 });
    let mut ask = |total: Value| {
        let mut data = json!({ "dataObjectApiName": "AccountObj", "search_query_info": search });
        data.as_object_mut().unwrap().extend(total.as_object().unwrap().clone());
        world.crm("query", data)["data"].clone()
    };
    let answer = ask(json!({ "find_explicit_total_num": true }));
    assert_eq!((&answer["total"], &answer["limit"], &answer["offset"]), (&json!(12), &json!(5), &json!(0)));
    assert_eq!(ask(json!({ "find_explicit_total_num": false }))["total"], 0);
    assert_eq!(ask(json!({ "returnTotalNum": 3 }))["total"], 0);
}

#[test]
fn limits_offsets_and_unknown_words_are_refused() {
    let mut world = World::new();
    for (search, code) in [
        (json!({ "limit": 100, "offset": 10_100 }), 10013),
        (json!({ "limit": 101, "offset": 0 }), 32000),
        (json!({ "limit": 20, "offset": 30 }), 32000),
        (json!({ "limit": 0, "offset": 0 }), 32000),
        (
            json!({ "limit": 10, "filters": [{ "field_name": "nothing__c", "operator": "EQ", "field_values": ["1"] }] }),
            32000,
        ),
        (
            json!({ "limit": 10, "filters": [{ "field_name": "name", "operator": "EXISTS", "field_values": ["1"] }] }),
            32000,
        ),
        (
            json!({ "limit": 10, "filters": [{ "field_name": "name", "operator": "BETWEEN", "field_values": ["1"] }] }),
            32000,
        ),
        (json!({ "limit": 10, "orders": [{ "fieldName": "nothing__c", "isAsc": true }] }), 32000),
    ] {
        let answer =
            world.crm("query", json!({ "dataObjectApiName": "AccountObj", "search_query_info": search }));
        assert_eq!(answer["errorCode"], code, "{search}");
    }
    let answer = world.crm(
        "query",
        json!({ "dataObjectApiName": "AccountObj",
        "search_query_info": { "limit": 100, "offset": 10_100 } }),
    );
    assert_eq!(
        (&answer["errorMessage"], &answer["errorDescription"]),
        (&json!("offset out of range 10000"), &json!("offset 不能超过10000"))
    );
    assert_ne!(world.crm("query", json!({ "dataObjectApiName": "NoObj" }))["errorCode"], 0);
}

#[test]
fn the_company_is_in_the_crm() {
    let mut world = World::of(7, 40);
    let company = sandbox::company::Company::new(7, 40);
    let accounts =
        world.query("AccountObj", json!({ "orders": [{ "fieldName": "account_no", "isAsc": true }] }));
    assert_eq!(accounts.len(), 40);
    for (row, customer) in accounts.iter().zip(&company.customers) {
        assert_eq!((&row["account_no"], &row["name"]), (&json!(customer.number), &json!(customer.name)));
        assert_eq!(row["tax_no__c"], json!(customer.tax_number));
        assert!(row["last_modified_time"].as_i64().unwrap() <= START_MS - 60_000);
        let filter = json!({ "filters": [{ "field_name": "account_id", "operator": "EQ", "field_values": [row["_id"]] }] });
        assert_eq!(world.query("ContactObj", filter.clone()).len(), customer.contacts.len());
        assert_eq!(world.query("AccountFinInfoObj", filter).len(), customer.banks.len());
        world.pass(2_000);
    }
    let sold = company.products.iter().filter(|product| product.is_sold).count();
    assert_eq!(world.query("ProductObj", json!({})).len(), sold);
    assert_eq!(world.query("SalesOrderObj", json!({})).len(), company.orders.len());
}
