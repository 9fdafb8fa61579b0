//! The app and its access token (`protocols/dingtalk.md` §2). One token works in both families.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, members};
use crate::stand_in::{Chance, Request};

const LIFETIME_MS: i64 = 7_200_000;

/// The app as its developer sees it.
#[derive(Debug, Clone)]
pub struct App {
    pub app_key: String,
    pub app_secret: String,
    pub agent_id: i64,
    pub corp_id: String,
}

impl App {
    pub fn new(chance: &mut Chance) -> App {
        App {
            app_key: format!("ding{}", chance.hex(16)),
            app_secret: format!("{}-{}", chance.hex(30), chance.hex(33)),
            agent_id: 1_000_000_000 + chance.below(3_000_000_000) as i64,
            corp_id: format!("ding{}", chance.hex(20)),
        }
    }
}

/// The token in force. Asking again while it lives gives the same one and, by the switch, extends it.
#[derive(Debug, Clone, Default)]
pub struct Token {
    current: Option<(String, i64)>,
}

impl Token {
    /// The token a caller gets now, and for how many more seconds it lives.
    fn take(&mut self, now_ms: i64, extends: bool, chance: &mut Chance) -> (String, i64) {
        let living = self.current.take().filter(|(_, expires_ms)| now_ms < *expires_ms);
        let (text, expires_ms) = match living {
            Some((text, expires_ms)) if !extends => (text, expires_ms),
            Some((text, _)) => (text, now_ms + LIFETIME_MS),
            None => (chance.hex(32), now_ms + LIFETIME_MS),
        };
        self.current = Some((text.clone(), expires_ms));
        (text, (expires_ms - now_ms) / 1000)
    }

    pub fn is_valid(&self, text: &str, now_ms: i64) -> bool {
        self.current.as_ref().is_some_and(|(token, expires_ms)| token == text && now_ms < *expires_ms)
    }

    pub fn forget(&mut self) {
        self.current = None;
    }

    /// `GET /gettoken` (§2.1), also with `corpid` and `corpsecret`.
    pub fn old(&mut self, app: &App, call: &Request, now: (i64, bool), chance: &mut Chance) -> Answer {
        let parameter = |names: [&str; 2]| names.into_iter().find_map(|name| call.parameter(name));
        let (Some(key), Some(secret)) =
            (parameter(["appkey", "corpid"]), parameter(["appsecret", "corpsecret"]))
        else {
            return Err(Refusal::business(40035, "缺少参数 corpid or appkey"));
        };
        if (key != app.app_key && key != app.corp_id) || secret != app.app_secret {
            return Err(Refusal::business(40096, "不合法的appKey或appSecret"));
        }
        let (token, expires_in) = self.take(now.0, now.1, chance);
        Ok(members(json!({ "errcode": 0, "access_token": token, "errmsg": "ok", "expires_in": expires_in })))
    }

    /// `POST /v1.0/oauth2/accessToken` (§2.2).
    pub fn modern(&mut self, app: &App, body: &Value, now: (i64, bool), chance: &mut Chance) -> Answer {
        if body["appKey"].as_str() != Some(&app.app_key)
            || body["appSecret"].as_str() != Some(&app.app_secret)
        {
            return Err(Refusal::modern(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret"));
        }
        let (token, expires_in) = self.take(now.0, now.1, chance);
        Ok(members(json!({ "accessToken": token, "expireIn": expires_in })))
    }

    /// `POST /v1.0/oauth2/{corpId}/token` (§2.3).
    pub fn unified(
        &mut self,
        app: &App,
        corp_id: &str,
        body: &Value,
        now: (i64, bool),
        chance: &mut Chance,
    ) -> Answer {
        if corp_id != app.corp_id {
            return Err(Refusal::modern(500, "unknownError", "未知错误"));
        }
        if body["grant_type"].as_str() != Some("client_credentials") {
            return Err(Refusal::modern(400, "unsupported.grant.type", "不支持的grant_type"));
        }
        if body["client_id"].as_str() != Some(&app.app_key)
            || body["client_secret"].as_str() != Some(&app.app_secret)
        {
            return Err(Refusal::modern(400, "invalid.client", "无效的client"));
        }
        let (token, expires_in) = self.take(now.0, now.1, chance);
        Ok(members(json!({ "access_token": token, "expires_in": expires_in })))
    }
}
