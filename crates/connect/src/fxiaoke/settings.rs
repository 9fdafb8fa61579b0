//! A connection's settings, read once per operation into types that cannot be wrong.
//!
//! The form itself, with its help texts, is in `connectors/fxiaoke/connector.yaml`.

use contract::connector::Refusal;
use model::connection::Connection;
use model::{AnswerClass, Cause, Secret};

/// The default cloud (`protocols/fxiaoke.md §1`).
const DEFAULT_HOST: &str = "https://open.fxiaoke.com";

/// Texts by which a refused create is taken for a duplicate. The vendor gives no code for it (L, `§3`), and the text
/// only decides whether we look the record up; it never decides that a write succeeded.
const DUPLICATE_WORDS: &str = "重复,duplicate";

/// Texts by which a refused write is taken to have met an approval under way, which ends by itself (L, `§3`).
const APPROVAL_WORDS: &str = "审批中,审核中,变更中,in approval,under review";

/// How calls are signed (`protocols/fxiaoke.md §2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `corpAccessToken` in the body (§2.1); most installed clients.
    Token,
    /// OAuth2 client credentials, in headers (§2.2).
    OAuth,
}

/// Whether plain queries show voided (作废) rows: an L fact of §4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voided {
    /// Perhaps not: they are asked for by their `life_status` in a second look. Right either way.
    Asked,
    /// They are; the second look is saved.
    Shown,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Without a slash at its end.
    pub(super) base_url: String,
    pub(super) app_id: String,
    pub(super) app_secret: Secret,
    pub(super) permanent_code: Secret,
    pub(super) style: Style,
    pub(super) operator: Option<String>,
    pub(super) admin_mobile: Option<String>,
    pub(super) voided: Voided,
    pub(super) duplicate_words: Vec<String>,
    pub(super) approval_words: Vec<String>,
}

impl Settings {
    /// Refused with the class `config` and the setting's name when one is missing or is not one of its choices.
    pub(super) fn of(connection: &Connection) -> Result<Settings, Refusal> {
        let base_url = connection.setting("base_url").unwrap_or(DEFAULT_HOST);
        if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
            return Err(wrong("base_url"));
        }
        Ok(Settings {
            base_url: base_url.trim_end_matches('/').to_owned(),
            app_id: connection.setting("app_id").ok_or_else(|| missing("app_id"))?.to_owned(),
            app_secret: secret(connection, "app_secret")?,
            permanent_code: secret(connection, "permanent_code")?,
            style: style(connection)?,
            operator: connection.setting("operator").map(str::to_owned),
            admin_mobile: connection.setting("admin_mobile").map(str::to_owned),
            voided: voided(connection)?,
            duplicate_words: words(connection, "duplicate_words", DUPLICATE_WORDS),
            approval_words: words(connection, "approval_words", APPROVAL_WORDS),
        })
    }

    /// The vendor's own scope of a token, host + appId + permanentCode, and the style it is good for
    /// (`protocols/fxiaoke.md §2.1`: cache per app). Two connections of one app share it.
    pub(super) fn scope(&self) -> String {
        let style = match self.style {
            Style::Token => "token",
            Style::OAuth => "oauth",
        };
        format!("fxiaoke|{style}|{}|{}|{}", self.base_url, self.app_id, self.permanent_code.reveal())
    }

    /// The host, for sentences.
    pub(super) fn host(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or(&*self.base_url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }
}

/// A list of words, separated by commas, in lower case.
fn words(connection: &Connection, setting: &str, usual: &str) -> Vec<String> {
    let words = connection.setting(setting).unwrap_or(usual).split([',', '，']);
    words.map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

fn style(connection: &Connection) -> Result<Style, Refusal> {
    match connection.setting("style") {
        None | Some("token") => Ok(Style::Token),
        Some("oauth") => Ok(Style::OAuth),
        Some(_) => Err(wrong("style")),
    }
}

fn voided(connection: &Connection) -> Result<Voided, Refusal> {
    match connection.setting("voided") {
        None | Some("asked") => Ok(Voided::Asked),
        Some("shown") => Ok(Voided::Shown),
        Some(_) => Err(wrong("voided")),
    }
}

fn secret(connection: &Connection, name: &str) -> Result<Secret, Refusal> {
    connection.secret(name).cloned().ok_or_else(|| missing(name))
}

fn missing(setting: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.setting_missing").with("setting", setting))
}

fn wrong(setting: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.setting_wrong").with("setting", setting))
}
