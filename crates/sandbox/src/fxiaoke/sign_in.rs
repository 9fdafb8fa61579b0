//! The app, its secrets and its tokens (`protocols/fxiaoke.md` §2).
//!
//! A token lives 7200 s. For its first 6600 s every call for a token gives the same one; after that a call gives a
//! new one, and both are good until the old one dies.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, members};
use crate::stand_in::Chance;

const LIFETIME_MS: i64 = 7_200_000;
const RENEWABLE_AFTER_MS: i64 = 6_600_000;
const APP_TOKEN_LIFETIME_S: i64 = 2_592_000;

/// What an administrator sees on the page of the self-built app, and the ids of the tenant.
#[derive(Debug, Clone)]
pub struct App {
    pub app_id: String,
    pub app_secret: String,
    pub permanent_code: String,
    pub corp_id: String,
    /// 企业账号.
    pub ea: String,
    pub tenant_id: u64,
}

impl App {
    pub fn new(chance: &mut Chance) -> App {
        App {
            app_id: format!("FSAID_{}", chance.hex(7)),
            app_secret: chance.hex(32),
            permanent_code: chance.hex(32).to_uppercase(),
            corp_id: format!("FSCID_{}", chance.hex(32).to_uppercase()),
            ea: format!("fktest{}", 100 + chance.below(900)),
            tenant_id: 590_000 + chance.below(10_000),
        }
    }
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    issued_ms: i64,
}

/// The tokens of one style.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    issued: Vec<Token>,
}

impl Tokens {
    /// The token a caller gets now, and for how many more seconds it lives.
    pub fn take(&mut self, now_ms: i64, chance: &mut Chance) -> (String, i64) {
        self.issued.retain(|token| now_ms - token.issued_ms < LIFETIME_MS);
        let fresh = self.issued.last().is_some_and(|token| now_ms - token.issued_ms < RENEWABLE_AFTER_MS);
        if !fresh {
            self.issued.push(Token { text: chance.hex(32).to_uppercase(), issued_ms: now_ms });
        }
        let token = self.issued.last().expect("one was just pushed if none was fresh");
        (token.text.clone(), (LIFETIME_MS - (now_ms - token.issued_ms)) / 1000)
    }

    pub fn is_valid(&self, text: &str, now_ms: i64) -> bool {
        self.issued.iter().any(|token| token.text == text && now_ms - token.issued_ms < LIFETIME_MS)
    }

    pub fn forget(&mut self) {
        self.issued.clear();
    }
}

/// Both kinds of token; a token of one style is not good for the other.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// `corpAccessToken`.
    pub corp: Tokens,
    /// `accessToken` of OAuth 2.
    pub bearer: Tokens,
}

impl SignIn {
    /// `POST /cgi/corpAccessToken/get/V2` (§2.1).
    pub fn corp_token(&mut self, app: &App, body: &Value, now_ms: i64, chance: &mut Chance) -> Answer {
        check_app(app, body)?;
        check_permanent_code(app, body)?;
        let (token, expires_in) = self.corp.take(now_ms, chance);
        Ok(members(json!({ "corpAccessToken": token, "corpId": app.corp_id, "expiresIn": expires_in })))
    }

    /// `POST /oauth2.0/token` with `grantType` `app_secret` (§2.2).
    pub fn bearer_token(&mut self, app: &App, body: &Value, now_ms: i64, chance: &mut Chance) -> Answer {
        match body["grantType"].as_str() {
            Some("app_secret") => {}
            Some(other) => return Err(Refusal::parameter(&format!("grantType {other}"))),
            None => return Err(Refusal::parameter("grantType")),
        }
        check_app(app, body)?;
        check_permanent_code(app, body)?;
        let (token, expires_in) = self.bearer.take(now_ms, chance);
        Ok(members(json!({
            "openUserId": app.corp_id,
            "accessToken": token,
            "expiresIn": expires_in,
            "appId": app.app_id,
            "ea": app.ea,
        })))
    }

    /// `POST /cgi/appAccessToken/get`: only for the old single sign-on.
    pub fn app_token(app: &App, body: &Value, chance: &mut Chance) -> Answer {
        check_app(app, body)?;
        Ok(members(
            json!({ "appAccessToken": chance.hex(32).to_uppercase(), "expiresIn": APP_TOKEN_LIFETIME_S }),
        ))
    }

    pub fn forget(&mut self) {
        self.corp.forget();
        self.bearer.forget();
    }
}

fn check_app(app: &App, body: &Value) -> Result<(), Refusal> {
    match body["appId"].as_str() {
        None | Some("") => {
            return Err(Refusal::new(
                10001,
                "the parameter appId is missing or illegal",
                "缺少参数或参数不合法",
            ));
        }
        Some(id) if id != app.app_id => {
            return Err(Refusal::new(20006, "appId or appSecret is error", "appId或appSecret错误"));
        }
        Some(_) => {}
    }
    if body["appSecret"].as_str() != Some(&app.app_secret) {
        return Err(Refusal::new(
            10006,
            "the parameter appSecret is missing or illegal",
            "缺少参数或参数不合法",
        ));
    }
    Ok(())
}

fn check_permanent_code(app: &App, body: &Value) -> Result<(), Refusal> {
    match body["permanentCode"].as_str() {
        None | Some("") => Err(Refusal::new(
            10012,
            "the parameter permanentCode is missing or illegal",
            "缺少参数或参数不合法",
        )),
        Some(code) if code != app.permanent_code => {
            Err(Refusal::new(20015, "permanentCode is error", "永久授权码错误"))
        }
        Some(_) => Ok(()),
    }
}
