//! The ERP's gateway: it takes requests in an envelope of its own, signed, and answers in words of its own. Behind it stands
//! the stand-in, which speaks the standard protocol.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use contract::transport::{Answer, Call, TransportError};
use contract::{Clock, Network, Transport};
use md5::{Digest, Md5};
use model::connection::Connection;
use sandbox::stand_in::Request;
use sandbox::{Outcome, Sandbox};
use serde_json::{Value, json};
use sim::BEGINNING;

#[derive(Clone)]
pub struct Gateway {
    pub clock: Arc<dyn Clock>,
    pub erp: Arc<Mutex<Erp>>,
}

pub struct Erp {
    sandbox: Sandbox,
    pub token: String,
    /// The operations that were let through, in order.
    pub passed: Vec<String>,
    /// Calls with a wrong signature or in another form.
    pub turned_away: usize,
    /// A customer of that name is refused.
    pub disliked: &'static str,
    nonces: usize,
}

impl Gateway {
    pub fn new(clock: Arc<dyn Clock>) -> Gateway {
        let setting = sandbox::Setting { seed: 7, customers: 6, now_ms: BEGINNING.0 };
        let sandbox = Sandbox::new(&setting);
        let bases = [("standard-erp".to_owned(), "http://gateway".to_owned())].into_iter().collect();
        let token =
            sandbox.connections(&bases)["systems"]["standard-erp"]["token"].as_str().unwrap().to_owned();
        let erp = Erp { sandbox, token, passed: Vec::new(), turned_away: 0, disliked: "", nonces: 0 };
        Gateway { clock, erp: Arc::new(Mutex::new(erp)) }
    }

    pub fn erp(&self) -> MutexGuard<'_, Erp> {
        self.erp.lock().unwrap()
    }

    /// The names of the customers with that number, as the ERP's own people see them.
    pub fn customers(&self, number: &str) -> Vec<String> {
        let now = self.clock.now().0;
        let query = format!("objAPIName=customer&startTime=0&endTime={}&offset=0&limit=500", now + 1_000_000);
        let answer = self.erp().standard(now, "GET", &format!("/queryMasterBatch?{query}"), Vec::new());
        let list = answer["data"]["dataList"].as_array().cloned().unwrap_or_default();
        let masters = list.iter().map(|record| &record["masterFieldVal"]);
        let is_it = |master: &&Value| master["custNo"] == number;
        masters
            .filter(is_it)
            .map(|master| master["custName"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

impl Erp {
    /// What the ERP itself answers.
    fn standard(&mut self, now_ms: i64, method: &str, path: &str, body: Vec<u8>) -> Value {
        let headers = vec![
            ("token".to_owned(), self.token.clone()),
            ("Content-Type".to_owned(), "application/json".to_owned()),
        ];
        let request = Request::new(method, &format!("/standard-erp{path}"), headers, body);
        match self.sandbox.call(now_ms, &request) {
            Outcome::Answered { reply, .. } | Outcome::Refused { reply, .. } => {
                serde_json::from_slice(&reply.body).unwrap()
            }
            other => panic!("nothing goes wrong by itself: {other:?}"),
        }
    }

    fn answer(&mut self, now_ms: i64, call: &Call) -> Value {
        let refused = |why: &str| json!({ "resultCode": "E", "resultMsg": why, "payload": null });
        if call.url == "http://gateway/nonce" {
            self.nonces += 1;
            return json!(format!("N{}", self.nonces));
        }
        let header = |wanted: &str| call.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let signed = [&call.body[..], self.token.as_bytes()].concat();
        let sign: String = Md5::digest(&signed).iter().map(|byte| format!("{byte:02x}")).collect();
        let is_signed = header("sign").is_some_and(|(_, value)| *value == sign) && header("token").is_none();
        let envelope: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let is_fresh = envelope["head"]["nonce"] == format!("N{}", self.nonces);
        if call.url != "http://gateway/entry" || call.method != "POST" || !is_signed || !is_fresh {
            self.turned_away += 1;
            return refused("签名错误");
        }
        let operation = envelope["head"]["op"].as_str().unwrap_or_default().to_owned();
        self.passed.push(operation.clone());
        let data = &envelope["data"];
        if data["masterFieldVal"]["custName"] == self.disliked {
            return refused("客户名称不合规");
        }
        let answer = match operation.as_str() {
            "create" | "update" => {
                self.standard(now_ms, "POST", &format!("/{operation}"), data.to_string().into_bytes())
            }
            _ => {
                let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                let asked = data.as_object().into_iter().flatten();
                asked.for_each(|(name, value)| {
                    query.append_pair(name, &plain(value));
                });
                self.standard(now_ms, "GET", &format!("/{operation}?{}", query.finish()), Vec::new())
            }
        };
        let is_good = answer["code"].to_string().trim_matches('"') == "0";
        let word = if is_good { "S" } else { "E" };
        json!({ "resultCode": word, "resultMsg": answer["message"], "payload": answer["data"] })
    }
}

impl Network for Gateway {
    fn transport(&self, _: &Connection) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

#[async_trait]
impl Transport for Gateway {
    async fn send(&self, call: &Call) -> Result<Answer, TransportError> {
        let body = self.erp().answer(self.clock.now().0, call);
        // It labels everything wrongly.
        let headers = vec![("Content-Type".into(), "text/html".into())];
        Ok(Answer { status: 200, headers, body: body.to_string().into() })
    }
}
