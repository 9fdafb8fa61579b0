//! The access token: one per app, shared, renewed early and by one caller at a time (§2).

use std::time::Duration;

use contract::connector::Refusal;
use contract::transport::Call;
use contract::wire::Token;
use model::{AnswerClass, Cause, Secret, Value};

use super::account::{Account, encoded};
use super::answer::{Effect, judge};

/// A token is no longer used so long before it expires.
const EARLY: Duration = Duration::from_secs(300);

/// The vendor's scope: one token per gateway and app.
pub(super) fn scope(account: &Account<'_>) -> String {
    format!("dingtalk {} {}", account.base_url, account.app_key)
}

/// A token that is good now; signs in when there is none.
pub(super) async fn current(account: &Account<'_>) -> Result<Token, Refusal> {
    let tokens = account.wire.tokens();
    let scope = scope(account);
    let now = || account.wire.clock().now();
    if let Some(token) = tokens.recall(&scope).await.filter(|token| now() < token.good_until) {
        return Ok(token);
    }
    let _only_one = tokens.single_flight(&scope).await;
    if let Some(token) = tokens.recall(&scope).await.filter(|token| now() < token.good_until) {
        return Ok(token);
    }
    renewed(account).await
}

/// Signs in whether there is a token or not: a check must try the secret that the connection has now.
pub(super) async fn renewed(account: &Account<'_>) -> Result<Token, Refusal> {
    let token = sign_in(account).await?;
    account.wire.tokens().keep(&scope(account), token.clone()).await;
    Ok(token)
}

/// `gettoken` (§2.1). Within the validity the vendor gives the same token again and extends it.
async fn sign_in(account: &Account<'_>) -> Result<Token, Refusal> {
    let secret = account.app_secret.reveal();
    let query = encoded(&[("appkey", account.app_key), ("appsecret", secret)]);
    let call = Call::get("gettoken", format!("{}/gettoken?{query}", account.base_url))
        .hiding(secret)
        .hiding(&encoded(&[("", secret)])[1..]);
    let sent = account.wire.clock().now();
    let answer = account.wire.send(call).await.map_err(|refusal| Effect::Read.without_answer(refusal))?;
    let value = judge(account, &answer, Effect::Read)?;
    let token = value.get("access_token").and_then(Value::as_text).filter(|token| !token.is_empty());
    let Some(token) = token else {
        let cause = Cause::new("dingtalk.unreadable_read").with("status", answer.status);
        return Err(Refusal::new(AnswerClass::Transient, cause));
    };
    let seconds = value.get("expires_in").and_then(Value::plain).and_then(|text| text.parse().ok());
    let validity = Duration::from_secs(seconds.unwrap_or(7200));
    Ok(Token {
        secret: Secret::new(token),
        with: Vec::new(),
        good_until: sent + validity.saturating_sub(EARLY),
    })
}
