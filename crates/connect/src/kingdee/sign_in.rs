//! Signing in: sessions that are shared and renewed by one caller at a time, or signatures on every request.
//!
//! A session lives in the wire's token box under the scope of server, account set and user, so that connections with
//! the same three share it; it is sealed at rest and hidden in every record of a call.

mod by_sign;
mod headers;
mod login;

use contract::connector::Refusal;
use contract::transport::Call;
use contract::wire::Token;
use model::{AnswerClass, Cause, Hash, Secret, json};

use super::call::Api;
use super::settings::{Settings, SignIn};
use super::zone::Zone;

pub use login::Login;

/// How long a wrong password is not sent again: a few tries lock the account.
const CREDENTIALS_REST: std::time::Duration = std::time::Duration::from_secs(30 * 60);

/// What a request carries to show who it is from.
pub enum Proof {
    Session(Token),
    Headers(Vec<(&'static str, String)>),
}

impl Proof {
    /// The call with the proof in its headers, which no record shows.
    pub fn put_on(&self, call: Call) -> Call {
        match self {
            Proof::Session(token) => {
                let id = token.secret.reveal();
                let asp_id = token.part("asp_id").unwrap_or_default();
                let cookie = match asp_id {
                    "" => format!("kdservice-sessionid={id}"),
                    asp_id => format!("kdservice-sessionid={id}; ASP.NET_SessionId={asp_id}"),
                };
                call.with_header("kdservice-sessionid", id)
                    .with_header("Cookie", cookie)
                    .hiding(id)
                    .hiding(asp_id)
            }
            Proof::Headers(headers) => headers.iter().fold(call, |call, (name, value)| {
                let is_signature = name.ends_with("Signature");
                let call = call.with_header(name, value.as_str());
                if is_signature { call.hiding(value) } else { call }
            }),
        }
    }
}

/// The proof for a request to `url`: the session that is kept, a new one, or signatures.
///
/// # Errors
/// Class `config` for whatever an administrator must mend; a wrong password is refused from memory for half an hour.
/// `transient` when the server did not answer.
pub async fn proof(api: &Api<'_>, url: &str) -> Result<Proof, Refusal> {
    if api.settings.sign_in == SignIn::SignedHeaders {
        return signed(api, url).map_err(config);
    }
    let scope = scope(&api.settings);
    if let Some(token) = good_token(api, &scope).await {
        return Ok(Proof::Session(token));
    }
    let _only_one = api.wire.tokens().single_flight(&scope).await;
    if let Some(token) = good_token(api, &scope).await {
        return Ok(Proof::Session(token));
    }
    refused_before(api).await?;
    let token = signed_in(api).await?;
    api.wire.tokens().keep(&scope, token.clone()).await;
    Ok(Proof::Session(token))
}

/// A session lives on with each use; that is written down when half of its time has passed.
pub async fn used(api: &Api<'_>, proof: &Proof) {
    let Proof::Session(token) = proof else { return };
    let now = api.wire.clock().now();
    if token.good_until.since(now) < api.settings.session / 2 {
        let renewed = Token { good_until: now + lifetime(&api.settings), ..token.clone() };
        api.wire.tokens().keep(&scope(&api.settings), renewed).await;
    }
}

/// Forgets a session that the server does not know. Whether another try makes sense: signatures are as good as they
/// will ever be.
pub async fn lost(api: &Api<'_>, proof: &Proof) -> bool {
    match proof {
        Proof::Session(token) => {
            api.wire.tokens().forget(&scope(&api.settings), token).await;
            true
        }
        Proof::Headers(_) => false,
    }
}

/// The server's zone as the session told it; `None` where there is no session yet or it did not say.
pub async fn zone(api: &Api<'_>) -> Option<Zone> {
    let token = api.wire.tokens().recall(&scope(&api.settings)).await?;
    Zone::of_offset(token.part("offset")?.parse().ok()?)
}

/// Forgets that these credentials were refused: somebody checks the connection by hand.
pub async fn try_again(api: &Api<'_>) {
    let scope = refused_scope(&api.settings);
    if let Some(note) = api.wire.tokens().recall(&scope).await {
        api.wire.tokens().forget(&scope, &note).await;
    }
}

fn signed(api: &Api<'_>, url: &str) -> Result<Proof, Cause> {
    let settings = &api.settings;
    let signer = headers::Signer {
        app_id: &settings.app_id,
        app_secret: Settings::secret(api.wire.connection(), "app_secret")?,
        acct_id: &settings.acct_id,
        username: &settings.username,
        lcid: &settings.lcid,
        org_number: if settings.org_number.is_empty() { "0" } else { &settings.org_number },
    };
    Ok(Proof::Headers(signer.headers(url, api.wire.clock().now().0.div_euclid(1000))))
}

async fn good_token(api: &Api<'_>, scope: &str) -> Option<Token> {
    let token = api.wire.tokens().recall(scope).await?;
    (api.wire.clock().now() < token.good_until).then_some(token)
}

async fn signed_in(api: &Api<'_>) -> Result<Token, Refusal> {
    let now = api.wire.clock().now();
    let login = login::login(&api.settings, api.wire.connection(), now.0.div_euclid(1000)).map_err(config)?;
    let login = login.ok_or_else(|| config(Cause::new("kingdee.sign_in_refused")))?;
    let reply = api.sign_in(&login).await?;
    let value = reply.value()?;
    // Some versions answer with JSON text inside a JSON text.
    let inner = value.as_text().map(str::to_owned);
    let told = match inner.as_deref().map(json::read) {
        Some(Ok(inner)) => inner,
        _ => value,
    };
    if told.get("LoginResultType").is_none() {
        // Not the answer of a sign-in: it refuses nothing.
        return Err(Refusal::new(AnswerClass::Transient, Cause::new("kingdee.not_json")));
    }
    match login::session(&told) {
        Ok(session) => {
            let offset = session.offset.map(|seconds| ("offset".to_owned(), seconds.to_string()));
            let with = std::iter::once(("asp_id".to_owned(), session.asp_id)).chain(offset).collect();
            Ok(Token { secret: Secret::new(session.id), with, good_until: now + lifetime(&api.settings) })
        }
        Err(cause) => {
            if cause.code == "kingdee.credentials" {
                note_refused(api, &cause).await;
            }
            Err(config(cause))
        }
    }
}

/// Refuses what was refused before, while the credentials are the same and the rest is not over.
async fn refused_before(api: &Api<'_>) -> Result<(), Refusal> {
    let Some(note) = api.wire.tokens().recall(&refused_scope(&api.settings)).await else { return Ok(()) };
    let is_same = note.secret.reveal() == fingerprint(api);
    match is_same && api.wire.clock().now() < note.good_until {
        true => Err(config(
            Cause::new("kingdee.credentials").with("message", note.part("message").unwrap_or_default()),
        )),
        false => Ok(()),
    }
}

async fn note_refused(api: &Api<'_>, cause: &Cause) {
    let note = Token {
        secret: Secret::new(fingerprint(api)),
        with: vec![("message".to_owned(), cause.param("message").unwrap_or_default().to_owned())],
        good_until: api.wire.clock().now() + CREDENTIALS_REST,
    };
    api.wire.tokens().keep(&refused_scope(&api.settings), note).await;
}

/// Changes when a secret of the connection does.
fn fingerprint(api: &Api<'_>) -> String {
    let secrets = api.wire.connection().secrets.iter();
    let texts: Vec<&str> = secrets.flat_map(|(name, secret)| [name.as_str(), secret.reveal()]).collect();
    Hash::of_text(&texts.join("\u{1f}")).to_string()
}

fn config(cause: Cause) -> Refusal {
    Refusal::new(AnswerClass::Config, cause)
}

/// Renewed a little before the server would forget it.
fn lifetime(settings: &Settings) -> std::time::Duration {
    settings.session * 19 / 20
}

fn scope(settings: &Settings) -> String {
    let Settings { base_url, acct_id, username, app_id, sign_in, lcid, .. } = settings;
    format!("kingdee|{base_url}|{acct_id}|{username}|{sign_in:?}|{app_id}|{lcid}")
}

fn refused_scope(settings: &Settings) -> String {
    format!("{}|refused", scope(settings))
}

#[cfg(test)]
mod tests;
