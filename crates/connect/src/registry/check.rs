//! Whether a connection's settings are what its connector needs.

use model::Cause;
use model::connection::Connection;
use url::Url;

use super::Registry;
use crate::manifest::{Manifest, Setting, SettingKind};
use crate::nearest::nearest;

impl Registry {
    /// What is wrong with a connection's settings: missing ones with the help text, unknown ones with the nearest known
    /// name, values of the wrong kind, secrets among plain settings. Empty when all is well.
    pub fn check_settings(&self, connection: &Connection) -> Vec<Cause> {
        let Some(manifest) = self.manifest(&connection.connector) else {
            let known: Vec<&str> = self.manifests().map(|manifest| manifest.name()).collect();
            let cause = Cause::new("connection.unknown_connector")
                .with("connection", &connection.name)
                .with("connector", &connection.connector)
                .with("known", known.join(", "));
            return vec![cause];
        };
        let mut settings = manifest.settings().to_vec();
        settings.extend(Manifest::common_settings());
        let mut causes: Vec<Cause> =
            settings.iter().filter_map(|setting| wrong_value(connection, setting)).collect();
        causes.extend(unknown(connection, &settings));
        causes
    }

    /// What is worth a warning: addresses in plain http.
    pub fn warnings(&self, connection: &Connection) -> Vec<Cause> {
        let Some(manifest) = self.manifest(&connection.connector) else { return Vec::new() };
        manifest
            .settings()
            .iter()
            .filter(|setting| setting.kind == SettingKind::Url)
            .filter_map(|setting| {
                let value = connection.setting(&setting.name).or(setting.default.as_deref())?;
                let plain = value.to_ascii_lowercase().starts_with("http://");
                plain.then(|| about("connection.plain_http", connection, setting))
            })
            .collect()
    }
}

fn about(code: &'static str, connection: &Connection, setting: &Setting) -> Cause {
    Cause::new(code)
        .with("connection", &connection.name)
        .with("setting", &setting.name)
        .with("title_zh", &setting.title.zh)
        .with("title_en", &setting.title.en)
        .with("help_zh", &setting.help.zh)
        .with("help_en", &setting.help.en)
}

fn wrong_value(connection: &Connection, setting: &Setting) -> Option<Cause> {
    if setting.kind == SettingKind::Secret {
        if connection.setting(&setting.name).is_some() {
            return Some(about("connection.setting_not_secret", connection, setting));
        }
        let missing = setting.required && connection.secret(&setting.name).is_none();
        return missing.then(|| about("connection.setting_missing", connection, setting));
    }
    let Some(value) = connection.setting(&setting.name) else {
        let missing = setting.required && setting.default.is_none();
        return missing.then(|| about("connection.setting_missing", connection, setting));
    };
    let (zh, en) = wanted(&setting.kind, value)?;
    let cause = about("connection.setting_bad", connection, setting);
    Some(cause.with("wanted_zh", zh).with("wanted_en", en))
}

/// What the value should have been, when it is not.
fn wanted(kind: &SettingKind, value: &str) -> Option<(String, String)> {
    match kind {
        SettingKind::Number if value.parse::<u64>().is_err() => {
            Some(("整数".into(), "a whole number".into()))
        }
        SettingKind::Url if !is_address(value) => Some((
            "以 http:// 或 https:// 开头的地址，不含用户名和密码".into(),
            "an address that begins with http:// or https://, without user name and password".into(),
        )),
        SettingKind::Choice(choices) if !choices.iter().any(|choice| choice.value == value) => {
            let known: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
            let known = known.join(", ");
            Some((format!("以下之一：{known}"), format!("one of {known}")))
        }
        _ => None,
    }
}

fn is_address(value: &str) -> bool {
    Url::parse(value).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn unknown<'c>(connection: &'c Connection, settings: &'c [Setting]) -> impl Iterator<Item = Cause> + 'c {
    let names = connection.settings.iter().map(|(name, _)| name);
    let names = names.chain(connection.secrets.iter().map(|(name, _)| name));
    let is_known = |name: &str| settings.iter().any(|setting| setting.name == name);
    names.filter(move |name| !is_known(name)).map(|name| {
        let known = || settings.iter().map(|setting| setting.name.as_str());
        let cause = match nearest(name, known()) {
            Some(meant) => Cause::new("connection.setting_meant").with("meant", meant),
            None => {
                let known: Vec<&str> = known().collect();
                Cause::new("connection.setting_unknown").with("known", known.join(", "))
            }
        };
        cause.with("connection", &connection.name).with("setting", name)
    })
}
