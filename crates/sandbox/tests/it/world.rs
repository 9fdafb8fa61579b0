//! A sandbox with a clock that tests move, and callers who are signed in.

use std::collections::BTreeMap;

use sandbox::stand_in::{Reply, Request};
use sandbox::{Outcome, Sandbox, Setting};
use serde_json::{Value, json};

/// 2026-11-24 15:00:00, GMT+8.
pub const START_MS: i64 = 1_795_503_600_000;

pub struct World {
    pub sandbox: Sandbox,
    pub now_ms: i64,
    token: Option<Value>,
}

impl World {
    /// Seed 7 with twelve customers.
    pub fn new() -> World {
        World::of(7, 12)
    }

    pub fn of(seed: u64, customers: usize) -> World {
        let sandbox = Sandbox::new(&Setting { seed, customers, now_ms: START_MS });
        World { sandbox, now_ms: START_MS, token: None }
    }

    /// With some switches of one system set.
    pub fn with(system: &str, switches: &[(&str, &str)]) -> World {
        let mut world = World::new();
        for (name, value) in switches {
            assert!(world.sandbox.set_switch(system, name, value), "{system} {name} {value}");
        }
        world
    }

    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    /// What `qiao sandbox` prints for one system.
    pub fn connection(&self, system: &str) -> Value {
        let bases = BTreeMap::from([(system.to_string(), format!("http://sandbox.example/{system}"))]);
        self.sandbox.connections(&bases)["systems"][system].clone()
    }

    pub fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Outcome {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        self.sandbox.call(self.now_ms, &Request::new(method, path, headers, body))
    }

    pub fn reply(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        match self.call(method, path, headers, body) {
            Outcome::Answered { reply, .. } => reply,
            other => panic!("not answered: {other:?}"),
        }
    }

    /// A JSON POST that is answered with JSON.
    pub fn post(&mut self, path: &str, body: &Value) -> Value {
        let reply =
            self.reply("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes());
        json_of(&reply)
    }

    /// The control interface; panics on a refusal.
    pub fn control(&mut self, path: &str, body: Option<Value>) -> Value {
        let (method, bytes) = match &body {
            Some(body) => ("POST", body.to_string()),
            None => ("GET", String::new()),
        };
        let reply = self.sandbox.control(self.now_ms, method, &format!("/_sandbox{path}"), bytes.as_bytes());
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        json_of(&reply)
    }

    /// The credentials of a Fxiaoke caller in the old style, with the administrator as operator.
    pub fn fxiaoke_credentials(&mut self) -> Value {
        if let Some(token) = &self.token {
            return token.clone();
        }
        let connection = self.connection("fxiaoke");
        let token = self.post(
            "/fxiaoke/cgi/corpAccessToken/get/V2",
            &json!({
                "appId": connection["app_id"],
                "appSecret": connection["app_secret"],
                "permanentCode": connection["permanent_code"],
            }),
        );
        let mut credentials =
            json!({ "corpAccessToken": token["corpAccessToken"], "corpId": token["corpId"] });
        let mut ask = credentials.clone();
        ask["mobile"] = connection["admin_mobile"].clone();
        let found = self.post("/fxiaoke/cgi/user/getByMobile", &ask);
        credentials["currentOpenUserId"] = found["empList"][0]["openUserId"].clone();
        self.token = Some(credentials.clone());
        credentials
    }

    /// A call of Fxiaoke in the old style; the credentials are put beside the members.
    pub fn fxiaoke(&mut self, path: &str, members: Value) -> Value {
        let mut body = self.fxiaoke_credentials();
        merge(&mut body, members);
        self.post(&format!("/fxiaoke{path}"), &body)
    }

    /// A call on preset objects: `data` under the usual path.
    pub fn crm(&mut self, action: &str, data: Value) -> Value {
        self.fxiaoke(&format!("/cgi/crm/v2/data/{action}"), json!({ "data": data }))
    }

    /// The administrator's open id.
    pub fn administrator(&mut self) -> Value {
        self.fxiaoke_credentials()["currentOpenUserId"].clone()
    }

    /// Creates a record with the administrator as owner; gives its id.
    pub fn create(&mut self, object: &str, fields: Value) -> String {
        let answer = self.try_create(object, fields);
        assert_eq!(answer["errorCode"], 0, "{answer}");
        answer["dataId"].as_str().expect("a create answers with dataId at the root").to_string()
    }

    pub fn try_create(&mut self, object: &str, fields: Value) -> Value {
        let mut record = json!({ "dataObjectApiName": object, "owner": [self.administrator()] });
        merge(&mut record, fields);
        self.crm("create", json!({ "object_data": record }))
    }

    pub fn update(&mut self, object: &str, id: &str, fields: Value) -> Value {
        let mut record = json!({ "dataObjectApiName": object, "_id": id });
        merge(&mut record, fields);
        self.crm("update", json!({ "object_data": record }))
    }

    pub fn get(&mut self, object: &str, id: &str) -> Value {
        self.crm("get", json!({ "dataObjectApiName": object, "objectDataId": id }))
    }

    /// The rows of a query with these members in `search_query_info`.
    pub fn query(&mut self, object: &str, search: Value) -> Vec<Value> {
        let mut info = json!({ "limit": 100, "offset": 0 });
        merge(&mut info, search);
        let answer = self.crm("query", json!({ "dataObjectApiName": object, "search_query_info": info }));
        assert_eq!(answer["errorCode"], 0, "{answer}");
        answer["data"]["dataList"].as_array().expect("a query answers with a list").clone()
    }

    /// A token of DingTalk.
    pub fn dingtalk_token(&mut self) -> String {
        let connection = self.connection("dingtalk");
        let path = format!(
            "/dingtalk/gettoken?appkey={}&appsecret={}",
            connection["app_key"].as_str().unwrap(),
            connection["app_secret"].as_str().unwrap()
        );
        let answer = json_of(&self.reply("GET", &path, &[], b""));
        answer["access_token"].as_str().expect("good credentials give a token").to_string()
    }

    /// A call of the old family of DingTalk.
    pub fn topapi(&mut self, path: &str, body: Value) -> Value {
        let token = self.dingtalk_token();
        self.post(&format!("/dingtalk/topapi/{path}?access_token={token}"), &body)
    }

    /// The app's agent id, as the number that callers send.
    pub fn agent_id(&self) -> i64 {
        self.connection("dingtalk")["agent_id"].as_str().unwrap().parse().unwrap()
    }
}

pub fn json_of(reply: &Reply) -> Value {
    let text = String::from_utf8_lossy(&reply.body);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Puts the members of one object over those of another.
pub fn merge(into: &mut Value, from: Value) {
    let Value::Object(from) = from else { panic!("only objects are merged") };
    into.as_object_mut().expect("only objects are merged").extend(from);
}

/// The value of one member of each row.
pub fn each<'a>(rows: &'a [Value], member: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[member].as_str().unwrap_or_default()).collect()
}
