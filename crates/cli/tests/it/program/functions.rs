//! Functions looked at and tried out at the command line.

use super::Place;

const PARSE: &str = "function main(input, qiao) {
  const order = qiao.xml.parse(input.body).订单;
  qiao.log('收到', order.单号);
  return { id: order.单号, masterFieldVal: { customer: order.客户, amount: qiao.decimal.mul(order.数量, order.单价) } };
}
";

/// `<订单>…` in GB18030, as an older ERP pushes it.
const PUSHED: &[u8] = b"<?xml version=\"1.0\" encoding=\"GB18030\"?><\xb6\xa9\xb5\xa5><\xb5\xa5\xba\xc5>XS1</\xb5\xa5\xba\xc5><\xbf\xcd\xbb\xa7>\xc7\xc5\xc1\xba</\xbf\xcd\xbb\xa7><\xca\xfd\xc1\xbf>3</\xca\xfd\xc1\xbf><\xb5\xa5\xbc\xdb>12.50</\xb5\xa5\xbc\xdb></\xb6\xa9\xb5\xa5>";

#[test]
fn a_function_is_tried_out_with_its_result_log_and_cost() {
    let place = Place::new();
    place.write("functions/parse.js", PARSE);
    std::fs::write(place.path("push.xml"), PUSHED).expect("the input can be written");
    let test = ["function", "test", "functions/parse.js", "--hook", "parse", "--input", "push.xml"];
    let result = r#"[{"id":"XS1","void":false,"masterFieldVal":{"customer":"桥梁","amount":"37.50"},"detailFieldVals":{}}]"#;
    place.says(
        &test,
        0,
        &[result, "日志 info: 收到 XS1", "处理器时间", "KB"],
        &[result, "log info", "of processor time"],
    );

    let ran = place.run(&[&test[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    assert_eq!(told["output"][0]["masterFieldVal"]["amount"], "37.50", "{told}");
    assert_eq!(told["log"][0]["text"], "收到 XS1");
    assert!(
        told["processor_us"].is_u64() && told["memory_bytes"].as_u64().is_some_and(|bytes| bytes > 100_000)
    );
}

#[test]
fn what_goes_wrong_in_a_function_names_its_line() {
    let place = Place::new();
    place.write("wrong.js", "function main(input) {\n  return input.record.客户.名称;\n}\n");
    place.write("record.json", r#"{"record":{"额":12.50}}"#);
    let test =
        |file: &'static str| ["function", "test", file, "--hook", "before_mapping", "--input", "record.json"];
    place.says(&test("wrong.js"), 1, &["wrong.js 第 2 行", "TypeError"], &["wrong.js, line 2", "TypeError"]);
    place.write("endless.js", "function main() {\n  for (;;) {}\n}\n");
    place.says(&test("endless.js"), 1, &["用完了 50 毫秒"], &["used up its 50 ms"]);
    place.write(
        "asks.js",
        "async function main(input, qiao) {\n  await qiao.http('https://erp.example/');\n}\n",
    );
    place.says(&test("asks.js"), 1, &["第 2 行", "不访问任何系统"], &["line 2", "asks no system"]);
    let ran = place.run(&[&test("wrong.js")[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    assert_eq!(
        (&told["fault"]["line"], &told["fault"]["cause"]["code"]),
        (&2.into(), &"function.threw".into())
    );
}

#[test]
fn wrong_inputs_and_texts_are_told() {
    let place = Place::new();
    place.write("fine.js", "function main(input) { return input.record; }\n");
    place.write("broken.js", "function main(input) {\n  return [;\n}\n");
    place.write("list.json", "[]");
    let test = |hook: &'static str, input: &'static str| {
        ["function", "test", "fine.js", "--hook", hook, "--input", input]
    };
    place.says(&test("before", "list.json"), 2, &["before_mapping"], &["before_mapping"]);
    place.says(&test("before_mapping", "list.json"), 3, &["不是 JSON 对象"], &["no JSON object"]);
    place.says(&test("before_mapping", "none.json"), 5, &["none.json"], &["none.json"]);
    place.says(&["function", "lint", "fine.js"], 0, &["没有错误"], &["No mistakes"]);
    place.says(
        &["function", "lint", "fine.js", "broken.js"],
        1,
        &["broken.js 第 2 行", "语法错误"],
        &["broken.js", "line 2"],
    );
}
