//! 纷享销客: the CRM and its open gateway (`protocols/fxiaoke.md`).
//!
//! One tenant with one self-built app. The gateway (tokens, operators, limits, the tenant's state) stands here and in
//! the files beside; what it opens is [`crm`], the address book and messages.

mod address_book;
mod answer;
mod callback;
mod caller;
mod control;
mod crm;
mod described;
mod media;
mod message;
mod route;
mod sign_in;
mod staff;
mod switches;
mod tenant;

use serde_json::{Value, json};

use crate::company::Company;
use crate::exact;
use crate::limits::{Limits, Verdict, stricter};
use crate::stand_in::{Chance, Moment, Outgoing, Reply, Request, StandIn, Switch};
use address_book::AddressBook;
use answer::{Answer, Refusal, Wording};
use callback::Callbacks;
use caller::Caller;
use crm::{Crm, Now};
use media::Files;
use message::Messages;
use route::{Action, Operation};
use sign_in::{App, SignIn};
use tenant::Tenant;

/// The rate limit holds per interface in 20 s.
const RATE_WINDOW_MS: i64 = 20_000;

/// One tenant of Fxiaoke with one self-built app.
pub struct Fxiaoke {
    app: App,
    sign_in: SignIn,
    tenant: Tenant,
    limits: Limits,
    crm: Crm,
    messages: Messages,
    files: Files,
    callbacks: Callbacks,
}

impl Fxiaoke {
    /// The tenant of that company, with all its records older than `now_ms`.
    pub fn new(company: &Company, seed: u64, now_ms: i64) -> Fxiaoke {
        let mut chance = Chance::new(seed ^ 0x4658_4941_4f4b_4500);
        let app = App::new(&mut chance);
        let crm = Crm::new(company, app.tenant_id, &mut chance, now_ms);
        Fxiaoke {
            app,
            sign_in: SignIn::default(),
            tenant: Tenant::default(),
            limits: Limits::new(RATE_WINDOW_MS),
            crm,
            messages: Messages::default(),
            files: Files::default(),
            callbacks: Callbacks::default(),
        }
    }

    /// Answers one call to a known operation; the second part is who the trace id names.
    fn operate(
        &mut self,
        operation: Operation,
        call: &Request,
        moment: &mut Moment,
    ) -> (Answer, Option<Caller>) {
        let body = match operation {
            // Uploads carry their credentials in the query.
            Operation::MediaUpload | Operation::FileUpload => Some(media::credentials(call)),
            _ => exact::read(&call.body),
        };
        let Some(body) = body else {
            return (Err(Refusal::parameter("the body is not JSON")), None);
        };
        if operation == Operation::FileUpload {
            return (self.files.receive(call, moment.now_ms), None);
        }
        if operation.is_sign_in() {
            return (self.token(operation, &body, moment), None);
        }
        let caller = match self.admit(operation, call, &body, moment) {
            Ok(caller) => caller,
            Err(refusal) => return (Err(refusal), None),
        };
        let answer = match operation {
            Operation::SendMessage => self.messages.send(&body, &self.crm.staff, moment.now_ms),
            Operation::MediaUpload => self.files.upload(call, moment.chance),
            Operation::MediaDownload => self.files.named(&body),
            Operation::MediaDelete => self.files.delete(&body),
            Operation::UploadCredential => self.files.credential(call, &body["data"], moment),
            _ if operation.is_crm() => self.record(operation, &body, &caller, moment),
            _ => self.address_book(operation, &body, &caller),
        };
        let changes = std::mem::take(&mut self.crm.changes);
        self.callbacks.report(changes, true, &self.app.ea, moment.chance);
        let timed_out = answer.is_ok() && operation.changes() && moment.conditions.timed_out;
        (if timed_out { Err(Refusal::timed_out()) } else { answer }, Some(caller))
    }

    fn token(&mut self, operation: Operation, body: &Value, moment: &mut Moment) -> Answer {
        match operation {
            Operation::BearerToken => {
                self.sign_in.bearer_token(&self.app, body, moment.now_ms, moment.chance)
            }
            Operation::AppToken => SignIn::app_token(&self.app, body, moment.chance),
            _ => self.sign_in.corp_token(&self.app, body, moment.now_ms, moment.chance),
        }
    }

    /// Token, tenant, limits, operator: in this order.
    fn admit(
        &mut self,
        operation: Operation,
        call: &Request,
        body: &Value,
        moment: &Moment,
    ) -> Result<Caller, Refusal> {
        let credentials = caller::credentials(call, body)?;
        caller::check(&credentials, &self.app, &self.sign_in, &self.tenant, moment.now_ms)?;
        if operation.is_crm() && !self.tenant.data_access_approved {
            return Err(Refusal::new(20020, "no data authority of the corp", "应用没有获取该企业数据权限"));
        }
        if !self.tenant.api_package {
            let message = format!("{} has no openapi quote currently!", self.app.ea);
            return Err(Refusal::new(30003, message, "企业未购买接口频次包"));
        }
        let quota = stricter(self.tenant.daily_quota, moment.conditions.quota);
        let verdict = match moment.conditions.throttled {
            true => Verdict::TooOften,
            false => self.limits.admit(&call.path, moment.now_ms, self.tenant.calls_per_window, quota),
        };
        match verdict {
            Verdict::Admitted => {}
            Verdict::QuotaUsed => {
                return Err(Refusal::new(30002, "the daily quota is used up", "当日调用次数已用完"));
            }
            Verdict::TooOften => return Err(self.too_often()),
        }
        caller::identify(call, body, &credentials, &self.crm.staff, &self.tenant, operation.is_crm())
    }

    fn too_often(&self) -> Refusal {
        let code = self.crm.switches.value(switches::THROTTLE_CODE).and_then(|code| code.parse().ok());
        Refusal::new(code.unwrap_or(30004), "call frequency exceeded", "调用超限，请稍后再试")
    }

    fn record(&mut self, operation: Operation, body: &Value, caller: &Caller, moment: &mut Moment) -> Answer {
        let ms = moment.now_ms;
        let mut now = Now { ms, chance: moment.chance };
        let crm = &mut self.crm;
        match operation {
            Operation::ObjectList => crm.list(),
            Operation::Describe => crm.describe(body),
            Operation::Lock => crm.set_lock(body, true, caller, &mut now),
            Operation::Unlock => crm.set_lock(body, false, caller, &mut now),
            Operation::SetTeam => crm.set_team(body, caller, &mut now),
            Operation::LeaveTeam => crm.leave_team(body, caller, &mut now),
            Operation::Team => crm.team(body, caller),
            Operation::Record { action, custom_path } => {
                crm.check_path(body, custom_path)?;
                match action {
                    Action::Create => crm.create(body, caller, &mut now),
                    Action::Get => crm.get(body, caller),
                    Action::Query | Action::FindSimple => crm.query(body, caller, ms),
                    Action::FindOne => crm.find_one(body, caller, ms),
                    Action::Update => crm.update(body, caller, &mut now),
                    Action::Invalid => crm.invalid(body, caller, &mut now),
                    Action::Delete => crm.delete(body, caller, &mut now),
                    Action::Recover => crm.recover(body, caller, &mut now),
                    Action::ChangeOwner => crm.change_owner(body, caller, &mut now),
                }
            }
            _ => Err(Refusal::parameter("path")),
        }
    }

    fn address_book(&self, operation: Operation, body: &Value, caller: &Caller) -> Answer {
        let book = AddressBook {
            staff: &self.crm.staff,
            tenant: &self.tenant,
            refuses_unknown_mobile: self.crm.switches.is(switches::UNKNOWN_MOBILE, "refused"),
        };
        match operation {
            Operation::DepartmentList => book.departments(),
            Operation::DepartmentDetail => book.department(body),
            Operation::UserList => book.users(body, caller),
            Operation::UserSimpleList => book.names(body),
            Operation::UserGet => book.user(body, caller),
            Operation::UserByMobile => book.by_mobile(body),
            Operation::UserChanged => book.changed(body, caller),
            _ => Err(Refusal::parameter("path")),
        }
    }

    fn trace_id(&self, caller: Option<&Caller>, chance: &mut Chance) -> String {
        let hex = chance.hex(16);
        match caller {
            Some(caller) if !caller.operator.is_empty() => {
                format!("E-O.{}.{}-{hex}", self.app.ea, caller.operator)
            }
            Some(_) => format!("E-O.{}.-1000-{hex}", self.app.ea),
            None => format!("E-O.null.-1000-{hex}"),
        }
    }
}

impl StandIn for Fxiaoke {
    fn system(&self) -> &'static str {
        "fxiaoke"
    }

    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        if is_website(call) {
            return website(call);
        }
        if moment.conditions.session_lost {
            self.sign_in.forget();
        }
        let operation = route::operation(&call.path).filter(|_| call.method == "POST");
        let (answer, caller) = match operation {
            Some(operation) => self.operate(operation, call, moment),
            None => (Err(Refusal::parameter("the interface is not exist")), None),
        };
        let wording = match operation {
            Some(operation) if operation.is_crm() => Wording::Crm,
            _ => Wording::Plain,
        };
        let trace_id = self.trace_id(caller.as_ref(), moment.chance);
        match (operation, &answer) {
            (Some(Operation::MediaDownload), Ok(found)) => self.files.content(found),
            (Some(Operation::FileUpload), _) => media::received(answer),
            _ => answer::reply(answer, wording, &trace_id),
        }
    }

    fn changes(&self, call: &Request) -> bool {
        route::operation(&call.path).is_some_and(Operation::changes)
    }

    fn operation(&self, call: &Request) -> String {
        call.path.trim_start_matches("/cgi").to_string()
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
            "admin_mobile": self.crm.staff.employees[0].mobile,
        })
    }

    fn switches(&self) -> Vec<Switch> {
        self.crm.switches.list()
    }

    fn switch(&self, name: &str) -> Option<&'static str> {
        self.crm.switches.value(name)
    }

    fn set_switch(&mut self, name: &str, value: &str) -> bool {
        self.crm.switches.set(name, value)
    }

    fn take_outgoing(&mut self, now_ms: i64) -> Vec<Outgoing> {
        self.callbacks.take(now_ms, self.crm.switches.is(switches::CALLBACK_FRAME, "framed"))
    }

    fn next_outgoing(&self) -> Option<i64> {
        self.callbacks.next_due()
    }

    fn outgoing_answered(&mut self, number: u64, now_ms: i64, answer: Option<&Reply>) {
        self.callbacks.answered(number, now_ms, answer);
    }

    fn control(&mut self, path: &str, body: &Value, moment: &mut Moment) -> Option<Value> {
        let answer = control::control(self, path, body, moment);
        let changes = std::mem::take(&mut self.crm.changes);
        self.callbacks.report(changes, false, &self.app.ea, moment.chance);
        answer
    }
}

/// `www.fxiaoke.com` is the website, not the gateway; so is everything beside the gateway's paths.
fn is_website(call: &Request) -> bool {
    let is_www = call.header("host").is_some_and(|host| host.starts_with("www."));
    is_www
        || !["/cgi/", "/oauth2.0/", "/oauth2/", "/media/", "/fs/"]
            .iter()
            .any(|start| call.path.starts_with(start))
}

fn website(call: &Request) -> Reply {
    const LOGIN: &str = "/proj/page/login";
    if call.path == LOGIN {
        return Reply::text(
            200,
            "text/html; charset=utf-8",
            "<html><head><title>纷享销客</title></head></html>",
        );
    }
    let page = "<html>\r\n<head><title>302 Found</title></head>\r\n</html>\r\n";
    let mount = call.full_path.strip_suffix(&call.path).unwrap_or_default();
    Reply::text(302, "text/html", page).with_header("Location", format!("{mount}{LOGIN}"))
}
