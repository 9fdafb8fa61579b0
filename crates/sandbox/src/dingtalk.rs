//! 钉钉: the messenger's two families of interfaces (`protocols/dingtalk.md`).

use serde_json::{Value, json};

use crate::company::Company;
use crate::stand_in::{Chance, Moment, Reply, Request, StandIn, Switch};

/// One organisation of DingTalk with one internal app.
pub struct DingTalk {
    app_key: String,
    app_secret: String,
    agent_id: u64,
}

impl DingTalk {
    /// The organisation of that company.
    pub fn new(company: &Company, seed: u64, now_ms: i64) -> DingTalk {
        let _ = (company, now_ms);
        let mut chance = Chance::new(seed ^ 0x4449_4e47_5441_4c4b);
        DingTalk {
            app_key: format!("ding{}", chance.hex(16)),
            app_secret: chance.hex(64),
            agent_id: 1_000_000_000 + chance.below(1_000_000_000),
        }
    }
}

impl StandIn for DingTalk {
    fn system(&self) -> &'static str {
        "dingtalk"
    }

    fn answer(&mut self, _: &Request, _: &mut Moment) -> Reply {
        Reply::json(200, &json!({ "errcode": 404, "errmsg": "请求的URI地址不存在" }))
    }

    fn changes(&self, _: &Request) -> bool {
        false
    }

    fn connection(&self, base: &str) -> Value {
        json!({
            "base_url": base,
            "api_base_url": base,
            "app_key": self.app_key,
            "app_secret": self.app_secret,
            "agent_id": self.agent_id.to_string(),
        })
    }

    fn switches(&self) -> Vec<Switch> {
        Vec::new()
    }

    fn set_switch(&mut self, _: &str, _: &str) -> bool {
        false
    }

    fn control(&mut self, _: &str, _: &Value, _: &mut Moment) -> Option<Value> {
        None
    }
}
