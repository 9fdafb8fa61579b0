//! From text to a manifest, with every mistake on the way.

mod parts;
mod walk;

use std::collections::BTreeSet;

use model::{Cause, Sentence};

use super::{ErrorRule, Finding, Manifest, SCHEMA, Severity};
use crate::yaml::{self, At, Node};
use walk::Walk;

const KEYS: &[&str] =
    &["name", "schema", "driver", "room", "title", "settings", "facts", "errors", "objects"];

/// Reads a manifest; `None` when a finding is an error.
pub(super) fn manifest(text: &str) -> (Option<Manifest>, Vec<Finding>) {
    let node = match yaml::read(text) {
        Ok(node) => node,
        Err((at, cause)) => return (None, vec![Finding { at, cause, severity: Severity::Error }]),
    };
    let mut walk = Walk::default();
    let manifest = whole(&mut walk, &node);
    let mut findings = walk.findings;
    findings.sort_by_key(|finding| finding.at);
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    (manifest.filter(|_| !broken), findings)
}

fn whole(walk: &mut Walk, node: &Node) -> Option<Manifest> {
    if !schema(walk, node) {
        return None;
    }
    walk.known(node, KEYS);
    let name = walk.need_text(node, "name")?;
    let settings = walk.each(node, "settings", parts::setting);
    let errors = walk.each(node, "errors", parts::error);
    let objects = walk.each(node, "objects", parts::object);
    let manifest = Manifest {
        driver: walk.text(node, "driver").unwrap_or_else(|| name.clone()),
        room: walk.text(node, "room").unwrap_or_else(|| name.clone()),
        title: walk.words(node, "title"),
        facts: parts::facts(walk, node),
        settings,
        errors,
        objects,
        name,
    };
    twice(walk, node, "settings", manifest.settings.iter().map(|setting| setting.name.as_str()));
    twice(walk, node, "objects", manifest.objects.iter().map(|preset| preset.name.as_str()));
    twice(walk, node, "errors", manifest.errors.iter().flat_map(ErrorRule::keys));
    Some(manifest)
}

/// Whether the schema is one that can be read; anything else in a newer manifest would be a guess.
fn schema(walk: &mut Walk, node: &Node) -> bool {
    let Some(schema) = node.get("schema") else {
        walk.error(node.at, Cause::new("manifest.missing").with("key", "schema"));
        return false;
    };
    match schema.scalar().and_then(|text| text.parse::<u32>().ok()) {
        Some(number) if (1..=SCHEMA).contains(&number) => true,
        Some(number) if number > SCHEMA => {
            let cause = Cause::new("manifest.newer").with("schema", number).with("known", SCHEMA);
            walk.error(schema.at, cause);
            false
        }
        _ => {
            walk.error(schema.at, Cause::new("manifest.bad_schema").with("known", SCHEMA));
            false
        }
    }
}

/// Tells names that stand twice in a list.
fn twice<'n>(walk: &mut Walk, node: &Node, list: &str, names: impl Iterator<Item = &'n str>) {
    let at = node.get(list).map_or(At::default(), |list| list.at);
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !seen.insert(name.to_owned())) {
        walk.error(at, Cause::new("manifest.twice").with("list", list).with("name", name));
    }
}

/// The sentences of a manifest's mistakes.
pub(super) fn sentences() -> Vec<Sentence> {
    SENTENCES.to_vec()
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "manifest.unreadable",
        "读不到连接器文件 {file}：{reason}。",
        "The connector file {file} cannot be read: {reason}.",
        "请检查路径和文件权限。",
        "Check the path and the file's permissions.",
    ),
    Sentence::new(
        "manifest.yaml",
        "文件不是有效的 YAML：{reason}。",
        "The file is not valid YAML: {reason}.",
        "请检查缩进、冒号和引号。",
        "Check indentation, colons and quotes.",
    ),
    Sentence::new(
        "manifest.newer",
        "该连接器文件的 schema 是 {schema}，本版本只认识到 {known}。",
        "This connector file has schema {schema}; this version knows schemas up to {known}.",
        "请升级本系统，或使用旧版的连接器文件。",
        "Upgrade this product, or use an older connector file.",
    ),
    Sentence::new(
        "manifest.bad_schema",
        "schema 应当是 1 到 {known} 的整数。",
        "schema must be a whole number from 1 to {known}.",
        "请填写 schema: {known}。",
        "Write schema: {known}.",
    ),
    Sentence::new(
        "manifest.missing",
        "缺少 {key}。",
        "{key} is missing.",
        "请补上；格式见 connectors/README.md。",
        "Add it; the format is described in connectors/README.md.",
    ),
    Sentence::new(
        "manifest.unknown_key",
        "不认识的键 {key}。",
        "{key} is no known key.",
        "这里可以写：{known}。",
        "Known here: {known}.",
    ),
    Sentence::new(
        "manifest.meant",
        "不认识的键 {key}，是不是想写 {meant}？",
        "{key} is no known key; was {meant} meant?",
        "请改正拼写。",
        "Correct the spelling.",
    ),
    Sentence::new(
        "manifest.shape",
        "{key} 的写法不对，这里应当是{wanted_zh}。",
        "{key} is written wrongly; it must be {wanted_en}.",
        "格式见 connectors/README.md。",
        "The format is described in connectors/README.md.",
    ),
    Sentence::new(
        "manifest.language",
        "{key} 缺少 {language} 的文字。",
        "{key} has no words in {language}.",
        "用户看到的文字都要有 zh 和 en 两种。",
        "Whatever users see must be there in zh and in en.",
    ),
    Sentence::new(
        "manifest.twice",
        "{list} 里 {name} 出现了两次。",
        "{name} stands twice in {list}.",
        "请删掉多余的一个。",
        "Remove one of them.",
    ),
    Sentence::new(
        "manifest.never_missing",
        "设置 {name} 有默认值，所以 required 没有意义。",
        "The setting {name} has a default, so that it can never be missing.",
        "请去掉 required 或 default。",
        "Take out required or default.",
    ),
    Sentence::new(
        "manifest.secret_shown",
        "设置 {name} 是密钥，不应写 default 或 example。",
        "The setting {name} is a secret and should have neither a default nor an example.",
        "请去掉它们。",
        "Take them out.",
    ),
    Sentence::new(
        "manifest.driver",
        "没有名为 {driver} 的内置连接器，所以 {name} 无法工作。",
        "There is no built-in connector named {driver}, so {name} cannot work.",
        "driver 请填写其中之一：{known}。",
        "Write one of these as driver: {known}.",
    ),
];
