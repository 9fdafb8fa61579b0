//! One DingTalk app as configured, and calls on its behalf.

use contract::connector::Refusal;
use contract::transport::Call;
use contract::wire::Wire;
use model::{AnswerClass, Cause, Secret, Value, json};
use url::form_urlencoded;

use super::answer::{Effect, judge};
use super::token;
use crate::Manifest;

/// The settings of a connection, and its wire.
pub(super) struct Account<'w> {
    pub manifest: &'w Manifest,
    pub wire: &'w dyn Wire,
    /// Without a slash at its end. May hold a path.
    pub base_url: String,
    pub app_key: &'w str,
    pub app_secret: &'w Secret,
    /// The app's agent id, unless a notice names its own.
    pub agent_id: i64,
}

impl<'w> Account<'w> {
    pub(super) fn of(manifest: &'w Manifest, wire: &'w dyn Wire) -> Result<Account<'w>, Refusal> {
        let connection = wire.connection();
        let missing = |setting: &str| {
            let cause = Cause::new("dingtalk.setting_missing").with("setting", setting);
            Refusal::new(AnswerClass::Config, cause)
        };
        let agent_id = connection.setting("agent_id").ok_or_else(|| missing("agent_id"))?;
        Ok(Account {
            manifest,
            wire,
            base_url: base_url(manifest, wire),
            app_key: connection.setting("app_key").ok_or_else(|| missing("app_key"))?,
            app_secret: connection.secret("app_secret").ok_or_else(|| missing("app_secret"))?,
            agent_id: agent_id.parse().map_err(|_| {
                Refusal::new(
                    AnswerClass::Config,
                    Cause::new("dingtalk.bad_agent_id").with("agent_id", agent_id),
                )
            })?,
        })
    }

    /// Calls an interface of the old family with the token in the address (§1); a token that is not accepted is renewed
    /// once (§2.4). `hidden` are personal texts in the body.
    pub(super) async fn ask(
        &self,
        operation: &'static str,
        path: &str,
        body: &Value<'_>,
        effect: Effect,
        hidden: &[&str],
    ) -> Result<Value<'static>, Refusal> {
        let token = token::current(self).await?;
        match self.ask_once(operation, path, body, effect, hidden, &token.secret).await {
            Err(refusal) if refusal.class == AnswerClass::Auth => {
                self.wire.tokens().forget(&token::scope(self), &token).await;
                let token = token::current(self).await?;
                self.ask_once(operation, path, body, effect, hidden, &token.secret).await
            }
            outcome => outcome,
        }
    }

    async fn ask_once(
        &self,
        operation: &'static str,
        path: &str,
        body: &Value<'_>,
        effect: Effect,
        hidden: &[&str],
        token: &Secret,
    ) -> Result<Value<'static>, Refusal> {
        let query = encoded(&[("access_token", token.reveal())]);
        let call = Call::post_json(operation, format!("{}/{path}?{query}", self.base_url), json::write(body));
        let call = hidden.iter().fold(call.hiding(token.reveal()), |call, text| call.hiding(text));
        let answer = self.wire.send(call).await.map_err(|refusal| effect.without_answer(refusal))?;
        judge(self, &answer, effect)
    }
}

/// The address of the old family of interfaces, without a slash at its end.
pub(super) fn base_url(manifest: &Manifest, wire: &dyn Wire) -> String {
    let default = manifest.setting("base_url").and_then(|setting| setting.default).unwrap_or_default();
    let address = wire.connection().setting("base_url").map_or(default, str::to_owned);
    address.trim_end_matches('/').to_owned()
}

/// A query string.
pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
