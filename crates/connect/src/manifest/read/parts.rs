//! The parts of a manifest: settings, facts, errors, objects.

use std::time::Duration;

use contract::connector::{Facts, ObjectFacts};
use model::{AnswerClass, Cause};

use super::walk::Walk;
use crate::manifest::errors::{Matches, range};
use crate::manifest::{Choice, ErrorRule, Preset, Setting, SettingKind, duration, facts};
use crate::yaml::{At, Node};

pub(super) fn setting(walk: &mut Walk, node: &Node) -> Option<Setting> {
    walk.known(node, &["name", "title", "kind", "required", "default", "example", "help", "choices"]);
    let name = walk.need_text(node, "name")?;
    let setting = Setting {
        title: walk.words(node, "title"),
        kind: kind(walk, node)?,
        required: walk.truth(node, "required"),
        default: walk.text(node, "default"),
        example: walk.text(node, "example"),
        help: walk.words(node, "help"),
        name,
    };
    if let (SettingKind::Choice(choices), Some(default)) = (&setting.kind, &setting.default)
        && !choices.iter().any(|choice| choice.value == *default)
    {
        walk.shape(place(node, "default"), "default", " choices 里的一个值", "one of the choices");
    }
    if setting.required && setting.default.is_some() {
        walk.warning(node.at, Cause::new("manifest.never_missing").with("name", &setting.name));
    }
    if setting.kind == SettingKind::Secret && (setting.default.is_some() || setting.example.is_some()) {
        walk.warning(node.at, Cause::new("manifest.secret_shown").with("name", &setting.name));
    }
    Some(setting)
}

fn kind(walk: &mut Walk, node: &Node) -> Option<SettingKind> {
    let choices = walk.each(node, "choices", choice);
    match walk.need_text(node, "kind")?.as_str() {
        "text" => Some(SettingKind::Text),
        "secret" => Some(SettingKind::Secret),
        "number" => Some(SettingKind::Number),
        "url" => Some(SettingKind::Url),
        "host" => Some(SettingKind::Host),
        "choice" if choices.is_empty() => {
            walk.error(node.at, Cause::new("manifest.missing").with("key", "choices"));
            None
        }
        "choice" => Some(SettingKind::Choice(choices)),
        _ => {
            let kinds = "text, secret, choice, number, url, host";
            walk.shape(
                place(node, "kind"),
                "kind",
                &format!("以下之一：{kinds}"),
                &format!("one of {kinds}"),
            );
            None
        }
    }
}

/// Where a member stands.
fn place(node: &Node, key: &str) -> At {
    node.get(key).map_or(node.at, |member| member.at)
}

fn choice(walk: &mut Walk, node: &Node) -> Option<Choice> {
    walk.known(node, &["value", "title"]);
    Some(Choice { value: walk.need_text(node, "value")?, title: walk.words(node, "title") })
}

pub(super) fn facts(walk: &mut Walk, node: &Node) -> Facts {
    let mut facts = facts::defaults();
    let Some(node) = node.get("facts") else { return facts };
    let known = ["settle_window", "overlap", "within", "page", "batch", "lookup", "notice_dedupe", "limits"];
    walk.known(node, &known);
    let set_span = |walk: &mut Walk, key: &str, place: &mut Duration| {
        if let Some(span) = walk.span(node, key) {
            *place = span;
        }
    };
    set_span(walk, "settle_window", &mut facts.settle_window);
    set_span(walk, "overlap", &mut facts.overlap);
    set_span(walk, "within", &mut facts.within);
    let set_count = |walk: &mut Walk, key: &str, place: &mut usize| {
        if let Some(count) = walk.number(node, key) {
            *place = usize::try_from(count).unwrap_or(usize::MAX);
        }
    };
    set_count(walk, "page", &mut facts.page);
    set_count(walk, "batch", &mut facts.batch);
    set_count(walk, "lookup", &mut facts.lookup);
    facts.notice_dedupe = walk.truth(node, "notice_dedupe");
    limits(walk, node, &mut facts);
    facts
}

fn limits(walk: &mut Walk, node: &Node, facts: &mut Facts) {
    let Some(node) = node.get("limits") else { return };
    walk.known(node, &["rates", "each_operation", "at_once", "daily"]);
    if let Some(member) = node.get("rates") {
        let texts = walk.texts(node, "rates");
        match texts.iter().map(|text| duration::rate(text)).collect::<Option<Vec<_>>>() {
            Some(rates) => facts.limits.rates = rates,
            None => {
                walk.shape(member.at, "rates", "速率，例如 20/s、100/20s", "rates such as 20/s or 100/20s")
            }
        }
    }
    facts.limits.each_operation = walk.truth(node, "each_operation");
    if let Some(calls) = walk.number(node, "at_once") {
        facts.limits.at_once = u32::try_from(calls).unwrap_or(u32::MAX);
    }
    facts.limits.daily = walk.number(node, "daily").or(facts.limits.daily);
}

pub(super) fn error(walk: &mut Walk, node: &Node) -> Option<ErrorRule> {
    walk.known(node, &["code", "text", "name", "class", "of", "zh", "en", "remedy"]);
    let codes = walk.texts(node, "code");
    let texts = walk.texts(node, "text");
    let name = walk.text(node, "name");
    let matches = match (codes.is_empty(), texts.is_empty()) {
        (false, true) => Matches::Codes(codes),
        (true, false) => Matches::Texts(texts),
        _ => {
            walk.error(node.at, Cause::new("manifest.missing").with("key", "code | text"));
            return None;
        }
    };
    check_keys(walk, node, &matches, name.as_deref());
    let class = walk.need_text(node, "class")?;
    let Some(class) = AnswerClass::of_name(&class) else {
        let classes = "rejected, config, auth, throttled, transient, unknown";
        walk.shape(
            place(node, "class"),
            "class",
            &format!("以下之一：{classes}"),
            &format!("one of {classes}"),
        );
        return None;
    };
    let of = walk.text(node, "of");
    if of.as_deref().is_some_and(|of| of != "record") {
        walk.shape(place(node, "of"), "of", "record", "record");
    }
    let (words, remedy) = (both(walk, node), walk.words(node, "remedy"));
    Some(ErrorRule { matches, class, of_record: of.is_some(), name, words, remedy })
}

/// The words of an error stand beside its code rather than in a map of their own.
fn both(walk: &mut Walk, node: &Node) -> crate::manifest::Words {
    let (zh, en) = (walk.need_text(node, "zh"), walk.need_text(node, "en"));
    crate::manifest::Words { zh: zh.unwrap_or_default(), en: en.unwrap_or_default() }
}

/// An entry by texts needs a name for its cause; a range must go up.
fn check_keys(walk: &mut Walk, node: &Node, matches: &Matches, name: Option<&str>) {
    match matches {
        Matches::Texts(_) if name.is_none() => {
            walk.error(node.at, Cause::new("manifest.missing").with("key", "name"));
        }
        Matches::Codes(codes) => {
            for key in codes.iter().filter(|key| range(key).is_some_and(|(first, last)| first > last)) {
                walk.shape(
                    place(node, "code"),
                    key,
                    "从小到大的范围",
                    "a range from the smaller to the larger",
                );
            }
        }
        Matches::Texts(_) => {}
    }
}

pub(super) fn object(walk: &mut Walk, node: &Node) -> Option<Preset> {
    let known = ["object", "title", "id", "number", "name", "version", "statuses", "personal", "details"];
    walk.known(node, &known);
    let object = walk.need_text(node, "object")?;
    let version = walk.text(node, "version");
    let facts = ObjectFacts {
        id: walk.need_text(node, "id")?,
        number: walk.text(node, "number"),
        name: walk.text(node, "name"),
        by_time: version.is_some(),
        version,
        statuses: walk.texts(node, "statuses"),
        personal: walk.texts(node, "personal"),
    };
    Some(Preset { title: walk.words(node, "title"), name: object, facts, details: details(walk, node) })
}

/// `details: { SalesOrderProductObj: order_id }`.
fn details(walk: &mut Walk, node: &Node) -> Vec<(String, String)> {
    let Some(member) = node.get("details") else { return Vec::new() };
    let pairs = member.members().and_then(|members| {
        let pair = |(name, _, field): &(String, At, Node)| Some((name.clone(), field.scalar()?));
        members.iter().map(pair).collect::<Option<Vec<_>>>()
    });
    pairs.unwrap_or_else(|| {
        let (zh, en) =
            ("明细对象和它指向主对象的字段", "detail objects, each with the field that names its master");
        walk.shape(member.at, "details", zh, en);
        Vec::new()
    })
}
