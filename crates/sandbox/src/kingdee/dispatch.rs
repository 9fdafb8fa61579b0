//! From a call to its reply: the web server's own refusals, the sign-in, the session, and the operation.

use model::json;

use super::K3Cloud;
use super::arguments::Arguments;
use super::auth::login::{self, Welcome};
use super::auth::session::{guid, with_cookies};
use super::auth::signature::{Verdict, verify};
use super::catalogue::CATALOGUE;
use super::deferred::is_deferred;
use super::fault::{Code, Fault};
use super::ledger::Document;
use super::meta::ORGANISATION;
use super::operation::{Asked, Login, Operation};
use super::replies::{answer, page, refuse_body, unknown_service};
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
        let found = self.ledger.referred(ORGANISATION, org);
        let name = found.map_or("", |(form, document)| document.get(form, "FName").as_text());
        let welcome = Welcome {
            account: &self.account,
            company: &self.company,
            user_id: self.user,
            session_id: &session_id,
            web_id: &session.web_id,
            org: (org, name),
            result: if self.switches.is("login_result", "-5") { -5 } else { 1 },
        };
        let body = match self.switches.is("login_body", "text") {
            true => json::write(&welcome.body()).into(),
            false => welcome.body(),
        };
        with_cookies(answer(&body), &session_id, &session.web_id)
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
            Err(_) => return self.lost(operation, moment),
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

    /// The answer to a call without a session, in the shape of the operation (§2.4).
    fn lost(&self, operation: Operation, moment: &mut Moment) -> Reply {
        let reply = match self.switches.value("lost_session") {
            Some("unauthorized") => page(401, "401 - 未授权: 由于凭据无效，访问被拒绝。"),
            Some("login-page") => page(200, "金蝶云星空 - 登录"),
            _ => answer(&self.shaped(operation, &Fault::session_lost())),
        };
        // The web server opens an empty session of its own all the same (§2.3).
        with_cookies(reply, &guid(moment.chance), &moment.chance.hex(24))
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

    fn async_looks(&self) -> usize {
        match self.switches.value("async_polls") {
            Some("0") => 0,
            Some("3") => 3,
            _ => 1,
        }
    }

    pub(super) fn org_id(&self, number: &str) -> Option<i64> {
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
