//! Objects that people describe, and the functions they name: applied, refused, exported and gone back to like any text.

use super::qiao::{Place, files};

const CONNECTIONS: &str = "\
kind: connection
name: crm
connector: fxiaoke
settings: { app_id: A, app_secret: { env: SECRET }, permanent_code: { env: SECRET }, admin_mobile: \"13800000000\" }
---
kind: connection
name: erp
connector: standard-erp
settings: { base_url: \"http://127.0.0.1:9/api\", token: { env: SECRET } }
";

const OBJECT: &str = "\
kind: object # 客户
connection: erp
name: Customer
id: custId
number: custNo
fields:
  - { name: custId, type: text }
  - { name: custNo, label: 编码, type: text }
  - { name: name, label: 名称, type: text }
functions: { parse: functions/客户.js }
";

const FUNCTION: &str =
    "// 解析推送\nfunction main(input) {\n  return [{ masterFieldVal: input }];\n}\n/*\n---\n*/\n";

const FLOW: &str = "\
kind: flow
name: customers
source: { connection: crm, object: AccountObj }
target: { connection: erp, object: Customer, key: custNo }
map:
  custNo: account_no
  name: name
";

fn place() -> Place {
    let mut place = Place::new();
    place.set("SECRET", "geheim");
    place.write("texts/connections/all.yaml", CONNECTIONS);
    place.write("texts/objects/erp/Customer.yaml", OBJECT);
    place.write("texts/functions/客户.js", FUNCTION);
    place.write("texts/flows/customers.yaml", FLOW);
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.holds_texts(5);
    place
}

#[test]
fn an_object_is_applied_exported_and_found_the_same() {
    let place = place();
    place.says(&["apply", "texts"], 0, &["没有变化"], &["Nothing changes"]);
    assert_eq!(place.run(&["export", "out"]).code, 0);
    let read = |path: &str| std::fs::read_to_string(place.path(path)).expect("an exported text");
    assert_eq!(read("out/objects/erp/Customer.yaml"), OBJECT);
    assert_eq!(read("out/functions/客户.js"), FUNCTION);
    assert_eq!(files(&place.path("out")).len(), 5);
    place.says(&["diff", "out"], 0, &["没有差异"], &["No difference"]);
}

#[test]
fn an_object_goes_back_to_an_earlier_version() {
    let place = place();
    place.write("texts/objects/erp/Customer.yaml", &OBJECT.replace("label: 名称", "label: 全称"));
    place.says(&["apply", "texts"], 0, &["object erp/Customer", "版本 2"], &["Nothing changes"]);
    place.says(&["rollback", "erp/Customer", "--to", "1"], 0, &["版本 3"], &["Nothing changes"]);
    place.says(&["versions", "erp/Customer"], 0, &["版本 3"], &["version 3"]);
}

#[test]
fn what_a_flow_names_and_the_object_does_not_have_is_told_with_the_nearest() {
    let place = place();
    place.write("texts/flows/customers.yaml", &FLOW.replace("  name: name", "  nane: name"));
    let zh = ["customers.yaml:7:3", "对象 erp/Customer 没有“nane”", "“name”"];
    place.says(&["apply", "texts"], 3, &zh, &["customers.yaml:7:3", "has no “nane”"]);
    place.write("texts/flows/customers.yaml", &FLOW.replace("object: Customer", "object: Custommer"));
    place.says(&["flow", "lint", "texts"], 1, &["没有描述", "Customer"], &["No text describes", "Customer"]);
    place.holds_texts(5);
}

#[test]
fn a_function_that_an_object_names_must_be_there() {
    let place = place();
    place.write("texts/objects/erp/Customer.yaml", &OBJECT.replace("客户.js", "没有.js"));
    let place_of = "Customer.yaml:10:21";
    place.says(&["apply", "texts"], 3, &[place_of, "没有.js"], &[place_of, "没有.js"]);
}

#[test]
fn a_check_without_a_system_says_of_each_call_that_it_was_not_reached() {
    let place = place();
    let ran = place.run(&["connection", "check", "erp", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(ran.out.matches("\"transport.refused\"").count(), 4, "{ran:?}");
}
