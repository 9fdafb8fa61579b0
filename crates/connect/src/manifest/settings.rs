//! The settings of a connection, as its form shows them.

use super::{Manifest, Words};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    pub title: Words,
    pub kind: SettingKind,
    pub required: bool,
    /// Taken when the setting is absent or blank.
    pub default: Option<String>,
    pub example: Option<String>,
    /// Where the value is found, and what must be bought or approved first.
    pub help: Words,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingKind {
    Text,
    /// Sealed wherever it is stored, and never shown again.
    Secret,
    Choice(Vec<Choice>),
    /// A whole number.
    Number,
    /// An http or https address.
    Url,
    /// The name or address of a server that is not spoken to over HTTP; its port is the setting `port`.
    Host,
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub title: Words,
}

impl SettingKind {
    /// The name in manifests.
    pub fn name(&self) -> &'static str {
        match self {
            SettingKind::Text => "text",
            SettingKind::Secret => "secret",
            SettingKind::Choice(_) => "choice",
            SettingKind::Number => "number",
            SettingKind::Url => "url",
            SettingKind::Host => "host",
        }
    }
}

impl Manifest {
    /// A setting of this connector by name, the common ones included.
    pub fn setting(&self, name: &str) -> Option<Setting> {
        let own = self.settings.iter().find(|setting| setting.name == name).cloned();
        own.or_else(|| Manifest::common_settings().into_iter().find(|setting| setting.name == name))
    }

    /// The settings whose kind is secret, the common ones included.
    pub fn secrets(&self) -> Vec<String> {
        let mut settings = self.settings.clone();
        settings.extend(Manifest::common_settings());
        settings.retain(|setting| setting.kind == SettingKind::Secret);
        settings.into_iter().map(|setting| setting.name).collect()
    }

    /// The settings that every connection may have: they go before the facts of the manifest.
    pub fn common_settings() -> Vec<Setting> {
        let number = |name: &str, zh: &str, en: &str, help_zh: &str, help_en: &str| Setting {
            name: name.into(),
            title: Words { zh: zh.into(), en: en.into() },
            kind: SettingKind::Number,
            required: false,
            default: None,
            example: None,
            help: Words { zh: help_zh.into(), en: help_en.into() },
        };
        let mut settings: Vec<Setting> = COMMON
            .iter()
            .map(|(name, zh, en, help_zh, help_en)| number(name, zh, en, help_zh, help_en))
            .collect();
        settings.push(Setting {
            kind: SettingKind::Url,
            example: Some("http://proxy.example.com:3128".into()),
            ..number(
                "proxy",
                "代理服务器",
                "Proxy",
                "访问该系统必须经过代理时填写；不填则直接连接，不读取系统的代理设置。",
                "Set only if this system is reached through a proxy. Without it calls go out directly; the proxy settings \
                 of the machine are not read.",
            )
        });
        settings.extend(HOOKS.map(|(name, zh, en, help_zh, help_en)| Setting {
            kind: SettingKind::Secret,
            ..number(name, zh, en, help_zh, help_en)
        }));
        settings
    }
}

/// Name, titles and helps of the whole numbers among the common settings.
const COMMON: [(&str, &str, &str, &str, &str); 6] = [
    (
        "settle_seconds",
        "写入确认时间（秒）",
        "Settle window (seconds)",
        "写入后没有收到应答时，对方最晚多久还可能出现这张单据。网络差或对方服务器慢时调大。",
        "How long after a write whose answer was lost the document may still appear. Raise it for slow systems.",
    ),
    (
        "overlap_seconds",
        "读取重叠时间（秒）",
        "Overlap (seconds)",
        "每次读取从上次结束前多久开始，防止晚提交的数据被漏掉。",
        "How far before the end of the last reading the next one begins, so that late commits are not missed.",
    ),
    (
        "rate",
        "每秒调用次数",
        "Calls per second",
        "对该系统每秒最多调用多少次。默认按厂商公布的限制；购买了更高配额后可调大。",
        "Most calls a second. By default the vendor's published limit; raise it if you bought more.",
    ),
    (
        "at_once",
        "并发调用数",
        "Calls at once",
        "同时进行的调用最多多少个。对方服务器吃力时调小。",
        "Most calls in flight at once. Lower it if the system is under strain.",
    ),
    (
        "daily_calls",
        "每日调用配额",
        "Calls per day",
        "该账号每天可用的接口调用次数；用完后等到次日再继续。",
        "How many calls this account may make a day; when they are spent, work waits until the next day.",
    ),
    (
        "page",
        "每页条数",
        "Records per page",
        "每次读取最多取多少条。应答太大或超时时调小。",
        "Most records of one page. Lower it if answers are too large or time out.",
    ),
];

/// Name, titles and helps of the secrets among the common settings.
const HOOKS: [(&str, &str, &str, &str, &str); 2] = [
    (
        "hook_secret",
        "Webhook 密钥",
        "Secret of webhooks",
        "集成流写了 hook 时填写：与发送方约定的密钥，或它给出的签名密钥。自己定时用足够长的随机字符，例如 openssl rand -hex 32。",
        "For flows with a hook: the secret agreed upon with the sender, or the signing secret it gave out. If you choose it, let it be long and \
         random, such as openssl rand -hex 32 makes.",
    ),
    (
        "hook_secret_next",
        "Webhook 新密钥",
        "Next secret of webhooks",
        "更换密钥期间填写新密钥，新旧都接受；发送方改用新密钥后，把它移到 hook_secret。",
        "The new secret while it is being changed: both are taken. Move it to hook_secret once the sender uses it.",
    ),
];
