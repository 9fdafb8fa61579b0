//! The files that travel with a record: `files: [{ from: contract__c, to: attachments, limit: 20 MB }]`.

use model::flow::{Entry, FileField, FileRule, From, Mode};
use model::{Cause, Path};

use super::fields::{self, Fields};
use super::flow::written;
use crate::finding::Findings;
use crate::yaml::Node;

const KNOWN: &[&str] = &["from", "to", "limit"];

/// Reads the rules of a flow, and sees that each leads somewhere.
pub(super) fn read(fields: &Fields, mode: Mode, map: &[Entry], findings: &mut Findings) -> Vec<FileRule> {
    let Some((key, node)) = fields.member("files") else { return Vec::new() };
    if mode != Mode::Document {
        findings.error(key.at, Cause::new("mapping.files_of_notice"));
    }
    let nodes = fields::list(node, "files", findings);
    let rules: Vec<FileRule> = nodes.iter().filter_map(|node| rule(node, findings)).collect();
    for (n, rule) in rules.iter().enumerate() {
        if rules[..n].iter().any(|earlier| (&earlier.from, &earlier.to) == (&rule.from, &rule.to)) {
            findings.error(rule.at, Cause::new("mapping.files_twice").with("field", &rule.to));
        }
        leads_somewhere(rule, map, findings);
    }
    rules
}

fn rule(node: &Node, findings: &mut Findings) -> Option<FileRule> {
    let fields = Fields::of(node, "files", KNOWN, findings)?;
    let from = field(&fields, "from", findings);
    let to = field(&fields, "to", findings);
    let limit = match fields.get("limit") {
        Some(node) => size(node, findings)?,
        None => FileRule::LIMIT,
    };
    Some(FileRule { from: from?, to: to?, limit, at: node.at })
}

/// A field, or one below a list: `FSaleOrderEntry.attachments`. What stands before the last dot is the list.
fn field(fields: &Fields, name: &str, findings: &mut Findings) -> Option<FileField> {
    let node = fields.required(name, findings)?;
    let path = fields::path(node.at, &fields::text(node, name, findings)?, findings)?;
    Some(match path.as_str().rsplit_once('.') {
        Some((list, field)) => FileField { list: Path::parse(list), field: field.to_owned() },
        None => FileField { list: None, field: path.to_string() },
    })
}

/// `20 MB`, `500KB`: whole numbers of units of 1024.
fn size(node: &Node, findings: &mut Findings) -> Option<u64> {
    let read = fields::scalar(node).and_then(|scalar| {
        let digits = scalar.text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = scalar.text.split_at(digits);
        let unit: u64 = match unit.trim_start() {
            "KB" => 1 << 10,
            "MB" => 1 << 20,
            "GB" => 1 << 30,
            _ => return None,
        };
        count.parse::<u64>().ok()?.checked_mul(unit).filter(|size| *size > 0)
    });
    if read.is_none() {
        findings.error(node.at, Cause::new("mapping.not_size").with("key", "limit"));
    }
    read
}

/// Files of rows go to the rows that stand for their lines; files of the record to a field that nothing else writes.
fn leads_somewhere(rule: &FileRule, map: &[Entry], findings: &mut Findings) {
    let code = match (&rule.from.list, &rule.to.list) {
        (None, None) if written(map).contains(&rule.to.field) => Some("mapping.files_field_written"),
        (None, None) => None,
        (Some(from), Some(to)) => {
            let keeps = |entry: &Entry| match &entry.from {
                From::Lines { list, id, .. } => entry.to == *to && list == from && id.is_some(),
                _ => false,
            };
            (!map.iter().any(keeps)).then_some("mapping.files_without_lines")
        }
        _ => Some("mapping.files_across"),
    };
    if let Some(code) = code {
        let cause = Cause::new(code).with("from", &rule.from).with("to", &rule.to);
        findings.error(rule.at, cause);
    }
}
