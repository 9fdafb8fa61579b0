//! Calls: the address, body and proof of one request, and the one repetition after a lost session.

use std::time::Duration;

use bytes::Bytes;
use contract::Wire;
use contract::connector::Refusal;
use contract::transport::{Answer, Call, Carries};
use model::{AnswerClass, Cause, Value};

use super::answer::{self, Nature};
use super::settings::{BodyStyle, Settings};
use super::sign_in;
use super::zone::Zone;
use crate::manifest::Manifest;

/// The last part of a file takes the server long (`protocols/kingdee.md §3.9`).
const UPLOAD: (&str, Duration) = ("AttachmentUpload", Duration::from_secs(180));
const FORMS: &str = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService";
const SIGN_IN: &str = "Kingdee.BOS.WebApi.ServicesStub.AuthService";
const ACCOUNTS: &str = "Kingdee.BOS.ServiceFacade.ServicesStub.Account.AccountService";

/// One connection, ready to be called.
pub struct Api<'w> {
    pub wire: &'w dyn Wire,
    pub manifest: &'w Manifest,
    pub settings: Settings,
}

/// One operation of the forms service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub operation: &'static str,
    pub body: String,
    pub nature: Nature,
}

/// An answer that is neither a lost session nor a lost connection.
#[derive(Debug)]
pub struct Reply {
    operation: &'static str,
    answer: Answer,
    nature: Nature,
}

impl Reply {
    /// The reply as a value; see [`answer::value`] for what is no value.
    pub fn value(&self) -> Result<Value<'_>, Refusal> {
        answer::value(&self.answer, self.nature)
    }

    /// Whether the server does not know the address that was called, so that nothing was carried out.
    pub fn is_unknown_address(&self) -> bool {
        answer::is_unknown_address(&self.answer, self.operation)
    }
}

impl<'w> Api<'w> {
    /// # Errors
    /// Class `config` when the connection's settings do not suffice.
    pub fn open(wire: &'w dyn Wire, manifest: &'w Manifest) -> Result<Api<'w>, Refusal> {
        let settings = Settings::of(wire.connection());
        let settings = settings.map_err(|cause| Refusal::new(AnswerClass::Config, cause))?;
        Ok(Api { wire, manifest, settings })
    }

    /// Carries out one operation of the forms service. A lost session is renewed once; nothing was carried out then,
    /// so a write may be repeated (`protocols/kingdee.md §2.4`). A web page may be the sign-in page of a gateway: the
    /// session is not used again, and a read is repeated once.
    ///
    /// # Errors
    /// The sign-in's refusals, the wire's, and `kingdee.session_refused` when a fresh session is refused too.
    pub async fn call(&self, request: &Request) -> Result<Reply, Refusal> {
        self.call_carrying(request, &Carries::Nothing).await
    }

    /// As [`Api::call`], for one that carries a file's content.
    pub async fn call_carrying(&self, request: &Request, carries: &Carries) -> Result<Reply, Refusal> {
        let url = self.address(FORMS, request.operation);
        let refused = || Refusal::new(AnswerClass::Config, Cause::new("kingdee.session_refused"));
        let mut is_repeated = false;
        loop {
            let proof = sign_in::proof(self, &url).await?;
            let call = proof.put_on(self.post(request.operation, url.clone(), &request.body));
            let call = call.carrying(carries.clone());
            let answer = self.wire.send(call).await.map_err(|refusal| request.nature.refusal(refusal))?;
            let is_lost = answer::is_session_lost(&answer);
            let is_page = answer::is_web_page(&answer);
            if !is_lost && !is_page {
                sign_in::used(self, &proof).await;
                return Ok(Reply { operation: request.operation, answer, nature: request.nature });
            }
            let is_renewable = sign_in::lost(self, &proof).await;
            if is_repeated || !is_renewable || (is_page && request.nature == Nature::Write) {
                let reply = Reply { operation: request.operation, answer, nature: request.nature };
                return if is_lost { Err(refused()) } else { Ok(reply) };
            }
            is_repeated = true;
        }
    }

    /// A call of the sign-in service, which needs no proof.
    pub(super) async fn sign_in(&self, login: &sign_in::Login) -> Result<Reply, Refusal> {
        let mut call = self.post(login.method, self.address(SIGN_IN, login.method), &login.body);
        for secret in &login.secrets {
            call = call.hiding(secret);
        }
        self.plain(call).await
    }

    /// The list of account sets, which needs no proof (`protocols/kingdee.md §2.5`).
    pub async fn account_sets(&self) -> Result<Reply, Refusal> {
        let operation = "GetDataCenterList";
        self.plain(self.post(operation, self.address(ACCOUNTS, operation), "{}")).await
    }

    async fn plain(&self, call: Call) -> Result<Reply, Refusal> {
        let operation = call.operation;
        let answer = self.wire.send(call).await.map_err(|refusal| Nature::Read.refusal(refusal))?;
        Ok(Reply { operation, answer, nature: Nature::Read })
    }

    fn address(&self, service: &str, operation: &str) -> String {
        format!("{}/{service}.{operation}.common.kdsvc", self.settings.base_url)
    }

    fn post(&self, operation: &'static str, url: String, body: &str) -> Call {
        let mut call = Call::post_json(operation, url, Bytes::copy_from_slice(body.as_bytes()));
        call.timeout = match UPLOAD {
            (slow, longest) if slow == operation => longest.max(self.settings.timeout),
            _ => self.settings.timeout,
        };
        call.with_header("Accept-Charset", "utf-8")
    }

    /// The zone of the server: its session's word, else the setting's.
    pub async fn zone(&self) -> Zone {
        sign_in::zone(self).await.unwrap_or_else(|| self.settings.zone.clone())
    }

    /// The body of an operation on a form: `{"formid":…,"data":{…}}`, and `opNumber` where it has one.
    pub fn form_body(&self, form: &str, operation_number: Option<&str>, data: &str) -> String {
        let mut body = String::with_capacity(data.len() + 64);
        body.push_str("{\"formid\":");
        model::json::write_to(&mut body, &Value::text(form));
        if let Some(number) = operation_number {
            body.push_str(",\"opNumber\":");
            model::json::write_to(&mut body, &Value::text(number));
        }
        body.push(',');
        self.push_data(&mut body, data);
        body
    }

    /// The body of an operation that takes nothing but data: `{"data":{…}}`.
    pub fn data_body(&self, data: &str) -> String {
        let mut body = String::from("{");
        self.push_data(&mut body, data);
        body
    }

    fn push_data(&self, body: &mut String, data: &str) {
        body.push_str("\"data\":");
        match self.settings.body_style {
            BodyStyle::Object => body.push_str(data),
            BodyStyle::Text => model::json::write_to(body, &Value::text(data)),
        }
        body.push('}');
    }
}
