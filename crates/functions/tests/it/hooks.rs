//! Each hook, with what it is called with and what it must give.

use bytes::Bytes;
use contract::functions::{Output, Planned, Work};
use model::{Value, json};

use crate::ground::{Ground, records};

const PUSH: &str = "<?xml version=\"1.0\" encoding=\"GB18030\"?><单据><订单 作废=\"0\"><单号>XS20260601</单号><客户>杭州桥梁有限公司</客户><行><料号>M-1</料号><数量>10</数量><单价>12.50</单价></行></订单></单据>";

const PARSE: &str = r#"
function main(input, qiao) {
  const document = qiao.xml.parse(input.body, { lists: ["订单", "行"] });
  return document.单据.订单.map((order) => ({
    id: order.单号,
    void: order["@作废"] === "1",
    masterFieldVal: { number: order.单号, customer: order.客户 },
    detailFieldVals: { lines: order.行.map((line) => ({
      item: line.料号, amount: qiao.decimal.mul(line.数量, line.单价),
    })) },
  }));
}
"#;

#[tokio::test]
async fn parse_reads_a_foreign_push_in_its_own_charset() {
    let ground = Ground::inline();
    let (body, _, _) = encoding_rs::GB18030.encode(PUSH);
    let work = Work::Parse {
        body: Bytes::from(body.into_owned()),
        content_type: Some("text/xml".into()),
        headers: vec![("X-Source".into(), "erp".into())],
    };
    let records = records(ground.ran(PARSE, work).await);
    assert_eq!((records.len(), records[0].id.as_str(), records[0].void), (1, "XS20260601", false));
    assert_eq!(records[0].master.get("customer"), Some(&Value::from("杭州桥梁有限公司")));
    assert_eq!(records[0].details[0].1[0].get("amount"), Some(&Value::from("125.00")));
}

#[tokio::test]
async fn parse_sees_bytes_headers_and_what_it_is() {
    let ground = Ground::inline();
    let text = r#"function main(input, qiao) {
        return { id: input.bytes.hex(), masterFieldVal: {
            hook: input.hook, type: input.contentType, source: input.headers["x-source"], length: input.bytes.length,
            text: qiao.text.decode(input.bytes, "gbk"), json: JSON.stringify(Object.keys(input)) } };
    }"#;
    let work = Work::Parse {
        body: Bytes::from_static(b"\xc7\xc5"),
        content_type: None,
        headers: vec![("X-Source".into(), "erp".into())],
    };
    let records = records(ground.ran(text, work).await);
    let seen = json::write(&Value::Map(records[0].master.clone()));
    let expected = r#"{"hook":"parse","type":null,"source":"erp","length":2,"text":"桥","json":"[\"hook\",\"body\",\"contentType\",\"headers\",\"about\"]"}"#;
    assert_eq!((records[0].id.as_str(), seen.as_str()), ("c7c5", expected));
}

#[tokio::test]
async fn a_parse_function_that_gives_something_else_is_told_what() {
    let ground = Ground::inline();
    let work = || Work::Parse { body: Bytes::new(), content_type: None, headers: Vec::new() };
    let fault = ground.ran("function main() { return 'ok'; }", work()).await.output.unwrap_err();
    assert_eq!(fault.cause.code, "function.wrong_shape");
    assert_eq!((fault.cause.param("hook"), fault.cause.param("found")), (Some("parse"), Some("string")));
    assert_eq!(
        ground.ran("function main() { return []; }", work()).await.output,
        Ok(Output::Records(Vec::new()))
    );
}

#[tokio::test]
async fn after_mapping_changes_the_document() {
    let ground = Ground::inline();
    let (record, document) =
        (json::read(r#"{"remark":"急"}"#).unwrap(), json::read(r#"{"FNumber":"1"}"#).unwrap());
    let work = Work::AfterMapping { record: record.as_map().unwrap(), document: document.as_map().unwrap() };
    let text = "function main({ record, document }) { document.FNote = record.remark; return document; }";
    let output = ground.ran(text, work).await.output.unwrap();
    assert_eq!(json::write(&Value::Map(output.into_map().unwrap())), r#"{"FNumber":"1","FNote":"急"}"#);
}

#[tokio::test]
async fn request_builds_and_answer_reads() {
    let ground = Ground::inline();
    let data = json::read(r#"{"masterFieldVal":{"额":12.50}}"#).unwrap();
    let work =
        Work::Request { operation: "create", object: "order", data: &data, planned: Planned::default() };
    let text = r#"function main(input, qiao) {
        const body = qiao.json.stringify({ 操作: input.operation, 额: qiao.number(input.data.masterFieldVal.额) });
        const sign = qiao.crypto.hmac("sha256", "密钥", body, "base64");
        return { path: "/api/" + input.object + "?" + qiao.url.query({ t: qiao.date.now() }),
                 headers: { "X-Sign": sign, "Content-Type": "application/json" }, body };
    }"#;
    let request = ground.ran(text, work).await.output.unwrap().into_request().unwrap();
    assert_eq!(request.path.as_deref(), Some("/api/order?t=1780276364000"));
    assert_eq!(request.body.as_deref(), Some(r#"{"操作":"create","额":12.50}"#.as_bytes()));
    assert_eq!((request.method.as_deref(), request.headers.len()), (Some("POST"), 2));

    let work = Work::Answer {
        operation: "create",
        object: "order",
        status: 200,
        headers: Vec::new(),
        content_type: Some("text/plain".into()),
        body: Bytes::from("成功|SO-9"),
    };
    let text = r#"function main(input) {
        const [word, id] = input.body.split("|");
        return { ok: input.status === 200 && word === "成功", message: word, data: { masterDataId: id } };
    }"#;
    let answer = ground.ran(text, work).await.output.unwrap().into_answer().unwrap();
    assert_eq!((answer.ok, answer.message.as_deref()), (Some(true), Some("成功")));
    assert_eq!(json::write(&answer.data), r#"{"masterDataId":"SO-9"}"#);
}

#[tokio::test]
async fn request_sees_the_call_that_would_go_out() {
    let ground = Ground::inline();
    let data = json::read(r#"{"objAPIName":"订单"}"#).unwrap();
    let headers = [("token".to_owned(), "t0ken".to_owned())];
    let planned =
        Planned { method: "POST", url: "http://erp/create", headers: &headers, body: "{\"额\":1}" };
    let work = Work::Request { operation: "create", object: "order", data: &data, planned };
    let text = r#"function main(input, qiao) {
        return { headers: { sign: qiao.crypto.md5(input.body + input.headers.token, "hex"), seen: input.method + input.url } };
    }"#;
    let request = ground.ran(text, work).await.output.unwrap().into_request().unwrap();
    assert_eq!(request.headers[1], ("seen".to_owned(), "POSThttp://erp/create".to_owned()));
    assert_eq!((request.headers[0].1.len(), request.body, request.path), (32, None, None));
}

#[tokio::test]
async fn after_success_gives_nothing_and_may_log() {
    let ground = Ground::inline();
    let empty = model::Map::new();
    let work =
        Work::AfterSuccess { record: &empty, document: &empty, target_id: "1001", target_number: None };
    let text =
        "function main(input, qiao) { qiao.log('已写入', input.targetId, input.targetNumber); return 42; }";
    let ran = ground.ran(text, work).await;
    assert_eq!(ran.output, Ok(Output::Nothing));
    assert_eq!(*ground.host.log.lock().unwrap(), ["info 已写入 1001 null"]);
    assert!(ran.spent.processor.as_nanos() > 0);
    assert!(ran.spent.memory.is_some_and(|bytes| (100_000..32 << 20).contains(&bytes)), "{:?}", ran.spent);
}
