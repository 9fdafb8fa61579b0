//! The `curl` lines of the protocol document itself, with only the address changed
//! (`seeds/002`, 创建接口, 修改接口, 批量查询请求, 单个查询接口).

use serde_json::{Value, json};

use super::desk::Desk;
use crate::world::{START_MS, json_of};

/// The body of the document's 创建接口 and 修改接口, to the byte.
const BODY: &str = r#"{
  "objAPIName": "ERP 侧对象的 APIName",
  "masterFieldVal": {
    "Key1": "value1",
    "Key2": "value2",
    "Key3": "value3"
  },
  "detailFieldVals": {
"明细 apiName1": [{
    "Key4": "value4",
    "Key5": "value5",
    "Key6": "value6"
}],
"明细 apiName2": [{
    "Key4": "value7",
    "Key5": "value8",
    "Key6": "value9"
}]
}
}
"#;

fn posted(desk: &mut Desk, path: &str) -> Value {
    let headers = [("Content-Type", "application/json"), ("token", "TOKEN")];
    json_of(&desk.world.reply("POST", &format!("/standard-erp/{path}"), &headers, BODY.as_bytes()))
}

#[test]
fn the_four_calls_work_as_they_are_printed() {
    let mut desk = Desk::new();
    desk.control("/account", Some(json!({ "token": "TOKEN" })));
    desk.token = "TOKEN".into();
    let created = posted(&mut desk, "create");
    assert_eq!((&created["code"], &created["data"]["masterDataId"]), (&json!(0), &json!("value1")));
    let ids = created["data"]["detailDataIds"].as_object().unwrap();
    assert_eq!(ids.keys().collect::<Vec<_>>(), ["明细 apiName1", "明细 apiName2"]);
    let updated = posted(&mut desk, "update");
    assert_eq!((&updated["code"], &updated["data"]["masterDataId"]), (&json!(0), &json!("value1")));
    let encoded = "ERP%20%E4%BE%A7%E5%AF%B9%E8%B1%A1%E7%9A%84%20APIName";
    let list = desk.get(&format!(
        "/queryMasterBatch?objAPIName={encoded}&startTime={START_MS}&endTime={START_MS}&includeDetail=true&offset=0&limit=10"
    ));
    let first = &list["data"]["dataList"][0];
    assert_eq!(list["data"]["totalNum"], 1);
    assert_eq!(first["objAPIName"], "ERP 侧对象的 APIName");
    assert_eq!(first["detailFieldVals"]["明细 apiName2"][0]["Key6"], "value9");
    let one = desk.get(&format!("/queryMasterById?objAPIName={encoded}&dataId=value1&includeDetail=true"));
    assert_eq!(one["data"]["masterFieldVal"], first["masterFieldVal"]);
    assert_eq!(one["data"]["masterFieldVal"]["Key3"], "value3");
    let names: Vec<&String> = one["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["masterFieldVal", "detailFieldVals"]);
}
