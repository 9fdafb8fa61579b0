//! One business call: signed in the connection's style, with the token renewed and the call repeated once when the
//! token was not accepted (`protocols/fxiaoke.md §2`).

use bytes::Bytes;
use contract::Wire;
use contract::connector::Refusal;
use contract::transport::{Call, Carries};
use model::{AnswerClass, Map, Value, json};

use super::answer::{self, Failure};
use super::settings::{Settings, Style};
use super::sign_in::{self, Credentials};
use crate::manifest::Manifest;

/// One operation on one connection: its wire, its settings and the manifest's table of errors.
pub(super) struct Session<'s> {
    pub(super) wire: &'s dyn Wire,
    pub(super) manifest: &'s Manifest,
    pub(super) settings: Settings,
    /// Personal texts that no record of a call may show.
    personal: Vec<String>,
}

/// Whether a call changes anything. What is unknown of a call that only reads is merely to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
}

impl<'s> Session<'s> {
    pub(super) fn open(wire: &'s dyn Wire, manifest: &'s Manifest) -> Result<Session<'s>, Refusal> {
        let settings = Settings::of(wire.connection())?;
        let personal = settings.admin_mobile.iter().cloned().collect();
        Ok(Session { wire, manifest, settings, personal })
    }

    /// Names a personal text that is about to be sent: a person's mobile number.
    pub(super) fn hiding(mut self, personal: &str) -> Session<'s> {
        self.personal.push(personal.to_owned());
        self
    }

    /// A call on behalf of the operator: everything below `/cgi/crm/`.
    ///
    /// A token that is not accepted is renewed and the call sent once more. A call that is answered so was not carried
    /// out, so that a write may be repeated.
    pub(super) async fn crm(
        &self,
        path: &'static str,
        kind: Kind,
        body: Map<'_>,
    ) -> Result<Map<'static>, Refusal> {
        let credentials = sign_in::with_operator(self).await?;
        match self.post(path, kind, &body, &credentials).await {
            Err(Failure::StaleToken(_)) => {}
            other => return other.map_err(Failure::into_refusal),
        }
        sign_in::forget(self, &credentials.token).await;
        let renewed = sign_in::with_operator(self).await?;
        self.post_again(path, kind, &body, &renewed).await
    }

    /// A call that needs no operator: address book and messages. Repeated like [`Session::crm`].
    pub(super) async fn plain(
        &self,
        path: &'static str,
        kind: Kind,
        body: Map<'_>,
    ) -> Result<Map<'static>, Refusal> {
        let credentials = sign_in::without_operator(self).await?;
        match self.post(path, kind, &body, &credentials).await {
            Err(Failure::StaleToken(_)) => {}
            other => return other.map_err(Failure::into_refusal),
        }
        sign_in::forget(self, &credentials.token).await;
        let renewed = sign_in::without_operator(self).await?;
        self.post_again(path, kind, &body, &renewed).await
    }

    /// The call with a renewed token; there is no third time.
    async fn post_again(
        &self,
        path: &'static str,
        kind: Kind,
        body: &Map<'_>,
        renewed: &Credentials,
    ) -> Result<Map<'static>, Refusal> {
        match self.post(path, kind, body, renewed).await {
            Err(Failure::StaleToken(refusal)) => Err(sign_in::remember_refusal(self, refusal).await),
            other => other.map_err(Failure::into_refusal),
        }
    }

    /// One call with these credentials.
    async fn post(
        &self,
        path: &'static str,
        kind: Kind,
        body: &Map<'_>,
        credentials: &Credentials,
    ) -> Result<Map<'static>, Failure> {
        let call = match self.settings.style {
            Style::Token => self.token_call(path, body, credentials),
            Style::OAuth => self.oauth_call(path, body, credentials),
        };
        let call = self.personal.iter().fold(call, |call, text| call.hiding(text));
        let outcome = self.exchange(kind, call.hiding(credentials.token.secret.reveal())).await;
        outcome.map_err(|failure| match failure {
            // The sign-in, which comes first, went well at that address.
            Failure::Refused(refusal) if kind == Kind::Read && is_page(&refusal) => {
                Failure::Refused(Refusal { class: AnswerClass::Transient, ..refusal })
            }
            other => other,
        })
    }

    /// A file's content, in the old style; at most so many bytes. A refusal comes as an envelope.
    pub(super) async fn download(
        &self,
        path: &'static str,
        body: Map<'_>,
        most: u64,
    ) -> Result<Bytes, Refusal> {
        for is_last in [false, true] {
            let credentials = sign_in::without_operator(self).await?;
            let mut call =
                self.token_call(path, &body, &credentials).hiding(credentials.token.secret.reveal());
            call.max_bytes = usize::try_from(most).unwrap_or(usize::MAX);
            call.timeout = super::files::UPLOAD_LIMIT;
            call.carries = Carries::FileDown;
            let answer = self.wire.send(call).await.map_err(passing)?;
            if answer.status == 200 && !super::files::is_envelope(&answer.body) {
                return Ok(answer.body);
            }
            match answer::read(self.manifest, self.settings.host(), &answer, self.wire.clock().now()) {
                Err(Failure::StaleToken(_)) if !is_last => sign_in::forget(self, &credentials.token).await,
                Err(failure) => return Err(passing(failure.into_refusal())),
                Ok(_) => break,
            }
        }
        Err(super::query::unreadable(path))
    }

    /// Sends a call that is complete, and reads the envelope.
    pub(super) async fn exchange(&self, kind: Kind, call: Call) -> Result<Map<'static>, Failure> {
        let outcome = match self.wire.send(call).await {
            Ok(answer) => answer::read(self.manifest, self.settings.host(), &answer, self.wire.clock().now()),
            Err(refusal) => Err(Failure::Refused(refusal)),
        };
        outcome.map_err(|failure| match failure {
            Failure::Refused(refusal) => Failure::Refused(match kind {
                Kind::Read => passing(refusal),
                Kind::Write => doubted(refusal),
            }),
            stale => stale,
        })
    }

    /// §2.1: credentials in the body, in front of the call's own members.
    fn token_call(&self, path: &'static str, body: &Map<'_>, credentials: &Credentials) -> Call {
        let token = &credentials.token;
        let mut whole = Map::with_capacity(body.len() + 3);
        whole.push("corpAccessToken", token.secret.reveal());
        whole.push("corpId", token.part(sign_in::CORP_ID).unwrap_or_default());
        if let Some(operator) = &credentials.operator {
            whole.push("currentOpenUserId", operator.as_str());
        }
        body.iter().for_each(|(name, value)| whole.push(name, value.borrow()));
        Call::post_json(path, format!("{}{path}", self.settings.base_url), json::write(&Value::Map(whole)))
    }

    /// §2.2: credentials in headers, a random trace id in the address.
    fn oauth_call(&self, path: &'static str, body: &Map<'_>, credentials: &Credentials) -> Call {
        let token = &credentials.token;
        let operator = credentials.operator.as_deref().unwrap_or(sign_in::ADMINISTRATOR);
        Call::post_json(path, self.traced(path), json::write(&Value::Map(body.borrow())))
            .with_header("authorization", format!("Bearer {}", token.secret.reveal()))
            .with_header("x-fs-ea", token.part(sign_in::EA).unwrap_or_default())
            .with_header("x-fs-userid", operator)
    }

    /// The address with a trace id of ours, which the vendor's support can search for.
    pub(super) fn traced(&self, path: &str) -> String {
        let chance = self.wire.chance();
        format!("{}{path}?thirdTraceId={:016x}{:016x}", self.settings.base_url, chance.next(), chance.next())
    }
}

/// A page with status 200 says nothing of the write behind it: whoever stands in between may have shown it after the
/// gateway did the work. Where the address is wrong the sign-in, which comes first, has said so already.
fn doubted(refusal: Refusal) -> Refusal {
    match is_page(&refusal) {
        true => Refusal { class: AnswerClass::Unknown, ..refusal },
        false => refusal,
    }
}

fn is_page(refusal: &Refusal) -> bool {
    refusal.cause.code == "fxiaoke.wrong_host" && refusal.cause.param("status") == Some("200")
}

/// For a call that changes nothing there is no `unknown`: it may be made again.
fn passing(refusal: Refusal) -> Refusal {
    match refusal.class {
        AnswerClass::Unknown => Refusal::new(AnswerClass::Transient, refusal.cause),
        _ => refusal,
    }
}
