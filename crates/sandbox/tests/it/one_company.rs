//! The same company in every system: goods, people, departments, sums.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Sandbox, Setting};
use serde_json::{Value, json};

use crate::world::{START_MS, World, json_of};

/// By one member, another one, of every row of a table.
fn by(rows: &Value, key: &str, value: &str) -> BTreeMap<String, String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.as_array().unwrap().iter().map(|row| (text(row, key), text(row, value))).collect()
}

#[test]
fn staff_have_one_mobile_and_one_number_everywhere() {
    let mut world = World::new();
    let crm = by(&world.control("/fxiaoke/PersonnelObj", None), "employee_number", "phone");
    let erp = by(&world.control("/kingdee-k3cloud/BD_Empinfo", None), "FStaffNumber", "FMobile");
    assert_eq!(crm, erp);
    let members = by(&world.control("/dingtalk/users", None), "job_number", "mobile");
    assert!(members.len() > 30);
    assert!(members.iter().all(|(number, mobile)| crm.get(number) == Some(mobile)), "{members:?}");
    let sellers = by(&world.control("/kingdee-k3cloud/BD_Saler", None), "FNumber", "FOperatorGroupId");
    assert!(sellers.iter().all(|(number, group)| crm.contains_key(number) && group.starts_with("XSZ")));
    let crm = by(&world.control("/fxiaoke/DepartmentObj", None), "dept_code", "name");
    let erp = by(&world.control("/kingdee-k3cloud/BD_Department", None), "FNumber", "FName");
    assert_eq!(crm, erp);
}

#[test]
fn products_are_materials_of_the_same_code_and_some_materials_are_nothing_else() {
    let mut world = World::new();
    let crm = by(&world.control("/fxiaoke/ProductObj", None), "product_code", "price");
    let erp: BTreeSet<String> =
        by(&world.control("/kingdee-k3cloud/BD_MATERIAL", None), "FNumber", "FName").into_keys().collect();
    assert!(crm.keys().all(|code| erp.contains(code)));
    assert!(erp.len() > crm.len());
    let book =
        by(&world.control("/fxiaoke/PriceBookProductObj", None), "product_code", "pricebook_sellingprice");
    assert_eq!(book, crm);
    let units = by(&world.control("/kingdee-k3cloud/BD_UNIT", None), "FName", "FNumber");
    assert_eq!((&*units["台"], &*units["个"]), ("tai", "Pcs"));
    let made = world.control("/fxiaoke/SalesOrderProductObj", None);
    assert!(
        made.as_array().unwrap().iter().all(|line| line["unit"].is_string()),
        "every line has the option of its unit"
    );
    let crm = by(&world.control("/fxiaoke/WarehouseObj", None), "number", "name");
    assert_eq!(crm, by(&world.control("/kingdee-k3cloud/BD_STOCK", None), "FNumber", "FName"));
}

#[test]
fn every_order_is_the_sum_of_its_lines_to_the_cent() {
    let setting = Setting { seed: 7, customers: 30, now_ms: START_MS };
    let mut sandbox = Sandbox::with_orders(&setting, 300);
    let mut control = |method: &str, path: &str, body: Value| {
        json_of(&sandbox.control(
            START_MS,
            method,
            &format!("/_sandbox/fxiaoke/{path}"),
            body.to_string().as_bytes(),
        ))
    };
    let made = control("POST", "make_orders", json!({ "count": 50, "most_lines": 12 }));
    assert_eq!(made["made"].as_array().unwrap().len(), 50);
    let orders = control("GET", "SalesOrderObj", json!({}));
    assert_eq!(orders.as_array().unwrap().len(), 350);
    let cents = |value: &Value| -> i64 {
        let text = value.as_str().unwrap();
        let (whole, part) = text.split_once('.').unwrap();
        assert_eq!(part.len(), 2, "{text}");
        whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
    };
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for line in control("GET", "SalesOrderProductObj", json!({})).as_array().unwrap() {
        *sums.entry(line["order_id"].as_str().unwrap().into()).or_default() += cents(&line["subtotal"]);
    }
    for order in orders.as_array().unwrap() {
        assert_eq!(sums[order["_id"].as_str().unwrap()], cents(&order["order_amount"]), "{}", order["name"]);
    }
}

#[test]
fn large_tables_are_read_by_some_of_their_fields_and_without_a_limit() {
    let mut world = World::new();
    let asked = json!({ "object": "SalesOrderObj", "fields": ["name", "order_amount"] });
    let orders = world.control("/fxiaoke/rows", Some(asked));
    let whole = world.control("/fxiaoke/SalesOrderObj", None);
    assert_eq!(by(&orders, "name", "order_amount"), by(&whole, "name", "order_amount"));
    assert_eq!(orders[0].as_object().unwrap().len(), 3, "{}", orders[0]);
    let asked = json!({ "FormId": "BD_MATERIAL", "FieldKeys": "FNumber,FName", "FilterString": "FNumber like '90.%'" });
    let materials = world.control("/kingdee-k3cloud/query", Some(asked));
    assert_eq!(
        materials,
        json!([["90.01.0001", "包装木箱"], ["90.01.0002", "防锈油"], ["90.02.0001", "铝锭"]])
    );
}
