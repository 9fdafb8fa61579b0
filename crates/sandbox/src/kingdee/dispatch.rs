//! From a call to its reply: the web server's own refusals, the sign-in, the session, and the operation.

use model::{Map, Value, json};

use super::K3Cloud;
use super::arguments::{Arguments, Malformed, member, plain};
use super::auth::login::{self, Welcome};
use super::auth::session::{guid, with_cookies};
use super::auth::signature::{Verdict, verify};
use super::catalogue::CATALOGUE;
use super::deferred::is_deferred;
use super::fault::{Code, Fault, Outcome, object};
use super::ledger::Document;
use super::meta::ORGANISATION;
use super::operation::{Asked, Login, Operation};
use super::query::run::{bill_query, execute_bill_query};
use super::save::Intent;
use super::status::Step;
use super::turn::{self, Turn};
use super::{allocate, effect, groups, push, save, status, view};
use crate::stand_in::{Moment, Reply, Request};

/// Who calls: the organisation the session works in, and the cookies of a session that was just opened.
struct Caller {
    org: i64,
    opened: Option<(String, String)>,
}

impl K3Cloud {
    pub(super) fn dispatch(&mut self, call: &Request, moment: &mut Moment) -> Reply {
        if !call.method.eq_ignore_ascii_case("POST") {
            return page(405, "405 - 不允许用于访问此页的 HTTP 谓词。");
        }
        let operation = match self.asked(call) {
            Asked::Operation(operation) => operation,
            Asked::Unknown(service) => return unknown_service(&service),
            Asked::Nothing => return page(404, "404 - 找不到文件或目录。"),
        };
        let arguments = match Arguments::read(operation, call, self.switches.is("request_filter", "markup")) {
            Ok(arguments) => arguments,
            Err(malformed) => return refuse_body(&malformed),
        };
        match operation {
            Operation::DataCenters => answer(&login::data_centers(&self.account)),
            Operation::Login(way) => self.login(way, &arguments, moment),
            Operation::Logout => answer(&self.sessions.close(call).into()),
            operation => self.with_session(operation, &arguments, call, moment),
        }
    }

    fn login(&mut self, way: Login, arguments: &Arguments, moment: &mut Moment) -> Reply {
        if let Err(refusal) = login::check(&self.account, way, arguments) {
            return answer(&refusal.body());
        }
        let org = self.home_org();
        let (session_id, session) = self.sessions.open(moment.chance, org, moment.now_ms);
        let (form, name) = match self.ledger.referred(ORGANISATION, org) {
            Some((form, document)) => (form, document.get(form, "FName").as_text()),
            None => (CATALOGUE.form(ORGANISATION), ""),
        };
        debug_assert_eq!(form.def.id, ORGANISATION);
        let welcome = Welcome {
            account: &self.account,
            company: &self.company,
            user_id: self.user,
            session_id: &session_id,
            web_id: &session.web_id,
            org: (org, name),
        };
        with_cookies(answer(&welcome.body()), &session_id, &session.web_id)
    }

    fn with_session(
        &mut self,
        operation: Operation,
        arguments: &Arguments,
        call: &Request,
        moment: &mut Moment,
    ) -> Reply {
        if moment.conditions.session_lost {
            self.sessions.close(call);
        }
        let caller = match self.caller(call, moment) {
            Ok(caller) => caller,
            Err(Verdict::OtherDataCenter) => {
                return Reply::text(500, "text/plain; charset=utf-8", "Fail to verify thirty passport");
            }
            Err(_) => {
                let reply = answer(&self.shaped(operation, &Fault::session_lost()));
                // The web server opens an empty session of its own all the same (§2.3).
                return with_cookies(reply, &guid(moment.chance), &moment.chance.hex(24));
            }
        };
        let body = match moment.conditions.throttled {
            true => Err(Fault::new(Code::Throttled, "接口调用超过限制次数，请稍后再试")),
            false => self.perform(operation, arguments, call, caller.org, moment),
        };
        let body = body.unwrap_or_else(|fault| self.shaped(operation, &fault));
        let body = match is_deferred(arguments) && operation != Operation::QueryAsyncResult {
            true => self.tasks.begin(moment.chance, body, self.async_looks()),
            false => body,
        };
        let reply = answer(&body);
        match caller.opened {
            Some((session_id, web_id)) => with_cookies(reply, &session_id, &web_id),
            None => reply,
        }
    }

    /// A living session is enough; without one, signed headers open one silently (§2.3).
    fn caller(&mut self, call: &Request, moment: &mut Moment) -> Result<Caller, Verdict> {
        let minutes = match self.switches.value("session_minutes") {
            Some("60") => 60,
            Some("1") => 1,
            _ => 20,
        };
        if let Some(session) = self.sessions.seen(call, moment.now_ms, minutes) {
            return Ok(Caller { org: session.org, opened: None });
        }
        match verify(&self.account, call) {
            Verdict::Valid { org_number } => {
                // An unknown organisation is passed over silently (§2.3).
                let org = self.org_id(&org_number).unwrap_or_else(|| self.home_org());
                let (session_id, session) = self.sessions.open(moment.chance, org, moment.now_ms);
                Ok(Caller { org, opened: Some((session_id, session.web_id)) })
            }
            verdict => Err(verdict),
        }
    }

    fn perform(
        &mut self,
        operation: Operation,
        arguments: &Arguments,
        call: &Request,
        org: i64,
        moment: &mut Moment,
    ) -> Result<Value<'static>, Fault> {
        if operation == Operation::QueryAsyncResult {
            return self.tasks.look(arguments);
        }
        let packet = arguments.packet()?;
        if operation == Operation::SwitchOrg {
            return self.switch_org(call, &packet, moment.now_ms);
        }
        let mut turn = Turn {
            ledger: &mut self.ledger,
            switches: &self.switches,
            now_ms: moment.now_ms,
            user: self.user,
            org,
            conditions: moment.conditions,
        };
        match operation {
            Operation::ExecuteBillQuery => execute_bill_query(&turn, &packet),
            Operation::BillQuery => bill_query(&turn, &packet),
            Operation::QueryBusinessInfo => view::business_info(&packet),
            Operation::QueryGroupInfo => groups::query(&turn, &packet),
            Operation::GroupDelete => groups::delete(&mut turn, &packet),
            Operation::AttachmentUpload => self.files.upload(&turn, moment.chance, &packet),
            Operation::AttachmentDownLoad => self.files.download(&packet),
            operation => {
                let form = turn::form(arguments.form_id()?.trim())?;
                match operation {
                    Operation::Save => save::save(&mut turn, &mut self.repeats, form, &packet, Intent::Save),
                    Operation::Draft => {
                        save::save(&mut turn, &mut self.repeats, form, &packet, Intent::Draft)
                    }
                    Operation::BatchSave => save::batch_save(&mut turn, &mut self.repeats, form, &packet),
                    Operation::Submit => status::run(&mut turn, form, &packet, Step::Submit),
                    Operation::Audit => status::run(&mut turn, form, &packet, Step::Audit),
                    Operation::UnAudit => status::run(&mut turn, form, &packet, Step::UnAudit),
                    Operation::Delete => status::run(&mut turn, form, &packet, Step::Delete),
                    Operation::CancelAssign => status::run(&mut turn, form, &packet, Step::CancelAssign),
                    Operation::View => view::run(&turn, form, &packet),
                    Operation::ExecuteOperation => effect::run(&mut turn, form, arguments, &packet),
                    Operation::Push => push::run(&mut turn, form, &packet),
                    Operation::Allocate => allocate::allocate(&mut turn, form, &packet),
                    Operation::CancelAllocate => allocate::cancel(&mut turn, form, &packet),
                    _ => groups::save(&mut turn, form, &packet),
                }
            }
        }
    }

    fn switch_org(&mut self, call: &Request, packet: &Map, now_ms: i64) -> Result<Value<'static>, Fault> {
        let number = plain(member(packet, "OrgNumber"));
        let none = || Fault::new(Code::NoData, format!("编码为“{number}”的组织不存在"));
        let org = self.org_id(&number).ok_or_else(none)?;
        if let Some(session) = self.sessions.seen(call, now_ms, 24 * 60) {
            session.org = org;
        }
        Ok(Outcome::fine().body([]))
    }

    /// A fault in the shape of the operation called (§4).
    fn shaped(&self, operation: Operation, fault: &Fault) -> Value<'static> {
        let body = fault.body();
        match operation {
            Operation::ExecuteBillQuery => Value::List(vec![Value::List(vec![body])]),
            Operation::BillQuery if self.switches.is("bill_query_error", "wrapped") => {
                Value::List(vec![body])
            }
            Operation::View if fault.code == Code::SessionLost && self.switches.is("lost_view", "empty") => {
                let result = object([("ResponseStatus", Value::Null), ("Result", Value::Null)]);
                object([("Result", result.into())]).into()
            }
            _ => body,
        }
    }

    fn async_looks(&self) -> usize {
        match self.switches.value("async_polls") {
            Some("0") => 0,
            Some("3") => 3,
            _ => 1,
        }
    }

    fn org_id(&self, number: &str) -> Option<i64> {
        let form = CATALOGUE.form(ORGANISATION);
        self.ledger.table(form).ids_of(number.trim()).first().copied()
    }

    /// The organisation that the integration user works in.
    pub(super) fn home_org(&self) -> i64 {
        let form = CATALOGUE.form(ORGANISATION);
        let first = || self.ledger.table(form).iter().next().map(|document: &Document| document.id);
        self.org_id(&self.account.org_number).or_else(first).unwrap_or(0)
    }
}

fn answer(body: &Value) -> Reply {
    Reply::text(200, "application/json; charset=utf-8", json::write(body))
}

/// A page of the web server.
fn page(status: u16, title: &str) -> Reply {
    let html = format!(
        "<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>服务器错误</h1>\
         <h2>{title}</h2></body>\r\n</html>\r\n"
    );
    Reply::text(status, "text/html", html)
}

/// The platform's own answer for a service that it does not know (§4, third party of failures).
fn unknown_service(service: &str) -> Reply {
    let error = object([
        ("_httpCode", 500.into()),
        ("ClassName", "Kingdee.BOS.ServiceFacade.KDServiceException".into()),
        ("Message", format!("服务{service}不存在").into()),
        ("InnerExWrapper", Value::Null),
        ("StackTraceString", Value::Null),
    ]);
    Reply::text(
        200,
        "text/plain; charset=utf-8",
        format!("response_error:{}", json::write(&Value::Map(error))),
    )
}

/// The answers to bodies that never reach an operation (§1).
fn refuse_body(malformed: &Malformed) -> Reply {
    let body = match malformed {
        Malformed::NotJson(message) => {
            let error = object([
                ("errorTitle", "金蝶温馨提示: 应用服务器发生错误，请联系系统管理员检修！".into()),
                ("errorInfo", (*message).into()),
            ]);
            Value::Map(action("ShowErrMsg", error))
        }
        Malformed::Suspicious => {
            let message = "请求参数存在可疑数据,当前请求已经被拦截规则[caller_in_less_Point_Bracket]阻止!";
            let confirm = object([
                ("title", "".into()),
                ("msg", message.into()),
                ("option", 0.into()),
                ("msgType", 0.into()),
            ]);
            Value::List(vec![Value::Map(action("showConfirm", confirm))])
        }
    };
    Reply::text(200, "text/plain; charset=utf-8", json::write(&body))
}

fn action(name: &'static str, parameters: Map<'static>) -> Map<'static> {
    object([("actionname", name.into()), ("params", Value::List(vec![parameters.into()]))])
}

/// The code with which a reply refuses its call: `MsgCode`, `LoginResultType`, or what the web server said.
pub(super) fn refusal(reply: &Reply) -> Option<String> {
    if reply.status >= 400 {
        return Some(reply.status.to_string());
    }
    let body = json::read_bytes(&reply.body).ok();
    let Some(mut value) = body.as_ref() else { return Some("response_error".into()) };
    while let Value::List(list) = value {
        let [one] = list.as_slice() else { return None };
        value = one;
    }
    if value.get("actionname").is_some() {
        return Some("refused".into());
    }
    if let Some(result) = value.get("LoginResultType") {
        let result = plain(Some(result));
        return (result != "1").then(|| format!("login {result}"));
    }
    let status = value.get("Result")?.get("ResponseStatus")?;
    let failed = status.get("IsSuccess") == Some(&Value::Bool(false));
    failed.then(|| format!("MsgCode {}", plain(status.get("MsgCode"))))
}
