//! The connector seam: how to talk to one kind of system.
//!
//! A connector is a value without state of its own; everything that varies (settings, tokens, time, the network)
//! comes through the [`Wire`]. Operations that a system does not have are left out, and answer with [`unsupported`].

mod asks;
mod bulletin;
mod callback;
mod derived;
mod facts;
mod files;
mod people;
mod push;

use std::sync::Arc;

use async_trait::async_trait;
use model::connection::Connection;
use model::step::Step;
use model::{AnswerClass, Cause, Map, Timestamp, Value};

pub use self::asks::{CountAsk, LookupAsk, Page, PageAsk};
pub use self::bulletin::{Announcement, Bulletin};
pub use self::derived::{Derived, DerivedRow};
pub use self::facts::{Facts, Limits, ObjectFacts};
pub use self::files::{ATTACHMENTS, Bytes, Chunks, File, FileEntry, FilePlace, FileSide, file_too_large};
pub use self::people::{PeopleAsk, Person};
pub use self::push::{PushRules, PushedBill, PushedRecord};
use crate::wire::Wire;

pub use callback::{CallReply, Event, IncomingCall, Verified};

/// Why an operation did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", class.name(), cause.code)]
pub struct Refusal {
    pub class: AnswerClass,
    pub cause: Cause,
}

impl Refusal {
    pub fn new(class: AnswerClass, cause: Cause) -> Refusal {
        Refusal { class, cause }
    }
}

/// What a person must mend in the business data.
impl From<Cause> for Refusal {
    fn from(cause: Cause) -> Refusal {
        Refusal::new(AnswerClass::Rejected, cause)
    }
}

/// The refusal for an operation that the system does not have.
pub fn unsupported(operation: &str) -> Refusal {
    Refusal::new(AnswerClass::Config, Cause::new("connector.unsupported").with("operation", operation))
}

/// One record as found at a system. Its body holds the fields asked for, each in the shape in which a write would
/// have it, so that what was written and what was read back can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    pub version: Option<i64>,
    /// The observed status, one of [`ObjectFacts::statuses`] or a further word of the connector's.
    pub status: Option<String>,
    /// Voided or deleted.
    pub void: bool,
    /// Closed for further business (关闭); `None` where the object knows no such thing or it was not read.
    pub closed: Option<bool>,
    pub body: Map<'static>,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanAsk<'a> {
    pub connection: &'a Connection,
    pub object: &'a str,
    /// The complete document for a create (base and mapping merged).
    pub create: &'a Map<'a>,
    /// The mapped fields only, for an update.
    pub mapped: &'a Map<'a>,
    /// Top-level fields of `mapped` that differ from the last agreement (all of them when there is none).
    pub changed: &'a [String],
    /// What the target holds now; `None` where there is nothing yet.
    pub observed: Option<&'a Found>,
    /// The wanted status, or a transition that a voided record asks for.
    pub status: Option<&'a str>,
    /// The transition for a voided record; then nothing else is done.
    pub void: Option<&'a str>,
    /// The mapped document of the last agreement, with every line that may have been written since; `None` where
    /// there is none.
    pub agreed: Option<&'a Map<'a>>,
    /// The detail lists of the mapping whose lines can be told apart.
    pub lines: &'a [DetailLines],
    /// Whether the document is to be closed; `None` leaves that to people.
    pub closed: Option<bool>,
    /// Whether it has been waited since something was last written for the record: what the system does not show by now
    /// is not there. Where it has not, a search that lags may hide what was just made.
    pub waited: bool,
    /// What a create is derived from (下推), where the flow says so. The plan is the derivation alone then: what is
    /// mapped, and the status, are planned on the document that it made.
    pub derived: Option<&'a Derived>,
    pub options: &'a Map<'a>,
}

/// A detail list (明细) of the mapping, as it is to be planned. A line of the agreement that is no longer mapped is to be
/// removed; rows that neither the agreement nor a link names were made by people and stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetailLines {
    /// As the mapping names it, from the document's top: `FSaleOrderEntry`, `details.DeliveryNoteProductObj`.
    pub list: String,
    /// The target field that tells one line from another; `None` where only links do.
    pub key: Option<String>,
    /// For each mapped line, in order, the row it is linked to; `None` for one without a link. Empty where the flow
    /// keeps no line links.
    pub rows: Vec<Option<String>>,
    /// Linked rows whose line is mapped no more: to be removed.
    pub gone: Vec<String>,
    /// Rows that were there before the write that may have made a line's: a line takes one of them only where that
    /// holds everything mapped.
    pub others: Vec<String>,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// The target's id, where the answer tells it.
    pub id: Option<String>,
    pub number: Option<String>,
}

/// A notice to people.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// The kind of message: `text`, `markdown`, `oa` …
    pub object: &'a str,
    /// The mapped document: receivers, title, content, as the connector's object describes.
    pub document: &'a Map<'a>,
}

/// What became of an accepted notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    Pending,
    Received,
    /// Accepted, but nobody or not everybody got it.
    Missed(Cause),
}

/// One finding of a check: what was tried and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub ok: bool,
    /// A code with a sentence, whether it went well or not.
    pub cause: Cause,
}

/// An object as the system describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    pub object: String,
    pub title: String,
    pub fields: Vec<Field>,
    /// Detail objects under this master.
    pub details: Vec<Description>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    pub name: String,
    pub title: String,
    /// The vendor's word for the type.
    pub kind: String,
    pub required: bool,
    pub read_only: bool,
    /// For options: value and label.
    pub options: Vec<(String, String)>,
    /// For references: the object referred to.
    pub refers_to: Option<String>,
}

/// How to talk to one kind of system. All operations are cancel-safe in this sense: dropped at an await they leave
/// the system as if the answer had been lost.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The folder's name: `kingdee-k3cloud`.
    fn name(&self) -> &str;

    /// Facts with the connection's own settings applied (a connection may set its limits).
    fn facts(&self, connection: &Connection) -> Facts;

    fn object(&self, connection: &Connection, object: &str) -> ObjectFacts;

    /// Whether the system can tell what its objects are like. Where it cannot, people describe them
    /// ([`Connection::objects`]), and flows name no others.
    fn knows_its_objects(&self) -> bool {
        true
    }

    /// Whether requests and answers of its objects can be made and read by functions ([`Wire::function`]).
    fn calls_functions(&self) -> bool {
        false
    }

    /// Whether a refusal of the class `transient` is about one record alone (somebody else has it open), and so says nothing
    /// about the system: it never keeps other records from being sent.
    fn is_of_record(&self, cause: &Cause) -> bool {
        let _ = cause;
        false
    }

    /// What a record of the object that is not void holds in the fields by which one is seen to be (作废状态): field and
    /// value. Scopes usually name these fields; a void record is in a flow's scope where it would be with these.
    fn standing(&self, object: &str) -> Vec<(String, Value<'static>)> {
        let _ = object;
        Vec::new()
    }

    /// How the connection is pushed to; `None` for systems that do not push their records.
    fn push_rules(&self, connection: &Connection) -> Option<PushRules> {
        let _ = connection;
        None
    }

    /// Whether a body is in the standard form, as far as its sender can mend it at once. Pure.
    fn check_push(&self, body: &[u8]) -> Result<(), Cause> {
        let _ = body;
        Err(unsupported("push").cause)
    }

    /// The records that a pushed bill holds: one for each object of the connection that it is the bill of, or one for each of
    /// its lines. Pure.
    ///
    /// # Errors
    /// What a person must mend, at the sender or in the object's description.
    fn pushed(&self, connection: &Connection, bill: PushedBill<'_>) -> Result<Vec<PushedRecord>, Cause> {
        let _ = (connection, bill);
        Err(unsupported("push").cause)
    }

    /// Tries the sign-in and what else can be tried without changing anything.
    async fn check(&self, wire: &dyn Wire) -> Vec<Finding>;

    /// Describes one object, or lists all (without fields) when none is named.
    async fn describe(&self, wire: &dyn Wire, object: Option<&str>) -> Result<Vec<Description>, Refusal>;

    async fn page(&self, wire: &dyn Wire, ask: &PageAsk<'_>) -> Result<Page, Refusal> {
        let _ = (wire, ask);
        Err(unsupported("page"))
    }

    /// The vendor's filter for what this one takes in and what has these texts in these fields besides. `None` where there
    /// are no words for that: then everything is read. It may take in more than is meant, and leaves out nothing that is.
    /// Pure.
    fn narrowed(&self, filter: Option<&str>, equal: &[(String, String)]) -> Option<String> {
        let _ = (filter, equal);
        None
    }

    /// The records of these ids that exist, in any order; voided ones too where the system shows them.
    async fn get(
        &self,
        wire: &dyn Wire,
        object: &str,
        ids: &[String],
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let _ = (wire, object, ids, fields);
        Err(unsupported("get"))
    }

    /// How many records have their version ([`Found::version`]) in the closed span, voided ones included where
    /// [`Connector::page`] gives them. Spans of whole seconds, from `….000` to `….999`, are counted exactly.
    async fn count(&self, wire: &dyn Wire, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
        let _ = (wire, ask);
        Err(unsupported("count"))
    }

    /// For each key, in order, every record that has it. An error means that nothing is known about any.
    async fn lookup(&self, wire: &dyn Wire, ask: &LookupAsk<'_>) -> Result<Vec<Vec<Found>>, Refusal> {
        let _ = (wire, ask);
        Err(unsupported("lookup"))
    }

    /// The steps from what is observed to what is wanted; none when nothing is to be done. Pure. Where rows are records of
    /// their own, the rows of a list are made in the order of its lines.
    ///
    /// # Errors
    /// Mostly of the class `rejected`: a person must decide. `transient` where what stands in the way passes by itself
    /// (an approval under way, a row that a search does not show yet): it is waited, and planned anew.
    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Vec<Step>, Refusal> {
        let _ = ask;
        Err(unsupported("plan"))
    }

    /// Whether the observed record already is as the step would make it. Pure. Decides what became of a step whose
    /// answer was lost.
    fn accomplished(&self, step: &Step, observed: &Found) -> bool {
        let _ = (step, observed);
        false
    }

    /// For each mapped line of a detail list, in order, the id of the observed row that holds it: its linked row where
    /// that is there; else the row with its key; else, among the rows that no line has, the first that holds what is
    /// mapped. `None` where there is none. Pure. The engine keeps the answers as line links.
    fn rows(
        &self,
        connection: &Connection,
        object: &str,
        lines: &DetailLines,
        mapped: &[Value<'_>],
        observed: &Found,
    ) -> Vec<Option<String>> {
        let _ = (connection, object, lines, observed);
        vec![None; mapped.len()]
    }

    /// The documents of the object that were derived from this one (下推), drafts and voided ones too, in any order.
    /// Before a derivation this tells what is there already ([`Derived::known`]); after one whose answer was lost, the
    /// document it made is among them: one that [`Connector::accomplished`] says the step made.
    async fn derived(
        &self,
        wire: &dyn Wire,
        object: &str,
        from: &Derived,
        fields: &[String],
    ) -> Result<Vec<Found>, Refusal> {
        let _ = (wire, object, from, fields);
        Err(unsupported("derived"))
    }

    /// The rows of a detail list of a document that was derived, each with the row of the parent that it comes from; rows
    /// that come from none are left out. Asked of documents that were derived for lines of a parent, until there is an agreement.
    ///
    /// # Errors
    /// `connector.unsupported` where the system does not tell: the rows are then taken to stand in the order of the lines.
    async fn derived_rows(
        &self,
        wire: &dyn Wire,
        object: &str,
        id: &str,
        list: &str,
    ) -> Result<Vec<DerivedRow>, Refusal> {
        let _ = (wire, object, id, list);
        Err(unsupported("derived_rows"))
    }

    /// Why files cannot be taken from there, or hung there, whatever the record; `None` where they can. Pure. `field` is
    /// `None` for the files of the record as a whole.
    fn refuses_files(&self, connection: &Connection, field: Option<&str>, side: FileSide) -> Option<Cause> {
        let _ = (connection, field, side);
        Some(unsupported("files").cause)
    }

    /// What a field of files holds, as it was read with its record (for those of the record as a whole: what was read for
    /// [`ATTACHMENTS`]). Pure.
    fn held_files(&self, value: &Value<'_>) -> Vec<FileEntry> {
        let _ = value;
        Vec::new()
    }

    /// The files that hang there now, in their order.
    async fn files(&self, wire: &dyn Wire, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
        let _ = (wire, place);
        Err(unsupported("files"))
    }

    /// A file, whose content is fetched as it is taken. One of more than `most` bytes is refused with [`file_too_large`],
    /// before it is fetched where its size is known, else by the content as soon as it is seen.
    ///
    /// # Errors
    /// `rejected` where the system has it no more. Never of the class `unknown`.
    async fn fetch<'c>(
        &'c self,
        wire: &'c dyn Wire,
        file: &FileEntry,
        most: u64,
    ) -> Result<File<'c>, Refusal> {
        let _ = (wire, file, most);
        Err(unsupported("fetch"))
    }

    /// Adds a file to those that hang there; gives its handle. What hangs there already stays. After a lost answer (class
    /// `unknown`) [`Connector::files`] tells whether it is there; every other refusal says that it is not.
    async fn attach(
        &self,
        wire: &dyn Wire,
        place: &FilePlace<'_>,
        file: File<'_>,
    ) -> Result<String, Refusal> {
        let _ = (wire, place, file);
        Err(unsupported("attach"))
    }

    /// Carries out steps of one action on one object; one outcome per step, in order. All go in one call where the
    /// system takes batches (at most [`Facts::batch`]).
    async fn step(&self, wire: &dyn Wire, steps: &[Step]) -> Vec<Result<Done, Refusal>> {
        let _ = wire;
        steps.iter().map(|_| Err(unsupported("step"))).collect()
    }

    /// The exact calls the steps would make, for `flow plan`: operation and body. Nothing is sent.
    ///
    /// # Errors
    /// What would keep them from being made.
    async fn preview(&self, wire: &dyn Wire, steps: &[Step]) -> Result<Vec<(String, String)>, Refusal>;

    /// Sends a notice; gives the receipt's name, by which [`Connector::receipt`] asks later.
    async fn notify(&self, wire: &dyn Wire, notice: &Notice<'_>) -> Result<String, Refusal> {
        let _ = (wire, notice);
        Err(unsupported("notify"))
    }

    /// The notice by which people are told of alerts; `None` where the system has no way to tell anybody. Pure.
    fn announcement(&self, bulletin: &Bulletin<'_>) -> Option<Announcement> {
        let _ = bulletin;
        None
    }

    async fn receipt(&self, wire: &dyn Wire, receipt: &str) -> Result<Receipt, Refusal> {
        let _ = (wire, receipt);
        Err(unsupported("receipt"))
    }

    /// The id in this system of the person known by this mobile number or employee number.
    async fn person(&self, wire: &dyn Wire, by: &str) -> Result<Option<String>, Refusal> {
        let _ = (wire, by);
        Err(unsupported("person"))
    }

    /// The people or departments of the system, to bind and to name them, in any order. Who is not there any more is
    /// left out, or given as not active.
    async fn people(&self, wire: &dyn Wire, ask: &PeopleAsk<'_>) -> Result<Vec<Person>, Refusal> {
        let _ = (wire, ask);
        Err(unsupported("people"))
    }

    /// Whether an incoming call is the system's own, and which records it means. Pure.
    ///
    /// # Errors
    /// `rejected` for a call that is not the system's, is too old or cannot be read; `config` where the connection does
    /// not say how its calls are signed.
    fn verify(
        &self,
        connection: &Connection,
        call: &IncomingCall<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let _ = (connection, call, now);
        Err(unsupported("verify"))
    }

    /// A plain value as the field of the object wants it: for systems whose references are maps
    /// (`"603"` → `{"FNumber":"603"}`). Most systems take values as they are.
    async fn shape(
        &self,
        wire: &dyn Wire,
        object: &str,
        document: Map<'static>,
    ) -> Result<Map<'static>, Refusal> {
        let _ = (wire, object);
        Ok(document)
    }
}

/// A document's value as text for a look-up: texts and numbers as they are. `None` for what cannot be a key.
pub fn key_text(value: &Value) -> Option<String> {
    value.plain().filter(|text| !text.trim().is_empty()).map(|text| text.into_owned())
}

/// The connectors there are: the built-in ones, and those of a user's own folder.
pub trait Connectors: Send + Sync {
    fn connector(&self, name: &str) -> Option<Arc<dyn Connector>>;

    /// The settings of this connector that are secrets: they are sealed wherever they are stored.
    fn secret_settings(&self, name: &str) -> Vec<String>;

    /// What is wrong with a connection's settings, and (with `ok` set) what is worth a warning. Each cause names the
    /// setting as parameter `setting`, so that a caller who does not know a value yet can pass over what is said of it.
    fn check_settings(&self, connection: &Connection) -> Vec<Finding> {
        let _ = connection;
        Vec::new()
    }
}
