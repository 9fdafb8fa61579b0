//! Tokens and credentials (`protocols/fxiaoke.md` §2, §3).

use serde_json::{Value, json};

use crate::world::{World, json_of, merge};

const TOKEN: &str = "/fxiaoke/cgi/corpAccessToken/get/V2";
const QUERY: &str = "/fxiaoke/cgi/crm/v2/data/query";

fn app(world: &World) -> Value {
    let connection = world.connection("fxiaoke");
    json!({
        "appId": connection["app_id"],
        "appSecret": connection["app_secret"],
        "permanentCode": connection["permanent_code"],
    })
}

/// The token request of the seed article, byte for byte but for the made-up values.
#[test]
fn the_seed_articles_token_request_is_answered() {
    let mut world = World::new();
    let app = app(&world);
    let body = format!(
        r#"{{ "appId": {}, "appSecret":{}, "permanentCode":{}}}"#,
        app["appId"], app["appSecret"], app["permanentCode"]
    );
    let reply = world.reply("POST", TOKEN, &[("Content-Type", "application/json")], body.as_bytes());
    assert_eq!(reply.status, 200);
    let answer = json_of(&reply);
    assert_eq!(answer["errorCode"], 0);
    assert_eq!(answer["errorMessage"], "success");
    assert_eq!(answer["expiresIn"], 7200);
    assert_eq!(answer["corpAccessToken"].as_str().unwrap().len(), 32);
    let corp_id = answer["corpId"].as_str().unwrap();
    assert!(corp_id.starts_with("FSCID_") && corp_id.len() == 38, "{corp_id}");
    assert!(answer["traceId"].as_str().unwrap().starts_with("E-O.null.-1000-"));
}

#[test]
fn a_token_is_the_same_for_6600_seconds_and_two_live_until_the_old_one_dies() {
    let mut world = World::new();
    let app = app(&world);
    let first = world.post(TOKEN, &app);
    world.pass(6_599_000);
    let again = world.post(TOKEN, &app);
    assert_eq!((&again["corpAccessToken"], &again["expiresIn"]), (&first["corpAccessToken"], &json!(601)));
    world.pass(1_000);
    let second = world.post(TOKEN, &app);
    assert_ne!(second["corpAccessToken"], first["corpAccessToken"]);
    assert_eq!(second["expiresIn"], 7200);
    let codes = |world: &mut World| -> Vec<i64> {
        [&first, &second]
            .map(|token| {
                let body = json!({ "corpAccessToken": token["corpAccessToken"], "corpId": token["corpId"] });
                world.post("/fxiaoke/cgi/department/list", &body)["errorCode"].as_i64().unwrap()
            })
            .to_vec()
    };
    assert_eq!(codes(&mut world), [0, 0], "both live");
    world.pass(600_000);
    assert_eq!(codes(&mut world), [20016, 0], "7200 s after the first one");
}

#[test]
fn wrong_app_credentials_are_refused_by_their_codes() {
    let mut world = World::new();
    let good = app(&world);
    for (change, code) in [
        (json!({ "appSecret": "0000" }), 10006),
        (json!({ "appSecret": null }), 10006),
        (json!({ "appId": "FSAID_0000000" }), 20006),
        (json!({ "appId": "" }), 10001),
        (json!({ "permanentCode": "FFFF" }), 20015),
        (json!({ "permanentCode": null }), 10012),
    ] {
        let mut body = good.clone();
        merge(&mut body, change.clone());
        let reply = world.reply("POST", TOKEN, &[], body.to_string().as_bytes());
        assert_eq!(reply.status, 200, "business errors come as HTTP 200");
        assert_eq!(json_of(&reply)["errorCode"], code, "{change}");
    }
    let mut body = good;
    body["appSecret"] = json!("x");
    let answer = world.post(TOKEN, &body);
    assert_eq!(answer["errorMessage"], "the parameter appSecret is missing or illegal");
    assert_eq!(answer["errorDescription"], "缺少参数或参数不合法");
}

#[test]
fn missing_and_bad_credentials_have_the_probed_codes() {
    let mut world = World::new();
    let good = world.fxiaoke_credentials();
    for (change, code) in [
        (json!({ "corpAccessToken": null }), 20017),
        (json!({ "corpAccessToken": "0123456789ABCDEF0123456789ABCDEF" }), 20016),
        (json!({ "corpId": "FSCID_00000000000000000000000000000001" }), 20016),
        (json!({ "corpId": null }), 10014),
        (json!({ "currentOpenUserId": null }), 10010),
        (json!({ "currentOpenUserId": "FSUID_00000000000000000000000000000000" }), 20012),
    ] {
        let mut body = good.clone();
        merge(&mut body, change.clone());
        assert_eq!(world.post(QUERY, &body)["errorCode"], code, "{change}");
    }
    let answer = world.post(QUERY, &json!({ "data": {} }));
    assert_eq!(answer["errorDescription"], "corpAccessToken为必填项，不能为空");
    let mut bad = good;
    bad["corpAccessToken"] = json!("bad");
    let answer = world.post(QUERY, &bad);
    assert_eq!(answer["errorMessage"], "the cropId,cropAccessToken or authorization is error");
}

/// An OAuth 2 token and the headers that go with it.
fn bearer(world: &mut World) -> Vec<(String, String)> {
    let mut body = app(world);
    body["grantType"] = json!("app_secret");
    let answer = world.post("/fxiaoke/oauth2.0/token?thirdTraceId=1234", &body);
    assert_eq!(answer["errorCode"], 0, "{answer}");
    assert_eq!(answer["appId"], body["appId"]);
    assert!(answer["openUserId"].as_str().unwrap().starts_with("FSCID_"), "it is the corp that it names");
    vec![
        ("authorization".into(), format!("Bearer {}", answer["accessToken"].as_str().unwrap())),
        ("x-fs-ea".into(), answer["ea"].as_str().unwrap().into()),
        ("x-fs-userid".into(), "1000".into()),
    ]
}

#[test]
fn the_header_style_reads_numeric_ids_and_no_nulls() {
    let mut world = World::new();
    let headers = bearer(&mut world);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let search = json!({ "data": { "dataObjectApiName": "AccountObj",
        "search_query_info": { "limit": 1, "offset": 0, "filters": [] } } });
    let ask = |world: &mut World, body: &Value| {
        let reply = world.reply("POST", QUERY, &headers, body.to_string().as_bytes());
        json_of(&reply)
    };
    let answer = ask(&mut world, &search);
    let row = &answer["data"]["dataList"][0];
    let owner = row["owner"][0].as_str().unwrap();
    assert!(owner.parse::<u32>().is_ok(), "{owner}");
    assert!(row.get("fax").is_none(), "nulls are left out");
    assert!(answer["traceId"].as_str().unwrap().contains(".1000-"), "{answer}");

    let mut with_options = search.clone();
    with_options["includeNull"] = json!(true);
    with_options["convertUserId"] = json!(true);
    let answer = ask(&mut world, &with_options);
    let row = &answer["data"]["dataList"][0];
    assert!(row["owner"][0].as_str().unwrap().starts_with("FSUID_"));
    assert_eq!(row["fax"], Value::Null);
    assert!(row.as_object().unwrap().contains_key("fax"));
}

#[test]
fn a_bearer_token_of_another_company_or_style_is_refused() {
    let mut world = World::new();
    let corp_token = world.fxiaoke_credentials()["corpAccessToken"].as_str().unwrap().to_string();
    let good = bearer(&mut world);
    for (position, value, code) in [
        (0, "Bearer nothing".to_string(), 20016),
        (0, format!("Bearer {corp_token}"), 20016),
        (1, "another".to_string(), 20016),
        (2, "9999".to_string(), 20012),
    ] {
        let mut headers = good.clone();
        headers[position].1 = value;
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let reply = world.reply("POST", QUERY, &headers, b"{}");
        assert_eq!(json_of(&reply)["errorCode"], code);
    }
}

#[test]
fn the_website_answers_with_a_redirect_and_html() {
    let mut world = World::new();
    let reply = world.reply("POST", TOKEN, &[("Host", "www.fxiaoke.com")], b"{}");
    assert_eq!(reply.status, 302);
    assert!(reply.body.starts_with(b"<html>"));
    assert_eq!(world.reply("GET", "/fxiaoke/", &[], b"").status, 302);
}

#[test]
fn forgotten_tokens_are_wrong_tokens() {
    let mut world = World::new();
    world.fxiaoke_credentials();
    world.control("/fxiaoke/forget_tokens", Some(json!({})));
    assert_eq!(world.crm("query", json!({}))["errorCode"], 20016);
}
