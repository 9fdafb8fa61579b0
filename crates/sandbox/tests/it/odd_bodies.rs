//! Whatever a caller sends, the stand-ins answer in their own words and stand.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{World, json_of, merge};

/// Bodies that are answered well, by path below `/fxiaoke/cgi`; each test breaks one member of one.
fn fxiaoke_bodies(world: &mut World) -> Vec<(&'static str, Value)> {
    let me = world.administrator();
    let account = world.query("AccountObj", json!({ "limit": 1 }))[0]["_id"].clone();
    let product = world.query("ProductObj", json!({ "limit": 1 }))[0]["_id"].clone();
    let filter = json!({ "field_name": "create_time", "operator": "BETWEEN", "field_values": ["0", "9"] });
    vec![
        (
            "/crm/v2/data/query",
            json!({ "data": { "dataObjectApiName": "AccountObj", "find_explicit_total_num": true,
            "search_query_info": { "limit": 10, "offset": 0, "filters": [filter],
                "orders": [{ "fieldName": "name", "isAsc": true }], "fieldProjection": ["_id"] } } }),
        ),
        (
            "/crm/v2/data/create",
            json!({ "includeDetailIds": true, "hasSpecifyTime": true, "data": {
            "object_data": { "dataObjectApiName": "SalesOrderObj", "account_id": account, "order_time": 0,
                "order_amount": "1.5", "owner": [me], "create_time": 5, "name": "SO-9" },
            "details": { "SalesOrderProductObj": [{ "product_id": product, "quantity": 2 }] },
            "optionInfo": { "isDuplicateSearch": true } } }),
        ),
        (
            "/crm/v2/data/update",
            json!({ "data": { "object_data": { "dataObjectApiName": "AccountObj", "_id": account,
            "tel": "1", "credit_limit__c": 12, "field_8weB5__c": ["c1jbw8hxa"], "account_type": "1" } } }),
        ),
        (
            "/crm/v2/data/changeOwner",
            json!({ "data": { "dataObjectApiName": "AccountObj",
            "Data": [{ "objectDataId": account, "ownerId": [me] }] } }),
        ),
        (
            "/crm/v2/object/lock",
            json!({ "data": { "dataObjectApiName": "AccountObj", "dataIds": [account],
            "detailObjStrategy": 1 } }),
        ),
    ]
}

/// The same for the calls beside records.
fn other_bodies(world: &mut World) -> Vec<(&'static str, Value)> {
    let me = world.administrator();
    vec![
        ("/crm/v2/object/describe", json!({ "apiName": "AccountObj" })),
        ("/user/list", json!({ "departmentId": 999999, "fetchChild": true })),
        ("/user/get/batchByUpdTime", json!({ "startTime": 0, "endTime": 9, "pageSize": 5, "pageNumber": 2 })),
        ("/message/send", json!({ "toUser": [me], "msgType": "text", "text": { "content": "甲" } })),
    ]
}

fn dingtalk_bodies(world: &World) -> Vec<(&'static str, Value)> {
    let agent_id = world.agent_id();
    vec![
        (
            "message/corpconversation/asyncsend_v2",
            json!({ "agent_id": agent_id, "userid_list": "a,b", "dept_id_list": "1",
            "to_all_user": false, "msg": { "msgtype": "oa", "oa": { "message_url": "http://a.example",
                "head": { "text": "甲" }, "body": { "form": [{ "key": "乙" }] }, "status_bar": {} } } }),
        ),
        (
            "message/corpconversation/asyncsend_v2",
            json!({ "agent_id": agent_id, "userid_list": "a",
            "msg": { "msgtype": "action_card", "action_card": { "title": "甲", "markdown": "乙",
                "btn_json_list": [{ "title": "丙", "action_url": "http://a.example" }] } } }),
        ),
        ("message/corpconversation/getsendresult", json!({ "agent_id": agent_id, "task_id": 1 })),
        ("v2/user/list", json!({ "dept_id": 1, "cursor": 0, "size": 10 })),
        ("v2/user/getbymobile", json!({ "mobile": "13800000000" })),
    ]
}

fn erp_bodies(world: &mut World) -> Vec<(&'static str, Value)> {
    let number = json!("KH-1");
    let made = world.control("/standard-erp/customer", Some(json!({ "custNo": number, "custName": "甲" })));
    let rows = json!([{ "matNo": "01.01.0001", "qty": 2, "price": "1860.5", "rowRemark": "乙" }]);
    vec![
        (
            "create",
            json!({ "objAPIName": "saleOrder", "detailFieldVals": { "saleOrderEntry": rows }, "masterFieldVal": {
                "billDate": "2026-11-24", "custNo": number, "isUrgent": true, "payWay": "1", "remark": "丙" } }),
        ),
        (
            "update",
            json!({ "objAPIName": "customer", "masterFieldVal": { "custId": made["id"], "creditLimit": 1,
                "custType": "04" }, "detailFieldVals": { "custContact": [{ "contactName": "王敏" }] } }),
        ),
    ]
}

fn posted(world: &mut World, path: &str, content_type: &str, body: &[u8]) -> Value {
    let token = world.connection("standard-erp")["token"].as_str().unwrap().to_owned();
    let headers = [("token", &*token), ("Content-Type", content_type)];
    json_of(&world.reply("POST", &format!("/standard-erp/{path}"), &headers, body))
}

/// A value that nobody expects.
fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(-1), Just(0)].prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop_oneof![
            Just("客户"),
            Just(""),
            Just("_id"),
            Just("PaymentObj"),
            Just("1e9"),
            Just("%"),
            Just("oa")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The addresses of all members below a value, itself not included.
fn members(value: &Value, at: &str) -> Vec<String> {
    let named: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (format!("{at}/{name}"), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(n, value)| (format!("{at}/{n}"), value)).collect()
        }
        _ => Vec::new(),
    };
    named.into_iter().flat_map(|(at, value)| [vec![at.clone()], members(value, &at)].concat()).collect()
}

/// The body with one of its members replaced.
fn broken(mut body: Value, which: prop::sample::Index, odd: &Value) -> Value {
    let all = members(&body, "");
    let address: &String = which.get(&all);
    let place = body.pointer_mut(address).expect("it is one of the body's own members");
    *place = odd.clone();
    body
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_bodies_are_answered_by_fxiaoke(
        body in any::<prop::sample::Index>(), member in any::<prop::sample::Index>(), odd in odd()
    ) {
        let mut world = World::of(3, 2);
        let bodies = [fxiaoke_bodies(&mut world), other_bodies(&mut world)].concat();
        let (path, good) = body.get(&bodies);
        let answer = world.fxiaoke(&format!("/cgi{path}"), broken(good.clone(), member, &odd));
        prop_assert!(answer["errorCode"].is_i64() && answer["traceId"].is_string(), "{}", answer);
        prop_assert_eq!(&world.crm("query", json!({ "dataObjectApiName": "AccountObj",
            "search_query_info": { "limit": 1 } }))["errorCode"], &json!(0));
    }

    #[test]
    fn odd_bodies_are_answered_by_dingtalk(
        body in any::<prop::sample::Index>(), member in any::<prop::sample::Index>(), odd in odd()
    ) {
        let mut world = World::of(3, 2);
        let bodies = dingtalk_bodies(&world);
        let (path, good) = body.get(&bodies);
        let answer = world.topapi(path, broken(good.clone(), member, &odd));
        prop_assert!(answer["errcode"].is_i64() && answer["errmsg"].is_string(), "{}", answer);
        prop_assert!(world.control("/dingtalk/messages", None).is_array());
    }

    #[test]
    fn odd_bodies_are_answered_by_the_standard_erp(
        body in any::<prop::sample::Index>(), member in any::<prop::sample::Index>(), odd in odd()
    ) {
        let mut world = World::of(3, 2);
        let bodies = erp_bodies(&mut world);
        let (path, good) = body.get(&bodies);
        let answer = posted(&mut world, path, "application/json", broken(good.clone(), member, &odd).to_string().as_bytes());
        prop_assert!(answer["code"].is_i64() && answer["message"].is_string(), "{}", answer);
        prop_assert!(world.control("/standard-erp/customer", None).is_array());
        prop_assert!(world.control("/standard-erp/saleOrder", None).is_array());
    }

    #[test]
    fn odd_bytes_are_answered_by_the_standard_erp_in_every_form(
        form in prop_oneof![Just("application/json"), Just("text/xml"), Just("text/plain"), Just("text/xml; charset=GB18030")],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            "[<>/&;a-c\\[\\]!? =\"\\.0-9\\n甲丙]{0,60}".prop_map(String::into_bytes),
        ]
    ) {
        let mut world = World::of(3, 1);
        let answer = posted(&mut world, "create", form, &body);
        prop_assert!(answer["code"].as_i64().is_some_and(|code| code != 0), "{}", answer);
    }
}

#[test]
fn the_bodies_that_are_broken_were_good() {
    let mut world = World::of(3, 2);
    for (path, body) in [fxiaoke_bodies(&mut world), other_bodies(&mut world)].concat() {
        let answer = world.fxiaoke(&format!("/cgi{path}"), body);
        assert_eq!(answer["errorCode"], 0, "{path}: {answer}");
    }
    for (path, body) in erp_bodies(&mut world) {
        let answer = posted(&mut world, path, "application/json", body.to_string().as_bytes());
        assert_eq!(answer["code"], 0, "{path}: {answer}");
    }
    for (path, body) in dingtalk_bodies(&world) {
        let code = world.topapi(path, body)["errcode"].as_i64().unwrap();
        assert!([0, 400002, 60121].contains(&code), "{path}: {code}");
    }
}

#[test]
fn bodies_that_are_no_json_are_refused_in_the_vendors_words() {
    let mut world = World::new();
    for body in ["", "[]", "null", "\"甲\"", "{\"a\":1", "<xml/>", "a=1&b=2"] {
        let reply = world.reply("POST", "/fxiaoke/cgi/crm/v2/data/query", &[], body.as_bytes());
        assert_ne!(json_of(&reply)["errorCode"], 0, "{body}");
        let reply = world.reply("POST", "/dingtalk/v1.0/oauth2/accessToken", &[], body.as_bytes());
        assert_eq!(reply.status, 400, "{body}");
    }
    let mut deep = json!({});
    merge(&mut deep, json!({ "data": (0..200).fold(json!(1), |inner, _| json!([inner])) }));
    let reply = world.reply("POST", "/fxiaoke/cgi/crm/v2/data/query", &[], deep.to_string().as_bytes());
    assert_ne!(json_of(&reply)["errorCode"], 0, "too deep");
    let deep = [
        ("application/json", deep.to_string()),
        ("text/xml", "<a>".repeat(10_000)),
        ("text/plain", format!("a{}=1", "[0]".repeat(10_000))),
    ];
    for (form, body) in deep {
        assert_eq!(posted(&mut world, "create", form, body.as_bytes())["code"], 1003, "{form}");
    }
}
