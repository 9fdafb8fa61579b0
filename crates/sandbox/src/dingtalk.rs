//! 钉钉: the messenger's two families of interfaces (`protocols/dingtalk.md`).
//!
//! One organisation with one internal app. Both families are served at one address: `/gettoken` and `/topapi/…` are
//! `oapi.dingtalk.com`, `/v1.0/…` is `api.dingtalk.com`. Beside them stand the two older faces that published clients
//! still use: [`top`] and [`legacy`].

mod answer;
mod contacts;
mod control;
mod kinds;
mod legacy;
mod notice;
mod organisation;
mod parameters;
mod route;
mod send;
mod staff;
mod switches;
mod token;
mod top;

use serde_json::{Value, json};

use crate::company::Company;
use crate::exact;
use crate::limits::{Limits, Verdict};
use crate::stand_in::{Chance, Moment, Reply, Request, StandIn, Switch};
use crate::switchboard::Switchboard;
use answer::{Answer, Refusal};
use notice::Notices;
use organisation::Organisation;
use parameters::Parameters;
use route::Topapi;
use staff::Staff;
use token::{App, Token};

/// The rate limit holds per interface in one second.
const RATE_WINDOW_MS: i64 = 1_000;

/// One organisation of DingTalk with one internal app.
pub struct DingTalk {
    app: App,
    token: Token,
    organisation: Organisation,
    limits: Limits,
    staff: Staff,
    notices: Notices,
    switches: Switchboard,
}

impl DingTalk {
    /// The organisation of that company.
    pub fn new(company: &Company, seed: u64, now_ms: i64) -> DingTalk {
        let mut chance = Chance::new(seed ^ 0x4449_4e47_5441_4c4b);
        DingTalk {
            app: App::new(&mut chance),
            token: Token::default(),
            organisation: Organisation::default(),
            limits: Limits::new(RATE_WINDOW_MS),
            staff: Staff::new(company, &mut chance, now_ms),
            notices: Notices::default(),
            switches: Switchboard::new(switches::SWITCHES),
        }
    }

    fn get_token(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        let now = (moment.now_ms, self.extends_tokens());
        let answer = self.token.old(&self.app, call, now, moment.chance);
        answer::token(answer, moment.chance)
    }

    fn topapi(&mut self, call: &Request, moment: &mut Moment) -> Answer {
        let parameters = Parameters::read(call)?;
        let sent = call.parameter("access_token");
        let token = sent.as_deref().or(parameters.members.get("access_token").and_then(Value::as_str));
        match token {
            None | Some("") => return Err(Refusal::gateway("40000", "access_token is blank")),
            Some(token) if !self.token.is_valid(token, moment.now_ms) => {
                return Err(Refusal::gateway("40014", "不合法的access_token"));
            }
            Some(_) => {}
        }
        let Some(operation) = Topapi::of(&call.path) else {
            return Err(Refusal::UnknownApi { name: route::api_name(&call.path) });
        };
        match call.method.as_str() {
            "POST" => self.operate(operation, &call.path, &parameters, moment),
            _ => Err(Refusal::business(43002, "需要POST请求")),
        }
    }

    /// One operation of a caller whose token is good.
    fn operate(
        &mut self,
        operation: Topapi,
        path: &str,
        parameters: &Parameters,
        moment: &mut Moment,
    ) -> Answer {
        self.admit(operation, path, moment)?;
        let now_ms = moment.now_ms;
        match operation {
            Topapi::Send => self.send(parameters, moment),
            Topapi::Progress => self.progress(parameters, now_ms),
            Topapi::Result => self.result(parameters, now_ms),
            Topapi::Recall => self.recall(parameters, now_ms),
            Topapi::StatusBar => self.update_status_bar(parameters),
            Topapi::UserByMobile => self.user_by_mobile(parameters),
            Topapi::User => self.user(parameters),
            Topapi::UserByUnionId => self.user_by_union_id(parameters),
            Topapi::Users => self.users(parameters),
            Topapi::UserIds => self.user_ids(parameters),
            Topapi::Departments => self.departments(parameters),
        }
    }

    /// The app's state, its scopes and its limits.
    fn admit(&mut self, operation: Topapi, path: &str, moment: &Moment) -> Result<(), Refusal> {
        let key = &self.app.app_key;
        if !self.organisation.address_allowed {
            let message = format!("访问ip不在白名单之中,request ip=127.0.0.1 appKey({key})");
            return Err(Refusal::gateway("60020", message));
        }
        if self.organisation.app_stopped {
            return Err(Refusal::business(50003, "应用已停用"));
        }
        if let Some(scope) = operation.scope()
            && self.organisation.missing_scopes.iter().any(|missing| missing == scope)
        {
            let message = format!(
                "应用尚未开通所需的权限：[{scope}]，点击链接申请并开通即可：\
                 https://open-dev.dingtalk.com/appscope/apply?content={key}%23{scope}"
            );
            return Err(Refusal::gateway("60011", message));
        }
        match self.verdict(path, moment) {
            Verdict::Admitted => Ok(()),
            Verdict::QuotaUsed => Err(Refusal::gateway("90020", "当月免费调用额度已用完")),
            Verdict::TooOften => {
                let name = route::api_name(path);
                let is_wide = self.switches.is(switches::THROTTLE_CODE, "90002");
                let (code, who) = if is_wide { ("90002", "所有钉钉应用") } else { ("90018", "应用") };
                let message = format!("当前{who}调用该接口次数过多，请求被暂时限制了, apiPath({name})");
                Err(Refusal::gateway(code, message))
            }
        }
    }

    fn verdict(&mut self, path: &str, moment: &Moment) -> Verdict {
        match moment.conditions.throttled {
            true => Verdict::TooOften,
            false => {
                let per_second = self.organisation.calls_per_second;
                self.limits.admit(path, moment.now_ms, per_second, moment.conditions.quota)
            }
        }
    }

    /// The new family, below `/v1.0`.
    fn modern(&mut self, call: &Request, moment: &mut Moment) -> Answer {
        let body = exact::read(&call.body)
            .ok_or_else(|| Refusal::modern(400, "InvalidParameter", "请求体不是合法的JSON"))?;
        let now = (moment.now_ms, self.extends_tokens());
        let not_found = Refusal::modern(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        );
        if call.method != "POST" {
            return Err(not_found);
        }
        if call.path == "/v1.0/oauth2/accessToken" {
            return self.token.modern(&self.app, &body, now, moment.chance);
        }
        let corp_id = call.path.strip_prefix("/v1.0/oauth2/").and_then(|rest| rest.strip_suffix("/token"));
        if let Some(corp_id) = corp_id {
            return self.token.unified(&self.app, corp_id, &body, now, moment.chance);
        }
        if call.path != "/v1.0/contact/users/search" {
            return Err(not_found);
        }
        self.check_header(call, moment.now_ms)?;
        if self.verdict(&call.path, moment) != Verdict::Admitted {
            let message = "应用调用该接口次数过多，请求被暂时限制了";
            return Err(Refusal::modern(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", message));
        }
        self.search(&body)
    }

    fn check_header(&self, call: &Request, now_ms: i64) -> Result<(), Refusal> {
        const NAME: &str = "x-acs-dingtalk-access-token";
        match call.header(NAME) {
            None | Some("") => {
                let message = format!("缺少参数：{NAME}");
                Err(Refusal::modern(400, "AuthenticationFailed.MissingParameter", message))
            }
            Some(token) if !self.token.is_valid(token, now_ms) => {
                Err(Refusal::modern(400, "InvalidAuthentication", "不合法的access_token"))
            }
            Some(_) => Ok(()),
        }
    }

    fn extends_tokens(&self) -> bool {
        self.switches.is(switches::TOKEN_RENEWAL, "extends")
    }
}

impl StandIn for DingTalk {
    fn system(&self) -> &'static str {
        "dingtalk"
    }

    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        if moment.conditions.session_lost {
            self.token.forget();
        }
        if call.path == "/gettoken" {
            return self.get_token(call, moment);
        }
        if call.path.starts_with("/topapi/") {
            let answer = self.topapi(call, moment);
            return answer::old(answer, moment.chance);
        }
        if call.path == top::PATH {
            return self.top(call, moment);
        }
        if legacy::serves(&call.path) {
            let answer = self.legacy(call, moment);
            return answer::old(answer, moment.chance);
        }
        if call.path.starts_with("/v1.0/") {
            let answer = self.modern(call, moment);
            return answer::modern(answer, moment.chance);
        }
        answer::old(Err(Refusal::unknown_path()), moment.chance)
    }

    fn changes(&self, call: &Request) -> bool {
        let named = Topapi::of(&call.path).or_else(|| top::operation(call));
        named.is_some_and(Topapi::changes)
    }

    fn operation(&self, call: &Request) -> String {
        call.path.trim_start_matches("/topapi").to_string()
    }

    fn refusal(&self, reply: &Reply) -> Option<String> {
        answer::refusal_code(reply)
    }

    fn connection(&self, base: &str) -> Value {
        json!({
            "base_url": base,
            "api_base_url": base,
            "app_key": self.app.app_key,
            "app_secret": self.app.app_secret,
            "agent_id": self.app.agent_id.to_string(),
        })
    }

    fn switches(&self) -> Vec<Switch> {
        self.switches.list()
    }

    fn switch(&self, name: &str) -> Option<&'static str> {
        self.switches.value(name)
    }

    fn set_switch(&mut self, name: &str, value: &str) -> bool {
        self.switches.set(name, value)
    }

    fn control(&mut self, path: &str, body: &Value, _: &mut Moment) -> Option<Value> {
        control::control(self, path, body)
    }
}
