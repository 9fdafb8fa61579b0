//! A caller of the ERP with the right token.

use sandbox::stand_in::{Outgoing, Reply};
use serde_json::{Value, json};

use crate::world::{START_MS, World, json_of};

pub const SYSTEM: &str = "standard-erp";

pub struct Desk {
    pub world: World,
    pub token: String,
}

impl Desk {
    pub fn new() -> Desk {
        Desk::with(&[])
    }

    pub fn with(switches: &[(&str, &str)]) -> Desk {
        let world = World::with(SYSTEM, switches);
        let token = world.connection(SYSTEM)["token"].as_str().unwrap().to_owned();
        Desk { world, token }
    }

    pub fn reply(&mut self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Reply {
        let token = self.token.clone();
        let headers = [("Content-Type", content_type), ("token", &*token)];
        self.world.reply(method, &format!("/{SYSTEM}{path}"), &headers, body)
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Value {
        json_of(&self.reply("POST", path, "application/json", body.to_string().as_bytes()))
    }

    pub fn get(&mut self, path: &str) -> Value {
        json_of(&self.reply("GET", path, "", b""))
    }

    /// A create that succeeds; its `data`.
    pub fn create(&mut self, object: &str, master: Value, details: Value) -> Value {
        let answer = self.post("/create", &document(object, master, details));
        assert_eq!((&answer["code"], &answer["message"]), (&json!(0), &json!("成功")), "{answer}");
        answer["data"].clone()
    }

    pub fn update(&mut self, object: &str, master: Value, details: Value) -> Value {
        self.post("/update", &document(object, master, details))
    }

    /// The code of a refused call, with its sentence.
    pub fn refused(&mut self, path: &str, body: &Value) -> (i64, String) {
        let answer = self.post(path, body);
        assert_eq!(answer["data"], Value::Null, "{answer}");
        (answer["code"].as_i64().unwrap(), answer["message"].as_str().unwrap().to_owned())
    }

    /// A customer; its id and number.
    pub fn customer(&mut self, name: &str) -> (String, String) {
        let data = self.create("customer", json!({ "custName": name }), json!({}));
        let id = data["masterDataId"].to_string().trim_matches('"').to_owned();
        let shown = self.control(&format!("/customer/{id}"), None);
        (id, shown["custNo"].as_str().unwrap().to_owned())
    }

    /// An order of two rows for a new customer; its data.
    pub fn order(&mut self) -> Value {
        let (_, customer) = self.customer("无锡恒瑞精密机械有限公司");
        self.create(
            "saleOrder",
            json!({ "billDate": "2026-11-24", "custNo": customer, "remark": "加急，分批发货" }),
            rows(),
        )
    }

    pub fn control(&mut self, path: &str, body: Option<Value>) -> Value {
        self.world.control(&format!("/{SYSTEM}{path}"), body)
    }

    /// What a query of the last hours up to now gives.
    pub fn window(&mut self, object: &str, more: &str) -> Value {
        let (start, end) = (START_MS - 1, self.world.now_ms);
        self.get(&format!(
            "/queryMasterBatch?objAPIName={object}&startTime={start}&endTime={end}&includeDetail=true{more}"
        ))
    }

    pub fn by_id(&mut self, object: &str, id: &str) -> Value {
        self.get(&format!("/queryMasterById?objAPIName={object}&dataId={id}&includeDetail=true"))
    }

    /// Sets where the ERP pushes to.
    pub fn subscribe(&mut self, more: Value) {
        let mut setting = json!({ "url": "http://qiao.example/erp/syncdata/open/objdata/syncpush", "token": "口令",
            "tenant_id": "736231" });
        crate::world::merge(&mut setting, more);
        self.control("/push", Some(setting));
    }

    /// The calls that the ERP makes now.
    pub fn pushed(&mut self) -> Vec<Outgoing> {
        self.world.sandbox.take_outgoing(self.world.now_ms).into_iter().map(|(_, call)| call).collect()
    }

    pub fn answer(&mut self, call: &Outgoing, answer: Option<&Reply>) {
        self.world.sandbox.outgoing_answered(SYSTEM, call.number, self.world.now_ms, answer);
    }
}

pub fn document(object: &str, master: Value, details: Value) -> Value {
    json!({ "objAPIName": object, "masterFieldVal": master, "detailFieldVals": details })
}

pub fn rows() -> Value {
    json!({ "saleOrderEntry": [
        { "matNo": "01.01.0001", "qty": 2, "price": "1860.505", "rowRemark": "含安装" },
        { "matNo": "02.01.0001", "qty": "1.5", "price": 386.5 },
    ] })
}

pub fn header<'c>(call: &'c Outgoing, name: &str) -> Option<&'c str> {
    call.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

pub fn taken() -> Reply {
    Reply::json(200, &json!({ "errCode": "s106240000", "errMsg": "成功" }))
}
