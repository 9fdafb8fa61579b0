//! Whether a connection's settings are what its connector needs.

use std::net::Ipv6Addr;

use contract::connector::Finding;
use model::Cause;
use model::connection::Connection;
use url::Url;

use super::Registry;
use crate::manifest::{Manifest, Setting, SettingKind};
use crate::nearest::nearest;
use crate::transport::is_host;

impl Registry {
    /// Missing settings with the help text, unknown ones with the nearest known name, values of the wrong kind, secrets
    /// among plain settings; as a warning, addresses in plain http.
    pub(super) fn settings_of(&self, connection: &Connection) -> Vec<Finding> {
        let mistake = |cause| Finding { ok: false, cause };
        let Some(manifest) = self.manifest(&connection.connector) else {
            let known: Vec<&str> = self.manifests().map(|manifest| manifest.name()).collect();
            let cause = Cause::new("connection.unknown_connector")
                .with("connection", &connection.name)
                .with("connector", &connection.connector)
                .with("known", known.join(", "));
            return vec![mistake(cause)];
        };
        let mut settings = manifest.settings().to_vec();
        settings.extend(Manifest::common_settings());
        let wrong = settings.iter().filter_map(|setting| wrong_value(connection, setting)).map(mistake);
        let unknown = unknown(connection, &settings).map(mistake);
        let plain = settings.iter().filter_map(|setting| plain_http(connection, setting));
        let hosts = connection.hosts.iter().filter(|host| !is_host(host)).map(|host| {
            let cause = Cause::new("connection.host_bad").with("connection", &connection.name);
            mistake(cause.with("setting", "hosts").with("host", host))
        });
        wrong.chain(unknown).chain(hosts).chain(plain.map(|cause| Finding { ok: true, cause })).collect()
    }
}

/// An address without TLS; allowed, and worth a warning.
fn plain_http(connection: &Connection, setting: &Setting) -> Option<Cause> {
    let value = connection.setting(&setting.name).or(setting.default.as_deref())?;
    let is_plain = setting.kind == SettingKind::Url
        && setting.name != "proxy"
        && value.to_ascii_lowercase().starts_with("http://");
    is_plain.then(|| about("connection.plain_http", connection, setting))
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
        SettingKind::Host if value.contains(':') && value.parse::<Ipv6Addr>().is_err() || !is_host(value) => {
            Some((
                "服务器的名称或地址，不带端口".into(),
                "the name or address of a server, without a port".into(),
            ))
        }
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
