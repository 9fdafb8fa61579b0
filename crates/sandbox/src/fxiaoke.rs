//! 纷享销客: the CRM and its open gateway (`protocols/fxiaoke.md`).

mod answer;
mod sign_in;

use serde_json::{Value, json};

use crate::company::Company;
use crate::exact;
use crate::stand_in::{Chance, Moment, Reply, Request, StandIn, Switch};
use answer::{Answer, Refusal, Wording};
use sign_in::{App, SignIn};

/// One tenant of Fxiaoke with one self-built app.
pub struct Fxiaoke {
    app: App,
    admin_mobile: String,
    sign_in: SignIn,
}

impl Fxiaoke {
    /// The tenant of that company, with all its records older than `now_ms`.
    pub fn new(company: &Company, seed: u64, now_ms: i64) -> Fxiaoke {
        let _ = now_ms;
        let mut chance = Chance::new(seed ^ 0x4658_4941_4f4b_4500);
        Fxiaoke {
            app: App::new(&mut chance),
            admin_mobile: company.people[0].mobile.clone(),
            sign_in: SignIn::default(),
        }
    }

    fn route(&mut self, call: &Request, body: &Value, moment: &mut Moment) -> (Answer, Wording) {
        let now_ms = moment.now_ms;
        let answer = match call.path.as_str() {
            "/cgi/corpAccessToken/get/V2" => {
                self.sign_in.corp_token(&self.app, body, now_ms, moment.chance)
            }
            "/oauth2.0/token" => self.sign_in.bearer_token(&self.app, body, now_ms, moment.chance),
            "/cgi/appAccessToken/get" => SignIn::app_token(&self.app, body, moment.chance),
            _ => Err(Refusal::parameter("path")),
        };
        (answer, Wording::Plain)
    }
}

impl StandIn for Fxiaoke {
    fn system(&self) -> &'static str {
        "fxiaoke"
    }

    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        if moment.conditions.session_lost {
            self.sign_in.forget();
        }
        let trace_id = format!("E-O.null.-1000-{}", moment.chance.hex(16));
        let (answer, wording) = match exact::read(&call.body) {
            Some(body) => self.route(call, &body, moment),
            None => (Err(Refusal::parameter("body")), Wording::Plain),
        };
        answer::reply(answer, wording, &trace_id)
    }

    fn changes(&self, _: &Request) -> bool {
        false
    }

    fn refusal(&self, reply: &Reply) -> Option<String> {
        answer::refusal_code(reply)
    }

    fn connection(&self, base: &str) -> Value {
        json!({
            "base_url": base,
            "app_id": self.app.app_id,
            "app_secret": self.app.app_secret,
            "permanent_code": self.app.permanent_code,
            "admin_mobile": self.admin_mobile,
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
