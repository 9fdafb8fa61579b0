//! Describing an ERP's objects: from samples, from an API description, from a spreadsheet.

use super::Place;

const SAMPLE: &str = r#"{"objAPIName":"SO_Bill","masterFieldVal":{"billId":"9001","billNo":"XSDD000001","金额":1280.50},
"detailFieldVals":{"Items":[{"entryId":"1","物料":"螺丝"}]}}"#;
const CALLED: [&str; 4] = ["--connection", "u8", "--name", "SaleOrder"];

fn json(place: &Place, arguments: &[&str]) -> serde_json::Value {
    let ran = place.run(&[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(ran.out.trim()).expect("one line of JSON")
}

#[test]
fn a_pasted_sample_becomes_an_object_and_every_guess_is_told() {
    let place = Place::new();
    place.write("a.json", SAMPLE);
    place
        .write("b.xml", "<?xml version='1.0'?><Bill><billId>9002</billId><billNo>XSDD000002</billNo></Bill>");
    let infer = [&["object", "infer", "a.json", "b.xml"][..], &CALLED].concat();
    place.says(
        &infer,
        0,
        &["kind: object\nconnection: u8\nname: SaleOrder\ncode: SO_Bill\n", "按名称猜测“billId”是主键"],
        &["{ name: 金额, label: 金额, type: decimal, scale: 2 }", "By its name billId is the id"],
    );
    let told = json(&place, &infer);
    assert!(told["notes"].as_array().is_some_and(|notes| notes.len() > 5), "{told}");
    let ran = place.run(&[&infer[..], &["--out", "texts/objects/u8/SaleOrder.yaml"]].concat());
    assert!(ran.code == 0 && ran.out.contains("qiao apply") && ran.err.contains("主键"), "{ran:?}");
    assert!(place.path("texts/objects/u8/SaleOrder.yaml").exists());
}

#[test]
fn a_text_that_is_there_is_not_overwritten() {
    let place = Place::new();
    place.write("a.json", SAMPLE);
    place.write("SaleOrder.yaml", "kind: object\n");
    let out = [&["object", "infer", "a.json", "--out", "SaleOrder.yaml"][..], &CALLED].concat();
    place.says(&out, 3, &["已经存在"], &["is there already"]);
    assert_eq!(std::fs::read_to_string(place.path("SaleOrder.yaml")).expect("it is there"), "kind: object\n");
}

#[test]
fn what_is_no_sample_is_told() {
    let place = Place::new();
    place.write("broken.json", "{\"a\": ");
    place.write("dtd.xml", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a><b>1</b></a>");
    let infer = |file: &'static str| [&["object", "infer", file][..], &CALLED].concat();
    place.says(&infer("broken.json"), 3, &["第 1 个样例不是正确的 JSON"], &["Sample 1 is no correct JSON"]);
    place.says(&infer("dtd.xml"), 3, &["DTD"], &["DTD"]);
    place.says(&infer("没有.json"), 5, &["没有.json"], &["没有.json"]);
    place.says(&["object", "infer", "broken.json"], 2, &["--connection"], &["--connection"]);
}

#[test]
fn a_sheet_is_imported_or_its_rows_are_told() {
    let place = Place::new();
    let ran = place.run(&["object", "template", "字段.xlsx"]);
    assert!(ran.code == 0 && ran.out.contains("字段.xlsx"), "{ran:?}");
    place.says(&["object", "template", "字段.xlsx"], 3, &["已经存在"], &["is there already"]);
    let import = |file: &'static str| [&["object", "import", file][..], &CALLED].concat();
    let drafted = json(&place, &import("字段.xlsx"));
    assert!(drafted["text"].as_str().is_some_and(|text| text.contains("单据编号")), "{drafted}");
    place.write("错.csv", "字段编码,类型\nid,文本\nname,文字\n");
    place.says(
        &import("错.csv"),
        1,
        &["第 3 行的类型“文字”不认识", "没有生成任何内容"],
        &["in row 3", "Nothing was made"],
    );
}

#[test]
fn an_api_description_is_imported_by_schema_or_operation() {
    let place = Place::new();
    place.write(
        "erp.yaml",
        "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n    订单: { type: object, properties: { id: { type: string } } }\n    \
         客户: { type: object, properties: { 编号: { type: string, maxLength: 20 } } }\n",
    );
    let import = [&["object", "import", "erp.yaml"][..], &CALLED].concat();
    place.says(&import, 3, &["订单, 客户"], &["--schema"]);
    let chosen = [&import[..], &["--schema", "客户"]].concat();
    place.says(
        &chosen,
        0,
        &["{ name: 编号, label: 编号, type: text, required: true, max_length: 20 }"],
        &["kind: object"],
    );
    let both = [&chosen[..], &["--operation", "x"]].concat();
    place.says(&both, 2, &["--operation"], &["--operation"]);
}

const CONNECTION: &str = "kind: connection
name: u8
connector: standard-erp
title: { zh: 用友 U8, en: Yonyou U8 }
settings:
  base_url: https://erp.example.com/path
  token: { env: U8_TOKEN }
  headers: \"X-Company: 603\"
  secret_headers: { env: U8_HEADERS }
  create_path: order/save
  success_code: \"200\"
";

#[test]
fn an_object_in_force_is_described_for_the_erps_programmer() {
    let mut place = Place::new();
    place.set("U8_TOKEN", "geheim-token");
    place.set("U8_HEADERS", "X-Api-Key: geheim-key");
    place.write("texts/connections/u8.yaml", CONNECTION);
    place.write("a.json", SAMPLE);
    let out =
        ["--title", "销售订单", "--title-en", "Sales order", "--out", "texts/objects/u8/SaleOrder.yaml"];
    let ran = place.run(&[&["object", "infer", "a.json"][..], &CALLED, &out].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");

    let describe = [
        "object",
        "describe",
        "u8/SaleOrder",
        "--address",
        "https://qiao.example.com",
        "--tenant-id",
        "81961",
    ];
    place.says(
        &describe,
        0,
        &[
            "# 销售订单 接口说明",
            "`POST https://erp.example.com/path/order/save`",
            "| `X-Company` | `603` |",
            "| `X-Api-Key` | `$ERP_X_API_KEY` |",
            "成功时应答的 `code` 为 `200`",
            "--header 'tenantId: 81961'",
            "https://qiao.example.com/erp/u8/queryMasterBatch",
            "\"金额\": 1280.50",
        ],
        &["# Sales order API description", "s306240001"],
    );
    place.says(
        &[&describe[..], &["--format", "html"]].concat(),
        0,
        &["<!DOCTYPE html>", "zh-CN"],
        &["lang=\"en\""],
    );
    let told = json(&place, &[&describe[..], &["--out", "接口说明"]].concat());
    assert_eq!(told["written"].as_array().map(Vec::len), Some(3), "{told}");
    for file in ["SaleOrder.md", "SaleOrder.html", "SaleOrder.openapi.json"] {
        let text = std::fs::read_to_string(place.path(&format!("接口说明/{file}"))).expect("it is written");
        assert!(!text.contains("geheim"), "{file} tells a secret");
    }
    // What it describes can be imported again.
    let import = ["object", "import", "接口说明/SaleOrder.openapi.json", "--operation", "create"];
    place.says(&[&import[..], &CALLED].concat(), 0, &["code: SO_Bill", "name: 金额"], &["scale: 2"]);
}

#[test]
fn what_is_not_described_is_told() {
    let mut place = Place::new();
    place.says(&["object", "describe", "u8/SaleOrder"], 3, &["还没有数据"], &["no data"]);
    place.set("U8_TOKEN", "geheim-token");
    place.set("U8_HEADERS", "X-Api-Key: geheim-key");
    place.write("texts/connections/u8.yaml", CONNECTION);
    assert_eq!(place.run(&["apply", "texts"]).code, 0);
    place.says(&["object", "describe", "SaleOrder"], 2, &["连接/对象"], &["connection/object"]);
    place.says(&["object", "describe", "u9/SaleOrder"], 3, &["没有连接“u9”"], &["no connection \"u9\""]);
    place.says(&["object", "describe", "u8/Order"], 3, &["没有描述过的对象“Order”"], &["No object Order"]);
}
