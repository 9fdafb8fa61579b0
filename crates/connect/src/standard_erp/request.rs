//! The request of each of the four calls, from what is asked (`protocols/standard-erp.md §1, §2`).

use contract::connector::Refusal;
use contract::transport::Call;
use model::object::Object;
use model::{Map, Timestamp, Value};
use url::form_urlencoded::Serializer;

use super::settings::Settings;

/// What is asked of the system.
#[derive(Debug)]
pub(super) enum Ask<'a> {
    /// A new record, as it is to be.
    Create(&'a Map<'a>),
    /// What changes, and of which record.
    Update {
        id: &'a str,
        document: &'a Map<'a>,
    },
    /// The records that changed in the closed span, from an offset.
    Batch {
        from: Timestamp,
        to: Timestamp,
        offset: usize,
        limit: usize,
    },
    ById(&'a str),
}

impl Ask<'_> {
    /// The call's name, for records and counts.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Ask::Create(_) => "create",
            Ask::Update { .. } => "update",
            Ask::Batch { .. } => "queryMasterBatch",
            Ask::ById(_) => "queryMasterById",
        }
    }

    /// Whether it may change something.
    pub(super) fn is_write(&self) -> bool {
        matches!(self, Ask::Create(_) | Ask::Update { .. })
    }
}

/// The call that asks it. Nothing is sent.
///
/// # Errors
/// `xml.*`, `rejected`, for a document that the connection's format cannot hold.
pub(super) fn call(settings: &Settings, object: &Object, ask: &Ask<'_>) -> Result<Call, Refusal> {
    let paths = &settings.paths;
    let path = match ask {
        Ask::Create(_) => &paths.create,
        Ask::Update { .. } => &paths.update,
        Ask::Batch { .. } => &paths.batch,
        Ask::ById(_) => &paths.by_id,
    };
    let url = format!("{}/{path}", settings.base_url);
    let call = match body(object, ask) {
        Some(body) => {
            let body = settings.format.write(&body)?;
            let mut call = Call::post_json(ask.operation(), url, body);
            call.headers = vec![("Content-Type".into(), settings.format.content_type().into())];
            call
        }
        None => {
            let mark = if url.contains('?') { '&' } else { '?' };
            Call::get(ask.operation(), format!("{url}{mark}{}", query(object, ask)))
        }
    };
    Ok(signed(settings, call))
}

/// The headers that every call carries.
pub(super) fn signed(settings: &Settings, call: Call) -> Call {
    let token = settings.token.reveal();
    let mut call = call.with_header("token", token).hiding(token);
    for (name, value) in &settings.headers {
        call = call.with_header(name, value.as_str());
    }
    for (name, value) in &settings.secret_headers {
        call = call.with_header(name, value.as_str()).hiding(value);
    }
    call
}

/// `{"objAPIName","masterFieldVal","detailFieldVals"}`; `None` where the question stands in the address.
pub(super) fn body<'a>(object: &'a Object, ask: &'a Ask<'_>) -> Option<Value<'a>> {
    let (document, id) = match ask {
        Ask::Create(document) => (document, None),
        Ask::Update { id, document } => (document, Some(*id)),
        _ => return None,
    };
    let (mut master, mut details) = (Map::with_capacity(document.len() + 1), Map::new());
    if let Some(id) = id {
        master.push(&*object.id, id);
    }
    for (name, value) in document.iter().filter(|(name, _)| id.is_none() || *name != object.id) {
        match object.detail(name) {
            Some(_) => details.push(name, value.borrow()),
            None => master.push(name, value.borrow()),
        }
    }
    let mut body = Map::with_capacity(3);
    body.push("objAPIName", &*object.code);
    body.push("masterFieldVal", master);
    body.push("detailFieldVals", details);
    Some(Value::Map(body))
}

fn query(object: &Object, ask: &Ask<'_>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in question(object, ask).iter() {
        query.append_pair(name, &value.plain().unwrap_or_default());
    }
    query.finish()
}

/// What stands in the address, by its names: of what only reads.
pub(super) fn question<'a>(object: &'a Object, ask: &Ask<'a>) -> Map<'a> {
    let mut question = Map::with_capacity(6);
    question.push("objAPIName", &*object.code);
    match ask {
        Ask::Batch { from, to, offset, limit } => {
            question.push("startTime", from.0);
            question.push("endTime", to.0);
            question.push("includeDetail", true);
            question.push("offset", *offset as i64);
            question.push("limit", *limit as i64);
        }
        Ask::ById(id) => {
            question.push("dataId", *id);
            question.push("includeDetail", true);
        }
        Ask::Create(_) | Ask::Update { .. } => {}
    }
    question
}
