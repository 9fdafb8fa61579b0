//! A connection's settings, read once per operation into types that cannot be wrong.
//!
//! The form itself, with its help texts, is in `connectors/standard-erp/connector.yaml`.

use contract::connector::Refusal;
use jiff::tz::TimeZone;
use model::connection::Connection;
use model::object::Object;
use model::{AnswerClass, Cause, Secret};

use super::body::{AnswerFormat, Format};

/// Who gives a new record its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdBy {
    Erp,
    Caller,
}

/// The paths of the four calls below the base address (`protocols/standard-erp.md §1, §2`).
#[derive(Debug, Clone)]
pub(super) struct Paths {
    pub create: String,
    pub update: String,
    pub batch: String,
    pub by_id: String,
}

/// How an answer's envelope is read (`§1`: what means success is not fixed by the document).
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    pub code: String,
    pub message: String,
    pub data: String,
    pub success: Vec<String>,
    /// Codes that say that there is no such record.
    pub absent: Vec<String>,
    /// Codes that say that there is one already.
    pub duplicate: Vec<String>,
    /// What other codes mean, where the administrator says so.
    pub classes: Vec<(String, AnswerClass)>,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Without a slash at its end.
    pub base_url: String,
    pub token: Secret,
    pub headers: Vec<(String, String)>,
    /// Their values are not shown anywhere.
    pub secret_headers: Vec<(String, String)>,
    pub paths: Paths,
    pub format: Format,
    pub answers: AnswerFormat,
    pub envelope: Envelope,
    pub id_by: IdBy,
    pub records: RecordRules,
    /// How far back a look-up by other fields than the id reaches; absent reaches to the beginning.
    pub lookup_days: Option<i64>,
}

/// What is known of all records of a connection, whichever way they come.
#[derive(Debug, Clone)]
pub(super) struct RecordRules {
    /// In which times without a zone are written.
    pub zone: TimeZone,
    /// The field and value that void a record, of objects that do not say it themselves.
    pub void: Option<(String, String)>,
}

impl RecordRules {
    pub(super) fn of(connection: &Connection) -> Result<RecordRules, Refusal> {
        let zone = connection.setting("time_zone").unwrap_or("Asia/Shanghai");
        let zone = TimeZone::get(zone).map_err(|_| wrong("time_zone"))?;
        Ok(RecordRules { zone, void: void(connection)? })
    }

    /// The field and value that void a record of the object.
    pub(super) fn void_of<'r>(&'r self, object: &'r Object) -> Option<&'r (String, String)> {
        object.void.as_ref().or(self.void.as_ref())
    }
}

impl Settings {
    /// Refused with the class `config` and the setting's name when one is missing or wrong.
    pub(super) fn of(connection: &Connection) -> Result<Settings, Refusal> {
        let base_url = connection.setting("base_url").ok_or_else(|| missing("base_url"))?;
        if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
            return Err(wrong("base_url"));
        }
        let text = |name: &str, usual: &str| connection.setting(name).unwrap_or(usual).to_owned();
        let path = |name: &str, usual: &str| text(name, usual).trim_start_matches('/').to_owned();
        Ok(Settings {
            base_url: base_url.trim_end_matches('/').to_owned(),
            token: connection.secret("token").cloned().ok_or_else(|| missing("token"))?,
            headers: headers("headers", connection.setting("headers").unwrap_or_default())?,
            secret_headers: headers(
                "secret_headers",
                connection.secret("secret_headers").map(Secret::reveal).unwrap_or_default(),
            )?,
            paths: Paths {
                create: path("create_path", "create"),
                update: path("update_path", "update"),
                batch: path("batch_path", "queryMasterBatch"),
                by_id: path("by_id_path", "queryMasterById"),
            },
            format: Format::of_name(&text("format", "json")).ok_or_else(|| wrong("format"))?,
            answers: AnswerFormat::of_name(&text("answers", "auto")).ok_or_else(|| wrong("answers"))?,
            envelope: Envelope {
                code: text("code_name", "code"),
                message: text("message_name", "message"),
                data: text("data_name", "data"),
                success: list(&text("success_code", "0")),
                absent: list(&text("absent_code", "")),
                duplicate: list(&text("duplicate_code", "")),
                classes: classes(&text("codes", ""))?,
            },
            id_by: match &*text("id_by", "erp") {
                "erp" => IdBy::Erp,
                "caller" => IdBy::Caller,
                _ => return Err(wrong("id_by")),
            },
            records: RecordRules::of(connection)?,
            lookup_days: days(connection)?,
        })
    }

    /// The host, as people know it from the form.
    pub(super) fn host(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }
}

/// How a record of the object is voided: as its text says, else as the connection does.
pub(super) fn void_of(connection: &Connection, object: &Object) -> Result<Option<(String, String)>, Refusal> {
    match &object.void {
        Some(void) => Ok(Some(void.clone())),
        None => void(connection),
    }
}

/// How a record of the connection is voided: a field and what it then holds; `None` where that is not set.
fn void(connection: &Connection) -> Result<Option<(String, String)>, Refusal> {
    match (connection.setting("void_field"), connection.setting("void_value")) {
        (Some(field), Some(value)) => Ok(Some((field.to_owned(), value.to_owned()))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("void_value")),
        (None, Some(_)) => Err(missing("void_field")),
    }
}

fn days(connection: &Connection) -> Result<Option<i64>, Refusal> {
    let Some(text) = connection.setting("lookup_days") else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(days @ 1..=36_500) => Ok(Some(days)),
        _ => Err(wrong("lookup_days")),
    }
}

/// `0, 200`.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `1001 = rejected, 2001 = throttled`.
fn classes(text: &str) -> Result<Vec<(String, AnswerClass)>, Refusal> {
    let class = |pair: &str| {
        let (code, class) = pair.split_once('=')?;
        Some((code.trim().to_owned(), AnswerClass::of_name(class.trim())?))
    };
    list(text).iter().map(|pair| class(pair).ok_or_else(|| wrong("codes"))).collect()
}

/// `Name: value; Name: value`.
fn headers(setting: &str, text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let header = |part: &str| {
        let (name, value) = part.split_once(':')?;
        let (name, value) = (name.trim(), value.trim());
        let is_sound =
            !name.is_empty() && name.bytes().all(is_of_name) && !value.chars().any(char::is_control);
        is_sound.then(|| (name.to_owned(), value.to_owned()))
    };
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| header(part).ok_or_else(|| wrong(setting))).collect()
}

fn missing(setting: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("erp.setting_missing").with("setting", setting))
}

pub(super) fn wrong(setting: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("erp.setting_wrong").with("setting", setting))
}
