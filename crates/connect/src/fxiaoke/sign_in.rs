//! Tokens in both styles (`protocols/fxiaoke.md §2.1`, `§2.2`): one per app, shared, renewed early, one caller at a
//! time.
//!
//! The vendor wants at most ten token calls a minute and never two at once. Single flight and the token's life see to
//! that while all is well; a sign-in that the vendor refused is remembered for [`REFUSED_FOR`], so that work which
//! keeps asking does not keep calling.

use std::time::Duration;

use contract::connector::Refusal;
use contract::transport::Call;
use contract::wire::Token;
use model::{AnswerClass, Cause, Hash, Map, Secret, Timestamp, Value, json};

use super::answer::whole_number;
use super::call::{Kind, Session};
use super::operator;
use super::path;
use super::settings::Style;

/// Parts that come with a token.
pub(super) const CORP_ID: &str = "corp_id";
pub(super) const EA: &str = "ea";

/// The employee id that a company's first administrator usually has (§1); used where a header must name somebody
/// before the operator is known.
pub(super) const ADMINISTRATOR: &str = "1000";

/// A token lives 7200 s; between 6600 and 7200 s a call gives a new one and both are good. So it is renewed when it
/// has 400 s left, at 6800 s of its life.
const RENEW_BEFORE: i64 = 400;

/// A token given with a short rest of its life is used for half of it, but not shorter than keeps to ten token calls
/// a minute.
const SHORTEST: i64 = 6;

/// How long a refused sign-in is not tried again: with the call that found the token refused, two token calls in this
/// span, eight in a minute.
const REFUSED_FOR: Duration = Duration::from_secs(15);

/// What a call is signed with.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) token: Token,
    pub(super) operator: Option<String>,
}

/// The credentials of a call on behalf of the operator.
pub(super) async fn with_operator(session: &Session<'_>) -> Result<Credentials, Refusal> {
    operator::credentials(session).await
}

pub(super) async fn without_operator(session: &Session<'_>) -> Result<Credentials, Refusal> {
    Ok(Credentials { token: token(session).await?, operator: None })
}

/// Gives up a token that the vendor did not accept, unless another caller has renewed it meanwhile.
pub(super) async fn forget(session: &Session<'_>, refused: &Token) {
    session.wire.tokens().forget(&session.settings.scope(), refused).await;
}

/// Remembers that even a renewed token was refused, so that the next calls do not renew it again at once.
pub(super) async fn remember_refusal(session: &Session<'_>, refusal: Refusal) -> Refusal {
    let refusal = Refusal::new(AnswerClass::Auth, refusal.cause);
    let scope = session.settings.scope();
    if let Some(token) = session.wire.tokens().recall(&scope).await {
        session.wire.tokens().forget(&scope, &token).await;
    }
    keep_refusal(session, &refusal).await;
    refusal
}

/// The app's token: the one kept while it is good, else a new one.
pub(super) async fn token(session: &Session<'_>) -> Result<Token, Refusal> {
    let scope = session.settings.scope();
    if let Some(token) = good(session, &scope).await {
        return Ok(token);
    }
    let _alone = session.wire.tokens().single_flight(&scope).await;
    if let Some(token) = good(session, &scope).await {
        return Ok(token);
    }
    if let Some(refusal) = remembered_refusal(session).await {
        return Err(refusal);
    }
    let token = fetch(session).await?;
    session.wire.tokens().keep(&scope, token.clone()).await;
    Ok(token)
}

async fn good(session: &Session<'_>, scope: &str) -> Option<Token> {
    let token = session.wire.tokens().recall(scope).await?;
    (session.wire.clock().now() < token.good_until).then_some(token)
}

/// Asks the vendor for a token.
async fn fetch(session: &Session<'_>) -> Result<Token, Refusal> {
    let answer = match session.exchange(Kind::Read, token_call(session)).await {
        Ok(answer) => answer,
        Err(failure) => {
            let refusal = of_sign_in(failure.into_refusal());
            if refusal.cause.param("code").is_some() {
                keep_refusal(session, &refusal).await;
            }
            return Err(refusal);
        }
    };
    token_of(session, &answer).ok_or_else(|| {
        Refusal::new(
            AnswerClass::Transient,
            Cause::new("fxiaoke.no_token").with("host", session.settings.host()),
        )
    })
}

fn token_call(session: &Session<'_>) -> Call {
    let settings = &session.settings;
    let mut body = Map::new();
    body.push("appId", settings.app_id.as_str());
    body.push("appSecret", settings.app_secret.reveal());
    body.push("permanentCode", settings.permanent_code.reveal());
    let (path, url) = match settings.style {
        Style::Token => (path::TOKEN, format!("{}{}", settings.base_url, path::TOKEN)),
        Style::OAuth => {
            body.push("grantType", "app_secret");
            (path::OAUTH_TOKEN, session.traced(path::OAUTH_TOKEN))
        }
    };
    Call::post_json(path, url, json::write(&Value::Map(body)))
        .hiding(settings.app_secret.reveal())
        .hiding(settings.permanent_code.reveal())
}

fn token_of(session: &Session<'_>, answer: &Map) -> Option<Token> {
    let text = |name: &str| answer.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let (secret, part, place) = match session.settings.style {
        Style::Token => (text("corpAccessToken")?, CORP_ID, "corpId"),
        Style::OAuth => (text("accessToken")?, EA, "ea"),
    };
    let rest = answer.get("expiresIn").and_then(whole_number).unwrap_or_default();
    Some(Token {
        secret: Secret::new(secret),
        with: vec![(part.into(), text(place).unwrap_or_default())],
        good_until: good_until(session.wire.clock().now(), rest),
    })
}

/// Until when a token with so many seconds left is used.
fn good_until(now: Timestamp, rest: i64) -> Timestamp {
    let seconds = if rest >= 2 * RENEW_BEFORE { rest - RENEW_BEFORE } else { (rest / 2).max(SHORTEST) };
    Timestamp(now.0.saturating_add(seconds.saturating_mul(1000)))
}

/// Whatever the vendor objects to in a sign-in is one of the three settings that were sent; quota and passing faults
/// aside.
fn of_sign_in(refusal: Refusal) -> Refusal {
    match refusal.class {
        AnswerClass::Rejected | AnswerClass::Auth => {
            let code = refusal.cause.param("code").unwrap_or_default().to_owned();
            let mut cause = Cause::new("fxiaoke.sign_in").with("code", code);
            cause.params.extend(refusal.cause.params.into_iter().filter(|(name, _)| name != "code"));
            Refusal::new(AnswerClass::Config, cause)
        }
        _ => refusal,
    }
}

/// Where a refused sign-in is remembered: with the secret's hash, so that a corrected secret is tried at once.
fn refusal_scope(session: &Session<'_>) -> String {
    let secret = Hash::of_text(session.settings.app_secret.reveal());
    format!("{}|refused|{secret}", session.settings.scope())
}

async fn keep_refusal(session: &Session<'_>, refusal: &Refusal) {
    let mut with = vec![("class".to_owned(), refusal.class.name().to_owned())];
    if let AnswerClass::Throttled(Some(until)) = refusal.class {
        with.push(("until".into(), until.0.to_string()));
    }
    with.push(("cause".into(), refusal.cause.code.clone().into_owned()));
    with.extend(refusal.cause.params.iter().map(|(name, value)| (format!("param.{name}"), value.clone())));
    let good_until = session.wire.clock().now() + REFUSED_FOR;
    let note = Token { secret: Secret::default(), with, good_until };
    session.wire.tokens().keep(&refusal_scope(session), note).await;
}

async fn remembered_refusal(session: &Session<'_>) -> Option<Refusal> {
    let note = good(session, &refusal_scope(session)).await?;
    let class = match AnswerClass::of_name(note.part("class")?)? {
        AnswerClass::Throttled(_) => {
            AnswerClass::Throttled(note.part("until").and_then(|until| until.parse().ok()).map(Timestamp))
        }
        class => class,
    };
    let mut cause = Cause::new(note.part("cause")?.to_owned());
    for (name, value) in &note.with {
        if let Some(name) = name.strip_prefix("param.") {
            cause = cause.with(name, value);
        }
    }
    Some(Refusal::new(class, cause))
}
