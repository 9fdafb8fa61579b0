//! The text of an object (ERP 对象) that people describe, for a system that cannot tell what its records are like.
//!
//! ```yaml
//! kind: object
//! connection: erp
//! name: Customer
//! code: BD_CUST
//! id: custId
//! number: custNo
//! fields:
//!   - { name: custId, label: 客户内码, type: text, required: true }
//!   - { name: custNo, label: 客户编码, type: text, max_length: 30 }
//! details:
//!   - { name: contacts, title: 联系人, id: contactId, fields: [{ name: contactId, type: text }] }
//! functions: { parse: functions/customer.js, request: functions/sign.js }
//! ```

mod checks;
mod field;

use model::Cause;
use model::object::{CallHooks, Detail, Object, ObjectHooks, Part, Push};

use super::fields::{self, Fields};
use super::{Files, title};
use crate::finding::{Findings, shown};
use crate::yaml::{Kind, Node};

pub(super) const KNOWN: &[&str] = &[
    "kind",
    "connection",
    "name",
    "code",
    "title",
    "split",
    "id",
    "number",
    "display",
    "version",
    "push",
    "void",
    "fields",
    "details",
    "functions",
];

const PUSHES: &[(&str, Push)] = &[("full", Push::Full), ("partial", Push::Partial)];

/// Reads the members of an object. `None` when something without which there is no object could not be read.
pub(super) fn read(fields: Fields, files: &dyn Files, findings: &mut Findings) -> Option<Object> {
    let connection = fields.required_text("connection", findings);
    let name = name(&fields, findings);
    let (title_zh, title_en) = title(&fields, name.as_deref().unwrap_or_default(), findings);
    let code = code(&fields, findings);
    let split = fields.text("split", findings);
    let id = fields.required_text("id", findings);
    let (number, display) = (fields.text("number", findings), fields.text("display", findings));
    let version = fields.text("version", findings);
    let push = fields.word("push", PUSHES, findings).unwrap_or_default();
    let void = fields.get("void").and_then(|node| void(node, findings));
    let own = fields.required("fields", findings).map(|node| field::all(node, findings));
    let details = fields.get("details").map(|node| details(node, findings)).unwrap_or_default();
    let hooks = fields.get("functions").map(|node| hooks(node, files, findings)).unwrap_or_default();
    checks::check(&fields, findings);
    let name = name?;
    Some(Object {
        connection: connection?.as_str().into(),
        code: code.unwrap_or_else(|| name.clone()),
        name: name.as_str().into(),
        title_zh,
        title_en,
        part: split.map_or(Part::Bill, Part::Lines),
        id: id?,
        number,
        display,
        version,
        push,
        void,
        fields: own?,
        details,
        hooks,
    })
}

/// The object's name. It stands in addresses and file names, behind the connection's.
fn name(fields: &Fields, findings: &mut Findings) -> Option<String> {
    let node = fields.required("name", findings)?;
    let name = fields::text(node, "name", findings)?;
    if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        findings.error(node.at, Cause::new("mapping.object_name").with("name", shown(&name)));
        return None;
    }
    Some(name)
}

/// The system's code of the bill. One that begins as the address of a webhook would be taken for that.
fn code(fields: &Fields, findings: &mut Findings) -> Option<String> {
    let node = fields.get("code")?;
    let code = fields::text(node, "code", findings)?;
    if code.starts_with(model::receipt::HOOK) {
        findings.error(node.at, Cause::new("mapping.object_code").with("code", shown(&code)));
        return None;
    }
    Some(code)
}

fn details(node: &Node, findings: &mut Findings) -> Vec<Detail> {
    fields::list(node, "details", findings).iter().filter_map(|node| detail(node, findings)).collect()
}

fn detail(node: &Node, findings: &mut Findings) -> Option<Detail> {
    let fields = Fields::of(node, "details", &["name", "title", "id", "fields"], findings)?;
    let name = fields.required_text("name", findings);
    let (title_zh, title_en) = title(&fields, name.as_deref().unwrap_or_default(), findings);
    let id = fields.text("id", findings);
    let own = fields.required("fields", findings).map(|node| field::all(node, findings));
    Some(Detail { name: name?, title_zh, title_en, id, fields: own? })
}

/// `{ field: state, value: cancelled }`: how a record says that it is void.
fn void(node: &Node, findings: &mut Findings) -> Option<(String, String)> {
    let fields = Fields::of(node, "void", &["field", "value"], findings)?;
    let (field, value) = (fields.required_text("field", findings), fields.required_text("value", findings));
    Some((field?, value?))
}

/// The functions that the object names: files beside the texts, which must be there.
fn hooks(node: &Node, files: &dyn Files, findings: &mut Findings) -> ObjectHooks {
    let Some(named) = Fields::of(node, "functions", &["parse", "request", "answer"], findings) else {
        return ObjectHooks::default();
    };
    ObjectHooks {
        parse: super::function(&named, "parse", files, findings),
        request: call_hooks(&named, "request", files, findings),
        answer: call_hooks(&named, "answer", files, findings),
    }
}

/// One function for all calls, or `{ create: functions/sign.js }`: one for each that is named.
fn call_hooks(named: &Fields, hook: &str, files: &dyn Files, findings: &mut Findings) -> CallHooks {
    let Some(node) = named.get(hook) else { return CallHooks::default() };
    if !matches!(node.kind, Kind::Map(_)) {
        let path = super::function(named, hook, files, findings);
        return path.map_or_else(CallHooks::default, |path| CallHooks::every(&path));
    }
    let mut hooks = CallHooks::default();
    if let Some(calls) = Fields::of(node, hook, &CallHooks::CALLS, findings) {
        for call in CallHooks::CALLS {
            if let Some(path) = super::function(&calls, call, files, findings) {
                hooks.set(call, path);
            }
        }
    }
    hooks
}
