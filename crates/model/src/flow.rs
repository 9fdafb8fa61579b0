//! A flow (集成流), as written: source object → target object, with scope, mapping and policies.
//!
//! The text form is read by `mapping`, which also compiles what is text here (scope, expressions).

use std::time::Duration;

use crate::hook::Hook;
pub use crate::link::KnownBy;
pub use crate::value_map::{NoWayBack, ValueMap};
use crate::{AnswerClass, ConnectionName, FlowName, Map, ObjectName, Path, Value, binding};

/// One flow of its file. Texts in the languages of users are pairs (Chinese, English).
#[derive(Debug, Clone)]
pub struct Flow {
    pub name: FlowName,
    pub title: (String, String),
    pub mode: Mode,
    pub source: Source,
    pub target: Target,
    /// The condition a record must meet, as an expression; absent takes all.
    pub scope: Option<Located<String>>,
    /// The complete packet that fills creates.
    pub base: Option<Map<'static>>,
    pub map: Vec<Entry>,
    /// Which files travel with the record.
    pub files: Vec<FileRule>,
    pub void: Void,
    /// Source field ← what the sync came to.
    pub write_back: Vec<(String, WriteBack)>,
    pub retries: Retries,
    /// Whether the flow says so itself; else its target's connection may.
    pub says_retries: bool,
    pub reconcile: Reconcile,
    /// Who is right where a field was edited on both sides, and a flow goes the other way; absent leaves it to that flow.
    pub conflict: Option<Conflict>,
    pub functions: FlowHooks,
    /// The file with recorded samples, relative to the flow's own.
    pub tests: Option<String>,
}

/// Who is right where a field was edited on both sides since they last agreed (两边都改了同一字段).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The flow's source.
    Source,
    /// The flow's target.
    Target,
    /// Whoever edited later, by the records' modification times; a person where that cannot be told.
    Latest,
    /// A person decides.
    Ask,
}

impl Conflict {
    pub const ALL: [Conflict; 4] = [Conflict::Source, Conflict::Target, Conflict::Latest, Conflict::Ask];

    /// As flows write it.
    pub fn name(self) -> &'static str {
        match self {
            Conflict::Source => "source",
            Conflict::Target => "target",
            Conflict::Latest => "latest",
            Conflict::Ask => "ask",
        }
    }

    /// The same rule, as the flow that goes the other way would write it.
    pub fn seen_from_there(self) -> Conflict {
        match self {
            Conflict::Source => Conflict::Target,
            Conflict::Target => Conflict::Source,
            even => even,
        }
    }
}

/// How a flow is reconciled (对账).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconcile {
    /// How often it is done by itself; absent leaves it to people.
    pub every: Option<Duration>,
    /// What changed less than this ago is in flight and no difference.
    pub grace: Duration,
    /// The vendor's own filter for the documents of the target that belong to the flow.
    pub filter: Option<String>,
    /// Whether documents of the target that stand for no record are differences.
    pub reports_only_there: bool,
}

impl Default for Reconcile {
    fn default() -> Self {
        let grace = Duration::from_secs(600);
        Reconcile { every: None, grace, filter: None, reports_only_there: true }
    }
}

/// The functions (自定义函数) of a flow, as paths of files beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowHooks {
    /// Makes the record that is mapped of the record as it is stored; the scope is held against the latter.
    pub before_mapping: Option<String>,
    /// Makes the document that is written of the mapped one.
    pub after_mapping: Option<String>,
    /// Does something more once the target has the document.
    pub after_success: Option<String>,
}

/// What a flow does with a record that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Brings a document over and keeps it in agreement.
    Document,
    /// Tells people; at most once for each key.
    Notify { keep: Keep },
}

/// Which notices go out when a record changed several times before the first was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Every,
    Latest,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub connection: ConnectionName,
    pub object: ObjectName,
    /// The longest a change may wait to be read; absent takes the connector's usual one.
    pub within: Option<Duration>,
    /// Whether records from before the flow are brought over too.
    pub history: bool,
    /// How often the ids of the object are swept (清点), to see that nothing was missed; `None` for never, as far as this
    /// flow is concerned.
    pub sweep: Option<Duration>,
    /// The vendor's own filter, sent with every page (K/3 `FilterString`).
    pub filter: Option<String>,
    /// Fields to read beyond those that the mapping names.
    pub fields: Vec<String>,
    /// For which records changes are missed by reading what changed: they are read again and again.
    pub open: Option<Located<String>>,
    /// The longest an open record may wait to be read again.
    pub reread: Duration,
    /// Related records read into the document: `contacts: { object: ContactObj, by: account_id }`.
    pub include: Vec<Include>,
    /// What a record turns into at its source: `{ AccountObj: account_id }`, a lead its customer. It comes before that
    /// in a story, although it is what refers to it.
    pub becomes: Vec<Becoming>,
    /// How records are sent to the flow by a webhook.
    pub hook: Option<Hook>,
}

/// A record of another object that a record turned into: the one whose id stands in the field `by`.
#[derive(Debug, Clone)]
pub struct Becoming {
    pub object: ObjectName,
    pub by: String,
}

/// Records of another object that are part of the document: those whose field `by` holds the document's id.
#[derive(Debug, Clone)]
pub struct Include {
    /// The name of the list in the document.
    pub name: String,
    pub object: ObjectName,
    pub by: String,
}

#[derive(Debug, Clone)]
pub struct Target {
    pub connection: ConnectionName,
    pub object: ObjectName,
    /// The wanted status, one of the connector's names: `saved`, `submitted`, `audited`.
    pub status: Option<String>,
    /// The vendor's own options of a write, as they are.
    pub options: Map<'static>,
    /// Our stamp: the target field that makes a create recognisable.
    pub key: Option<String>,
    /// The target fields by which a record from before us is found; all must be equal.
    pub matching: Vec<String>,
    /// Whether the document is to be closed, as an expression; absent leaves that to people.
    pub closed: Option<Located<String>>,
    /// How documents are made from others of the target (下推); absent makes them anew.
    pub derive: Option<Derive>,
    /// Whether documents are made; else the flow only keeps those in agreement that are there already.
    pub creates: bool,
}

/// A create from another document of the target (下推). The parent is what the target has for a record of the source.
#[derive(Debug, Clone)]
pub struct Derive {
    /// The parent's object at the target.
    pub from: ObjectName,
    /// The source field with the id of the record that the parent was made from.
    pub by: Path,
    /// The vendor's conversion rule; absent takes its usual one.
    pub rule: Option<String>,
    /// Which lines of the parent are taken; absent takes all.
    pub lines: Option<DeriveLines>,
    /// Line and column in the flow's file, from 1.
    pub at: (usize, usize),
}

/// For each line of the flow's first detail list, the line of the parent that it comes from.
#[derive(Debug, Clone)]
pub struct DeriveLines {
    /// The field of the line with the id of the parent's line, at the source.
    pub by: Path,
    /// The list of the parent, as the flow that made it writes it.
    pub of: String,
}

/// One line of the mapping: a target field and where its value comes from.
#[derive(Debug, Clone)]
pub struct Entry {
    pub to: Path,
    pub from: From,
    pub required: bool,
    /// Send the field empty when the source is, instead of leaving it out.
    pub send_empty: bool,
    /// Written in a second pass, after the document exists (cycles).
    pub later: bool,
    /// Who is right where it was edited on both sides; absent leaves it to the flow.
    pub conflict: Option<Conflict>,
    /// Type conversions at the end, one after the other.
    pub convert: Vec<Convert>,
    /// Line and column in the flow's file, from 1.
    pub at: (usize, usize),
}

/// Where a target field's value comes from. Paths of lines are the line's own; those that begin with `$` or `record`
/// reach the master.
#[derive(Debug, Clone)]
pub enum From {
    Field(Path),
    Constant(Value<'static>),
    Expression(Located<String>),
    /// A source field through a value map (值映射).
    Values {
        field: Path,
        values: Values,
        way: Way,
        /// What is sent for a value that is not in the table, before the table's own.
        otherwise: Option<Value<'static>>,
    },
    /// The linked id or number of another record.
    Reference {
        field: Path,
        reference: Reference,
    },
    /// The same person or department as another connection knows it.
    Counterpart {
        field: Path,
        counterpart: Counterpart,
        /// What is sent for who is not bound; absent makes the record wait for the binding.
        otherwise: Option<Value<'static>>,
    },
    /// Line by line from a detail list at the source.
    Lines {
        list: Path,
        /// The source field that tells one line from another; with it line links are kept.
        id: Option<Path>,
        /// The target field that tells one line from another.
        key: Option<String>,
        entries: Vec<Entry>,
    },
}

/// Files (附件, 图片) that travel with the record: from a field of the source to one of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRule {
    pub from: FileField,
    pub to: FileField,
    /// Larger files are not carried, in bytes.
    pub limit: u64,
    /// Line and column in the flow's file, from 1.
    pub at: (usize, usize),
}

impl FileRule {
    /// Where a flow says no other.
    pub const LIMIT: u64 = 20 << 20;
}

/// Where files hang: a field of the record or, below a list, of its rows. The name `attachments` stands for the files of
/// the record (or row) as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileField {
    pub list: Option<Path>,
    pub field: String,
}

impl std::fmt::Display for FileField {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match &self.list {
            Some(list) => write!(f, "{list}.{}", self.field),
            None => f.write_str(&self.field),
        }
    }
}

/// A value map as a flow names it. The table of a name is looked up when the flow is compiled.
#[derive(Debug, Clone)]
pub enum Values {
    Named(Located<String>),
    Inline(ValueMap),
}

/// Which way a value map is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the options to their values.
    Forth,
    /// From the values to the options: the flow that brings back what another carried over.
    Back,
}

/// A type conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convert {
    Text,
    Number,
    /// A whole number; a fraction other than zero is an error.
    Integer,
    /// Rounded half away from zero (四舍五入) to so many places, and written with all of them.
    Decimal(u32),
    Boolean,
    /// `yyyy-MM-dd`, from milliseconds or text.
    Date,
    /// `yyyy-MM-dd HH:mm:ss`, from milliseconds or text.
    DateTime,
    /// Milliseconds since 1970, from text.
    Epoch,
    Upper,
    Lower,
    Trim,
}

/// Which record, or line of one, is meant by what a source field holds, and what of its other side is wanted. The other
/// side is found by the link between the two, whichever way the flow that made it goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The object at the source that is referred to.
    pub object: ObjectName,
    /// What of it the field holds.
    pub by: KnownBy,
    /// The object at the target, where several flows carry the source object there.
    pub target: Option<ObjectName>,
    pub want: Wanted,
    pub missing: WhenMissing,
}

/// What becomes of a record whose reference leads nowhere yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhenMissing {
    /// It waits for what it refers to.
    Wait,
    /// It is skipped, and comes back when what it refers to is linked after all.
    Skip,
}

/// Who is meant by an id or number at the source, and what of the other side is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counterpart {
    pub kind: binding::Kind,
    /// The connection that knows the other side; mostly the flow's target.
    pub connection: ConnectionName,
    pub want: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    Id,
    Number,
}

/// What happens at the target when the record is voided or deleted at the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Void {
    Keep,
    /// A transition of the connector by name: `Forbid`, `Delete`.
    Do(String),
}

/// What of a sync is written back to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteBack {
    TargetNumber,
    TargetId,
    TaskState,
    /// The sentence of the failure, empty when it went well.
    TaskReason,
}

/// When a failed try is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retries {
    /// One wait for each retry; when used up the task fails. Empty where retries are off.
    pub waits: Vec<Duration>,
    /// The classes of answers that are tried again; absent leaves it to the class.
    pub classes: Option<Vec<AnswerClass>>,
}

impl Default for Retries {
    fn default() -> Self {
        let waits = [20, 300, 3_600, 14_400, 72_000].map(Duration::from_secs);
        Retries { waits: waits.to_vec(), classes: None }
    }
}

/// A text with its place in the file: line and column, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    pub value: T,
    pub at: (usize, usize),
}
