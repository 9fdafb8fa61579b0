//! The settings of one connection, read once per operation into values that cannot be wrong.

use std::time::Duration;

use model::Cause;
use model::connection::Connection;

use super::zone::Zone;

/// How a connection proves who it is (`protocols/kingdee.md §2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// `ValidateUser`: user and password.
    Password,
    /// `LoginByAppSecret`: a third-party app acts for a user.
    AppSecret,
    /// `LoginBySign`: the same, but the app's secret does not travel.
    Sign,
    /// No session: every request is signed.
    SignedHeaders,
}

/// How dates stand in conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterStyle {
    /// `'2026-06-01 08:30:00'`
    Text,
    /// `{ts'2026-06-01 08:30:00'}`
    Odbc,
}

/// How the `data` of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyStyle {
    Object,
    /// As JSON text inside the JSON.
    Text,
}

const SIGN_INS: &[(&str, SignIn)] = &[
    ("password", SignIn::Password),
    ("app_secret", SignIn::AppSecret),
    ("sign", SignIn::Sign),
    ("signed_headers", SignIn::SignedHeaders),
];
const FILTER_STYLES: &[(&str, FilterStyle)] = &[("text", FilterStyle::Text), ("odbc", FilterStyle::Odbc)];
const BODY_STYLES: &[(&str, BodyStyle)] = &[("object", BodyStyle::Object), ("text", BodyStyle::Text)];
const QUERIES: &[(&str, &str)] = &[("ExecuteBillQuery", "ExecuteBillQuery"), ("BillQuery", "BillQuery")];
/// The vendor's own spelling of the operation first.
const SPELLINGS: &[(&str, &str)] =
    &[("ExcuteOperation", "ExcuteOperation"), ("ExecuteOperation", "ExecuteOperation")];

/// Everything a connection's file says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Without a slash at the end: `https://erp.example.com/k3cloud`.
    pub base_url: String,
    pub acct_id: String,
    pub username: String,
    pub sign_in: SignIn,
    pub lcid: String,
    /// Blank when none is set.
    pub org_number: String,
    pub app_id: String,
    /// Holds until a session says better.
    pub zone: Zone,
    pub filter_style: FilterStyle,
    pub body_style: BodyStyle,
    /// `ExecuteBillQuery` or `BillQuery`.
    pub query: &'static str,
    /// `ExcuteOperation` (the vendor's spelling) or `ExecuteOperation`; the other is tried when it is not there.
    pub operation: &'static str,
    /// How long a session lives after its last use.
    pub session: Duration,
    /// How long one call may take.
    pub timeout: Duration,
    /// Where people are looked up.
    pub person_object: String,
    /// Where a bill's attachments are listed.
    pub attachment_object: String,
    /// Forms whose changes show in other date fields than is known of them; no fields where they have none.
    pub date_fields: Vec<(String, Vec<String>)>,
}

impl Settings {
    /// Reads the settings of a connection.
    ///
    /// # Errors
    /// `kingdee.setting_missing` and `kingdee.setting_bad` with the setting's name, `kingdee.time_zone`.
    pub fn of(connection: &Connection) -> Result<Settings, Cause> {
        let need = |name: &str| {
            let missing = || Cause::new("kingdee.setting_missing").with("setting", name);
            connection.setting(name).map(str::to_owned).ok_or_else(missing)
        };
        let or = |name: &str, default: &str| connection.setting(name).unwrap_or(default).to_owned();
        let sign_in = chosen(connection, "sign_in", SIGN_INS)?;
        Ok(Settings {
            base_url: base_url(&need("base_url")?)?,
            acct_id: need("acct_id")?,
            username: need("username")?,
            app_id: if sign_in == SignIn::Password { or("app_id", "") } else { need("app_id")? },
            sign_in,
            lcid: or("lcid", "2052"),
            org_number: or("org_number", ""),
            zone: Zone::named(&or("time_zone", "Asia/Shanghai"))?,
            filter_style: chosen(connection, "filter_style", FILTER_STYLES)?,
            body_style: chosen(connection, "body_style", BODY_STYLES)?,
            query: chosen(connection, "query_operation", QUERIES)?,
            operation: chosen(connection, "operation_spelling", SPELLINGS)?,
            session: Duration::from_secs(60 * number(connection, "session_minutes", 20)?),
            timeout: Duration::from_secs(number(connection, "timeout_seconds", 60)?),
            person_object: or("person_object", "BD_Empinfo"),
            attachment_object: or("attachment_object", "BOS_Attachment"),
            date_fields: date_fields(&or("date_fields", ""))?,
        })
    }

    /// A secret that the sign-in needs.
    ///
    /// # Errors
    /// `kingdee.setting_missing`
    pub fn secret<'c>(connection: &'c Connection, name: &str) -> Result<&'c str, Cause> {
        let missing = || Cause::new("kingdee.setting_missing").with("setting", name);
        connection.secret(name).map(model::Secret::reveal).ok_or_else(missing)
    }

    /// The date fields that the connection names for a form.
    pub fn dates_of(&self, form: &str) -> Option<&[String]> {
        let named = self.date_fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(form));
        named.map(|(_, fields)| fields.as_slice())
    }

    /// A date and time as a literal of a condition.
    pub fn date_literal(&self, local: &str) -> String {
        match self.filter_style {
            FilterStyle::Text => format!("'{local}'"),
            FilterStyle::Odbc => format!("{{ts'{local}'}}"),
        }
    }
}

/// The value of a setting that is one of these; the first when it is not set.
fn chosen<T: Copy>(connection: &Connection, name: &str, choices: &[(&str, T)]) -> Result<T, Cause> {
    let Some(set) = connection.setting(name) else { return Ok(choices[0].1) };
    let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(set));
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        bad(name, set, &known.join(", "))
    })
}

/// `SAL_SaleOrder: FModifyDate, FCloseDate; BD_X:` as forms and their fields.
fn date_fields(text: &str) -> Result<Vec<(String, Vec<String>)>, Cause> {
    let is_key = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let of_form = |part: &str| {
        let (form, fields) = part.split_once(':')?;
        let fields: Vec<String> = fields
            .split(',')
            .map(|field| field.trim().to_owned())
            .filter(|field| !field.is_empty())
            .collect();
        let form = form.trim();
        (!form.is_empty() && is_key(form) && fields.iter().all(|field| is_key(field)))
            .then(|| (form.to_owned(), fields))
    };
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    parts
        .map(|part| {
            of_form(part).ok_or_else(|| bad("date_fields", part, "SAL_SaleOrder: FModifyDate, FCloseDate"))
        })
        .collect()
}

fn number(connection: &Connection, name: &str, default: u64) -> Result<u64, Cause> {
    let Some(set) = connection.setting(name) else { return Ok(default) };
    match set.parse() {
        Ok(number) if (1..=100_000).contains(&number) => Ok(number),
        _ => Err(bad(name, set, "1 – 100000")),
    }
}

fn bad(name: &str, set: &str, known: &str) -> Cause {
    Cause::new("kingdee.setting_bad").with("setting", name).with("value", set).with("known", known)
}

/// The base with `/k3cloud` and without a slash at the end. People paste the address of the sign-in page or of the
/// server, and the server does not mind upper or lower case.
fn base_url(set: &str) -> Result<String, Cause> {
    let example = "https://erp.example.com/k3cloud";
    let mut url = url::Url::parse(set).map_err(|_| bad("base_url", set, example))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad("base_url", set, example));
    }
    let path = url.path().to_owned();
    let end = path.to_ascii_lowercase().find("/k3cloud").map(|at| at + "/k3cloud".len());
    let path = match end {
        Some(end) => &path[..end],
        None if path == "/" => "/k3cloud",
        None => path.trim_end_matches('/'),
    };
    url.set_path(path);
    url.set_query(None);
    url.set_fragment(None);
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchanges::connection;

    #[test]
    fn the_address_may_be_written_as_people_find_it() {
        for (set, expected) in [
            ("https://erp.example.com/k3cloud", "https://erp.example.com/k3cloud"),
            ("https://erp.example.com/K3Cloud/", "https://erp.example.com/K3Cloud"),
            ("http://10.1.2.3:8080", "http://10.1.2.3:8080/k3cloud"),
            ("https://erp.example.com/k3cloud/html5/index.aspx?x=1", "https://erp.example.com/k3cloud"),
            ("https://erp.example.com/kingdee/k3cloud", "https://erp.example.com/kingdee/k3cloud"),
            ("https://erp.example.com/galaxy/", "https://erp.example.com/galaxy"),
        ] {
            assert_eq!(base_url(set).as_deref(), Ok(expected), "{set}");
        }
        for set in ["erp.example.com", "ftp://erp.example.com/k3cloud", "https://"] {
            let cause = base_url(set).unwrap_err();
            assert_eq!(
                (&*cause.code, cause.param("setting")),
                ("kingdee.setting_bad", Some("base_url")),
                "{set}"
            );
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let full = [
            ("base_url", "https://erp.example.com/k3cloud"),
            ("acct_id", "6501f2c7a2b0a1"),
            ("username", "zhangsan"),
        ];
        for (extra, code, setting) in [
            (("sign_in", "sign"), "kingdee.setting_missing", Some("app_id")),
            (("sign_in", "passport"), "kingdee.setting_bad", Some("sign_in")),
            (("session_minutes", "0"), "kingdee.setting_bad", Some("session_minutes")),
            (("time_zone", "上海"), "kingdee.time_zone", None),
            (("date_fields", "FModifyDate"), "kingdee.setting_bad", Some("date_fields")),
            (("date_fields", "X: F') or (1=1"), "kingdee.setting_bad", Some("date_fields")),
        ] {
            let settings: Vec<(&str, &str)> = full.iter().copied().chain([extra]).collect();
            let cause = Settings::of(&connection("kingdee-k3cloud", &settings, &[])).unwrap_err();
            assert_eq!((&*cause.code, cause.param("setting")), (code, setting), "{extra:?}");
        }
        let settings = Settings::of(&connection("kingdee-k3cloud", &full, &[])).unwrap();
        assert_eq!((settings.query, settings.lcid.as_str()), ("ExecuteBillQuery", "2052"));
        assert_eq!(settings.date_literal("2026-06-01 08:30:00"), "'2026-06-01 08:30:00'");
    }
}
