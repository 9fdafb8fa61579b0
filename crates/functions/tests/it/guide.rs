//! The examples of the guide work as they stand there.

use bytes::Bytes;
use contract::functions::{Planned, Work};
use model::json;

use crate::ground::{Ground, records};

/// The scripts of a guide that are longer than its first.
fn examples(guide: &str) -> Vec<String> {
    let blocks = guide.split("```js\n").skip(2).filter_map(|rest| rest.split("```").next());
    blocks.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_examples_of_both_guides_work() {
    for guide in [
        include_str!("../../../../docs/guides/functions.md"),
        include_str!("../../../../docs/guides/functions.en.md"),
    ] {
        let examples = examples(guide);
        let [parse, total, sign] = &examples[..] else { panic!("three examples, not {}", examples.len()) };
        let ground = Ground::inline();

        let body = "<单据><订单 作废='1'><单号>1</单号><客户>桥梁</客户><日期>20260601</日期><行><料号>M</料号><数量>2</数量><单价>1.50</单价></行></订单></单据>";
        let work = Work::Parse { body: Bytes::from(body), content_type: None, headers: Vec::new() };
        let parsed = records(ground.ran(parse, work).await);
        assert!(parsed[0].void);
        assert_eq!(parsed[0].master.get("date").and_then(model::Value::as_text), Some("2026-06-01"));

        let order = r#"{"name":"大单","lines":[{"qty":2,"price":50000.005},{"qty":1,"price":0.10}]}"#;
        let record = ground.record(total, order).await.unwrap();
        assert!(record.contains(r#""total":"100000.11""#), "{record}");
        assert_eq!(ground.host.log.lock().unwrap().len(), 1);

        let data = json::read(r#"{"masterFieldVal":{"额":"12.50"}}"#).unwrap();
        let work =
            Work::Request { operation: "create", object: "order", data: &data, planned: Planned::default() };
        let request = ground.ran(sign, work).await.output.unwrap().into_request().unwrap();
        assert!(
            request
                .path
                .as_deref()
                .is_some_and(|path| path.starts_with("/openapi/order/create?time=20260601091244&sign=")),
            "{request:?}",
        );
    }
}
