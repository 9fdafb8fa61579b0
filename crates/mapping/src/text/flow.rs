//! The text of a flow, but for its mapping entries.

use std::time::Duration;

use model::flow::{
    Becoming, Conflict, Derive, DeriveLines, Entry, Flow, FlowHooks, Include, Keep, Located, Mode, Reconcile,
    Source, Target, Void, WriteBack,
};
use model::{Cause, Map, Value, json};

use super::fields::{self, Fields};
use super::retries::retries;
use super::{Files, checks, entries, files, hook, title};
use crate::finding::{Findings, Place, shown};
use crate::placeholder;
use crate::yaml::Node;

pub(super) const KNOWN: &[&str] = &[
    "kind",
    "name",
    "title",
    "mode",
    "keep",
    "source",
    "target",
    "scope",
    "base",
    "map",
    "files",
    "void",
    "write_back",
    "retries",
    "reconcile",
    "conflict",
    "functions",
    "tests",
];

pub(super) const CONFLICTS: [(&str, Conflict); 4] = [
    ("source", Conflict::Source),
    ("target", Conflict::Target),
    ("latest", Conflict::Latest),
    ("ask", Conflict::Ask),
];

/// How often ids are swept where a flow does not say.
const SWEPT: Duration = Duration::from_secs(86_400);

const KEEPS: &[(&str, Keep)] = &[("every", Keep::Every), ("latest", Keep::Latest)];

pub(super) const WRITE_BACKS: &[(&str, WriteBack)] = &[
    ("target.number", WriteBack::TargetNumber),
    ("target.id", WriteBack::TargetId),
    ("task.state", WriteBack::TaskState),
    ("task.reason", WriteBack::TaskReason),
];

/// Reads the members of a flow. `None` when something without which there is no flow could not be read.
pub(super) fn read(fields: Fields, loads: &dyn Files, findings: &mut Findings) -> Option<Flow> {
    let name = fields.required_text("name", findings);
    let title = title(&fields, name.as_deref().unwrap_or_default(), findings);
    let source = fields.required("source", findings).and_then(|node| source(node, findings));
    let target = fields.required("target", findings).and_then(|node| target(node, findings));
    let base = fields.get("base").and_then(|node| base(node, loads, findings));
    let map = fields.required("map", findings).and_then(|node| entries::read(node, findings));
    let mode = mode(&fields, findings);
    checks::check(&fields, mode, base.as_ref(), map.as_deref().unwrap_or_default(), findings);
    if let (Some((key, _)), true) = (fields.member("conflict"), mode != Mode::Document) {
        findings.error(key.at, Cause::new("mapping.conflict_of_notice"));
    }
    let files = files::read(&fields, mode, map.as_deref().unwrap_or_default(), findings);
    let flow = Flow {
        mode,
        files,
        scope: fields.get("scope").and_then(|node| expression(node, "scope", findings)),
        void: void(&fields, findings),
        write_back: write_back(&fields, findings),
        says_retries: fields.get("retries").is_some(),
        retries: retries(&fields, findings).unwrap_or_default(),
        reconcile: reconcile(&fields, mode, findings),
        conflict: fields.word("conflict", &CONFLICTS, findings),
        functions: functions(&fields, mode, loads, findings),
        tests: fields.text("tests", findings),
        name: name?.as_str().into(),
        title,
        source: source?,
        target: target?,
        base,
        map: map?,
    };
    Some(flow)
}

/// An expression with the place where its text begins.
pub(super) fn expression(node: &Node, name: &str, findings: &mut Findings) -> Option<Located<String>> {
    let text = fields::text(node, name, findings)?;
    let at = fields::scalar(node).map_or(node.at, |scalar| scalar.begins);
    Some(Located { value: text, at })
}

fn mode(fields: &Fields, findings: &mut Findings) -> Mode {
    let keep = fields.word("keep", KEEPS, findings);
    let Some(node) = fields.get("mode") else {
        if let Some((key, _)) = fields.member("keep") {
            findings.error(key.at, Cause::new("mapping.keep_without_notify"));
        }
        return Mode::Document;
    };
    let notify = |keep: Option<Keep>| Mode::Notify { keep: keep.unwrap_or(Keep::Latest) };
    if fields::scalar(node).is_none() {
        let inner = Fields::of(node, "mode", &["notify"], findings);
        return notify(inner.and_then(|inner| inner.word("notify", KEEPS, findings)).or(keep));
    }
    match fields::word(node, "mode", &[("document", false), ("notify", true)], findings) {
        Some(true) => notify(keep),
        _ => Mode::Document,
    }
}

fn source(node: &Node, findings: &mut Findings) -> Option<Source> {
    let known = &[
        "connection",
        "object",
        "within",
        "history",
        "sweep",
        "filter",
        "fields",
        "include",
        "becomes",
        "open",
        "reread",
        "hook",
    ];
    let fields = Fields::of(node, "source", known, findings)?;
    let connection = fields.required_text("connection", findings);
    let object = fields.required_text("object", findings);
    let within = fields.duration("within", findings);
    let filter = fields.text("filter", findings);
    let history = fields.flag("history", findings);
    let sweep = sweep(&fields, findings);
    let read_too = fields.texts("fields", findings);
    let (open, reread) = open(&fields, findings);
    let include = fields.get("include").map(|node| include(node, findings)).unwrap_or_default();
    let becomes = fields.get("becomes").map(|node| becomes(node, findings)).unwrap_or_default();
    let hook = fields.get("hook").map(|node| hook::read(node, findings));
    Some(Source {
        hook: match hook {
            Some(hook) => Some(hook?),
            None => None,
        },
        connection: connection?.as_str().into(),
        object: object?.as_str().into(),
        within,
        history,
        sweep,
        filter,
        fields: read_too,
        open,
        reread,
        include,
        becomes,
    })
}

/// `sweep: 1d`, or `never`. Nightly where nothing is said: that nothing was missed is to be proven unasked.
fn sweep(fields: &Fields, findings: &mut Findings) -> Option<Duration> {
    let Some(node) = fields.get("sweep") else { return Some(SWEPT) };
    match fields::scalar(node).is_some_and(|scalar| scalar.text == "never") {
        true => None,
        false => fields::duration(node, "sweep", findings).or(Some(SWEPT)),
    }
}

fn include(node: &Node, findings: &mut Findings) -> Vec<Include> {
    let Some(lists) = Fields::open(node, "include", findings) else { return Vec::new() };
    let mut includes = Vec::new();
    for (key, node) in lists.iter() {
        let Some(fields) = Fields::of(node, &key.name, &["object", "by"], findings) else { continue };
        let object = fields.required_text("object", findings);
        let by = fields.required_text("by", findings);
        if let (Some(object), Some(by)) = (object, by) {
            includes.push(Include { name: key.name.clone(), object: object.as_str().into(), by });
        }
    }
    includes
}

fn becomes(node: &Node, findings: &mut Findings) -> Vec<Becoming> {
    let Some(objects) = Fields::open(node, "becomes", findings) else { return Vec::new() };
    let becoming = |(key, node): &(crate::yaml::Key, Node)| {
        let by = fields::text(node, &key.name, findings)?;
        Some(Becoming { object: key.name.as_str().into(), by })
    };
    objects.iter().filter_map(becoming).collect()
}

fn target(node: &Node, findings: &mut Findings) -> Option<Target> {
    let known = &["connection", "object", "status", "options", "key", "match", "create", "closed", "derive"];
    let fields = Fields::of(node, "target", known, findings)?;
    let connection = fields.required_text("connection", findings);
    let object = fields.required_text("object", findings);
    let status = fields.text("status", findings);
    let options = match fields.get("options") {
        Some(node) => Fields::open(node, "options", findings).map(|_| node.value()),
        None => None,
    };
    let key = fields.text("key", findings);
    let matching = fields.texts("match", findings);
    Some(Target {
        connection: connection?.as_str().into(),
        object: object?.as_str().into(),
        status,
        options: options.and_then(into_map).unwrap_or_default(),
        key,
        matching,
        closed: fields.get("closed").and_then(|node| expression(node, "closed", findings)),
        derive: fields.member("derive").and_then(|(key, node)| derive(key.at, node, findings)),
        creates: fields.word("create", &[("always", true), ("never", false)], findings).unwrap_or(true),
    })
}

/// `derive: { from: SAL_SaleOrder, by: sales_order_id, lines: { by: order_product_id, of: FSaleOrderEntry } }`
fn derive(at: Place, node: &Node, findings: &mut Findings) -> Option<Derive> {
    let fields = Fields::of(node, "derive", &["from", "by", "rule", "lines"], findings)?;
    let from = fields.required_text("from", findings);
    let by = path_of(&fields, "by", findings);
    let rule = fields.text("rule", findings);
    let lines = fields.get("lines").and_then(|node| {
        let fields = Fields::of(node, "lines", &["by", "of"], findings)?;
        let by = path_of(&fields, "by", findings);
        let of = fields.required_text("of", findings);
        Some(DeriveLines { by: by?, of: of? })
    });
    Some(Derive { from: from?.as_str().into(), by: by?, rule, lines, at })
}

fn path_of(fields: &Fields, name: &str, findings: &mut Findings) -> Option<model::Path> {
    let node = fields.required(name, findings)?;
    let text = fields::text(node, name, findings)?;
    fields::path(node.at, &text, findings)
}

fn into_map(value: Value<'static>) -> Option<Map<'static>> {
    match value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

/// What is read again and again, and how often: every hour, unless the flow says so.
fn open(fields: &Fields, findings: &mut Findings) -> (Option<Located<String>>, Duration) {
    let open = fields.get("open").and_then(|node| expression(node, "open", findings));
    let reread = fields.duration("reread", findings);
    if let (Some((key, _)), None) = (fields.member("reread"), fields.get("open")) {
        findings.error(key.at, Cause::new("mapping.reread_without_open"));
    }
    if let Some((key, _)) =
        fields.member("reread").filter(|_| reread.is_some_and(|reread| reread < SHORTEST_REREAD))
    {
        findings.error(key.at, Cause::new("mapping.reread_too_short"));
    }
    (open, reread.unwrap_or(Duration::from_secs(3_600)))
}

/// Re-reading more often than polling is of no use.
const SHORTEST_REREAD: Duration = Duration::from_secs(10);

/// The packet that fills creates: in place, or a JSON file.
fn base(node: &Node, files: &dyn Files, findings: &mut Findings) -> Option<Map<'static>> {
    let Some(scalar) = fields::scalar(node) else {
        return Fields::open(node, "base", findings).and_then(|_| into_map(node.value()));
    };
    let Some(text) = files.load(&scalar.text) else {
        findings.error(node.at, Cause::new("mapping.file_missing").with("file", shown(&scalar.text)));
        return None;
    };
    let cause = match json::read(&text) {
        Ok(Value::Map(map)) => {
            let mut packet = Value::Map(map.into_owned());
            let causes = placeholder::fill_value(&mut packet, files.environment());
            causes.into_iter().for_each(|cause| findings.error(node.at, cause));
            return into_map(packet);
        }
        Ok(_) => Cause::new("mapping.file_not_map"),
        Err(error) => Cause::new("mapping.file_not_json")
            .with("line", error.line)
            .with("column", error.column)
            .with("reason", error.kind),
    };
    findings.error(node.at, cause.with("file", shown(&scalar.text)));
    None
}

fn void(fields: &Fields, findings: &mut Findings) -> Void {
    let Some(node) = fields.get("void") else { return Void::Keep };
    if fields::scalar(node).is_some() {
        fields::word(node, "void", &[("keep", ()), ("{ do: … }", ())], findings);
        return Void::Keep;
    }
    let inner = Fields::of(node, "void", &["do"], findings);
    match inner.and_then(|inner| inner.required_text("do", findings)) {
        Some(transition) => Void::Do(transition),
        None => Void::Keep,
    }
}

fn write_back(fields: &Fields, findings: &mut Findings) -> Vec<(String, WriteBack)> {
    let Some(node) = fields.get("write_back") else { return Vec::new() };
    let Some(inner) = Fields::open(node, "write_back", findings) else { return Vec::new() };
    let mut read = Vec::new();
    for (key, node) in inner.iter() {
        if let Some(what) = fields::word(node, &key.name, WRITE_BACKS, findings) {
            read.push((key.name.clone(), what));
        }
    }
    read
}

/// The functions that the flow names: each is a file beside the texts, and must be there.
fn functions(fields: &Fields, mode: Mode, files: &dyn Files, findings: &mut Findings) -> FlowHooks {
    let Some(node) = fields.get("functions") else { return FlowHooks::default() };
    let known = &["before_mapping", "after_mapping", "after_success"];
    let Some(named) = Fields::of(node, "functions", known, findings) else { return FlowHooks::default() };
    if let (Some((key, _)), true) = (named.member("after_success"), mode != Mode::Document) {
        findings.error(key.at, Cause::new("mapping.after_success_of_notice"));
    }
    let mut hook = |name: &str| super::function(&named, name, files, findings);
    FlowHooks {
        before_mapping: hook("before_mapping"),
        after_mapping: hook("after_mapping"),
        after_success: hook("after_success"),
    }
}

/// `reconcile: { every: 1d, grace: 10m, filter: …, only_there: report | ignore }`
fn reconcile(fields: &Fields, mode: Mode, findings: &mut Findings) -> Reconcile {
    let usual = Reconcile::default();
    let Some((key, node)) = fields.member("reconcile") else { return usual };
    if mode != Mode::Document {
        findings.error(key.at, Cause::new("mapping.reconcile_without_document"));
        return usual;
    }
    let known = ["every", "grace", "filter", "only_there"];
    let Some(inner) = Fields::of(node, "reconcile", &known, findings) else { return usual };
    let only_there = inner.word("only_there", &[("report", true), ("ignore", false)], findings);
    Reconcile {
        every: inner.duration("every", findings),
        grace: inner.duration("grace", findings).unwrap_or(usual.grace),
        filter: inner.text("filter", findings),
        reports_only_there: only_there.unwrap_or(usual.reports_only_there),
    }
}

/// The target fields a mapping writes, dotted, those of lines below their list.
pub(super) fn written(entries: &[Entry]) -> Vec<String> {
    let mut fields = Vec::new();
    for entry in entries {
        match &entry.from {
            model::flow::From::Lines { entries, .. } => {
                fields.extend(written(entries).into_iter().map(|field| format!("{}.{field}", entry.to)));
            }
            _ => fields.push(entry.to.to_string()),
        }
    }
    fields
}
