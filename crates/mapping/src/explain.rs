//! Explaining a mapping: for one record, where each target field comes from and what it came to.

mod files;
mod outline;
mod table;

use model::flow::{Counterpart, KnownBy, Reference, Wanted, Way};
use model::{Catalogue, Cause, Lang, Map, Value};

use crate::compile::{Compiled, Origin, Rule};
use crate::expression::Scope;
use crate::finding::Place;
use crate::map::Resolve;
use crate::map::rule::Given;
use crate::route::{Found, Route};

pub use outline::{Outline, Outlined};

/// A mapping explained over one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Whether the record is in scope, or why that cannot be told.
    pub scope: Result<bool, Cause>,
    /// Whether the document is to be closed, where the flow says so.
    pub closed: Option<Result<bool, Cause>>,
    /// One for each entry in the order of the flow; those of lines once for each line.
    pub entries: Vec<Explained>,
}

/// One target field explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The target field; of lines with their number: `FEntity[2].FQty`.
    pub field: String,
    pub from: Told,
    /// The value at the source; `None` where there is none, or where it is not one field.
    pub source: Option<Value<'static>>,
    pub outcome: Outcome,
    /// Written in a second pass.
    pub later: bool,
    /// Line and column of the entry in the flow's file.
    pub at: Place,
}

/// Where a value comes from, in words.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Path(String),
    Constant,
    Expression(String),
    /// A field through a value map; `None` where the table stands in the flow itself.
    Values {
        path: String,
        name: Option<String>,
        way: Way,
    },
    Reference {
        path: String,
        reference: Reference,
    },
    Counterpart {
        path: String,
        counterpart: Counterpart,
    },
    /// The lines of a list.
    Lines(String),
    /// Files that hang at a field.
    Files {
        path: String,
        /// In bytes.
        limit: u64,
    },
}

/// What an entry came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Value(Value<'static>),
    /// Left out, since the source has no value.
    Absent,
    /// So many lines; each is explained by itself.
    Lines(usize),
    Problem(Cause),
}

impl Compiled {
    /// Explains the mapping over one record.
    pub fn explain(&self, record: &Value, resolve: &dyn Resolve) -> Explanation {
        let mut entries = Vec::new();
        let scope = Scope { record, line: None };
        self.rules.iter().for_each(|rule| explain(rule, scope, "", resolve, &mut entries));
        entries.extend(files::explain(self, record));
        Explanation { scope: self.scope(record), closed: self.closed(record).transpose(), entries }
    }
}

fn explain(rule: &Rule, scope: Scope, within: &str, resolve: &dyn Resolve, entries: &mut Vec<Explained>) {
    let mut explained = Explained {
        field: format!("{within}{}", rule.field),
        from: told(rule),
        source: source(rule, scope),
        outcome: Outcome::Absent,
        later: rule.later,
        at: rule.at,
    };
    if let (Origin::Lines { route, rules, .. }, Some(lines)) = (&rule.origin, lines(rule, scope)) {
        explained.outcome = Outcome::Lines(lines.len());
        explained.source = None;
        entries.push(explained);
        let Found::Value(Value::List(list)) = route.find(scope) else { return };
        for (n, line) in list.iter().enumerate() {
            let scope = Scope { record: scope.record, line: Some((line, n + 1)) };
            let within = format!("{}[{}].", rule.field, n + 1);
            rules.iter().for_each(|rule| explain(rule, scope, &within, resolve, entries));
        }
        return;
    }
    explained.outcome = match rule.give(scope, resolve) {
        Ok(Given::Value(value)) => Outcome::Value(value.into_owned()),
        Ok(Given::Absent) => Outcome::Absent,
        Ok(Given::Missing(id)) => Outcome::Problem(rule.missing(&id)),
        Err(causes) => causes.into_iter().next().map_or(Outcome::Absent, Outcome::Problem),
    };
    entries.push(explained);
}

/// The lines of an entry whose list is one of maps and not empty.
fn lines<'r>(rule: &Rule, scope: Scope<'r>) -> Option<&'r [Value<'r>]> {
    let Origin::Lines { route, .. } = &rule.origin else { return None };
    match route.find(scope) {
        Found::Value(Value::List(list)) if list.iter().all(|line| line.as_map().is_some()) => {
            Some(list).filter(|list| !list.is_empty()).map(Vec::as_slice)
        }
        _ => None,
    }
}

fn told(rule: &Rule) -> Told {
    let path = |route: &Route| route.written().to_owned();
    match &rule.origin {
        Origin::Path(route) => Told::Path(path(route)),
        Origin::Constant(_) => Told::Constant,
        Origin::Expression(expression) => Told::Expression(expression.text().to_owned()),
        Origin::Values { route, name, way, .. } => {
            Told::Values { path: path(route), name: name.clone(), way: *way }
        }
        Origin::Reference { route, reference } => {
            Told::Reference { path: path(route), reference: reference.clone() }
        }
        Origin::Counterpart { route, counterpart, .. } => {
            Told::Counterpart { path: path(route), counterpart: counterpart.clone() }
        }
        Origin::Lines { route, .. } => Told::Lines(path(route)),
    }
}

fn source(rule: &Rule, scope: Scope) -> Option<Value<'static>> {
    let route = match &rule.origin {
        Origin::Path(route)
        | Origin::Values { route, .. }
        | Origin::Reference { route, .. }
        | Origin::Counterpart { route, .. }
        | Origin::Lines { route, .. } => route,
        Origin::Constant(_) | Origin::Expression(_) => return None,
    };
    match route.find(scope) {
        Found::Nothing => None,
        Found::Value(value) => Some(value.clone().into_owned()),
        Found::LineNumber(number) => Some(Value::from(number as i64)),
    }
}

impl Told {
    /// In words: `字段 account_no`, `expression tel or mobile1`.
    pub fn words(&self, lang: Lang) -> String {
        let say = |zh: &str, en: &str| lang.choose(zh, en).to_owned();
        match self {
            Told::Path(path) => format!("{} {path}", say("字段", "field")),
            Told::Constant => say("常量", "constant"),
            Told::Expression(text) => format!("{} {text}", say("表达式", "expression")),
            Told::Values { path, name, way } => {
                let name = name.clone().unwrap_or_else(|| say("(流内)", "(in the flow)"));
                let map = match way {
                    Way::Forth => say("值映射", "value map"),
                    Way::Back => say("值映射反向", "value map backwards"),
                };
                format!("{map} {name} ← {path}")
            }
            Told::Reference { path, reference } => {
                let wanted = match (&reference.by, reference.want) {
                    (KnownBy::LineOf(_), _) => say("对方明细行 id", "linked line id"),
                    (_, Wanted::Id) => say("对方 id", "linked id"),
                    (_, Wanted::Number) => say("对方编码", "linked number"),
                };
                let by = match &reference.by {
                    KnownBy::Id => String::new(),
                    KnownBy::Number => say("(按编码)", " (by number)"),
                    KnownBy::LineOf(list) => format!(".{list}"),
                };
                format!("{wanted} {}{by} ← {path}", reference.object)
            }
            Told::Counterpart { path, counterpart } => {
                let (zh, en) = counterpart.kind.title();
                let bound = lang.choose("绑定的", "bound ");
                format!("{bound}{} {} ← {path}", lang.choose(zh, en), counterpart.connection)
            }
            Told::Lines(list) => format!("{} {list}", say("明细", "lines of")),
            Told::Files { path, limit } => {
                format!(
                    "{} {path}({} {})",
                    say("附件", "files of"),
                    say("上限", "at most"),
                    files::size(*limit)
                )
            }
        }
    }

    /// The one word for machines.
    fn kind(&self) -> &'static str {
        match self {
            Told::Path(_) => "path",
            Told::Constant => "constant",
            Told::Expression(_) => "expression",
            Told::Values { .. } => "values",
            Told::Reference { .. } => "reference",
            Told::Counterpart { counterpart, .. } => counterpart.kind.name(),
            Told::Lines(_) => "lines",
            Told::Files { .. } => "files",
        }
    }
}

impl Outcome {
    fn words(&self, lang: Lang, catalogue: &Catalogue) -> String {
        match self {
            Outcome::Value(value) => model::json::write(value),
            Outcome::Absent => lang.choose("不发送", "not sent").to_owned(),
            Outcome::Lines(count) => format!("{count} {}", lang.choose("行", "lines")),
            Outcome::Problem(cause) => format!("✗ {}", catalogue.text(cause, lang)),
        }
    }
}

impl Explanation {
    /// As an aligned text for people. `catalogue` holds the sentences of the problems.
    pub fn text(&self, lang: Lang, catalogue: &Catalogue) -> String {
        let scope = match &self.scope {
            Ok(true) => lang.choose("在数据范围内", "in scope").to_owned(),
            Ok(false) => lang.choose("不在数据范围内,不会同步", "out of scope, not brought over").to_owned(),
            Err(cause) => catalogue.text(cause, lang),
        };
        let closed = match &self.closed {
            None => String::new(),
            Some(Ok(true)) => lang.choose("单据应关闭\n", "the document is to be closed\n").to_owned(),
            Some(Ok(false)) => lang.choose("单据应打开\n", "the document is to be open\n").to_owned(),
            Some(Err(cause)) => format!("{}\n", catalogue.text(cause, lang)),
        };
        let head = match lang {
            Lang::Zh => ["目标字段", "来源", "源值", "位置", "结果"],
            Lang::En => ["target field", "from", "source value", "at", "result"],
        };
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(self.entries.iter().map(|entry| entry.row(lang, catalogue)));
        format!("{scope}\n{closed}{}", table::aligned(&rows))
    }

    /// As a value, for `--json`. Numbers are exact.
    pub fn to_value(&self) -> Value<'static> {
        let mut map = Map::new();
        match &self.scope {
            Ok(in_scope) => map.push("in_scope", *in_scope),
            Err(cause) => map.push("scope_problem", cause_value(cause)),
        }
        match &self.closed {
            Some(Ok(closed)) => map.push("closed", *closed),
            Some(Err(cause)) => map.push("closed_problem", cause_value(cause)),
            None => {}
        }
        map.push("entries", Value::List(self.entries.iter().map(Explained::to_value).collect()));
        Value::Map(map)
    }
}

impl Explained {
    fn row(&self, lang: Lang, catalogue: &Catalogue) -> [String; 5] {
        let mut from = self.from.words(lang);
        if self.later {
            from.push_str(lang.choose("(第二步写)", " (second pass)"));
        }
        let source = self.source.as_ref().map_or_else(|| "-".to_owned(), model::json::write);
        let at = format!("{}:{}", self.at.0, self.at.1);
        [self.field.clone(), from, source, at, self.outcome.words(lang, catalogue)]
    }

    fn to_value(&self) -> Value<'static> {
        let mut map = Map::new();
        map.push("field", self.field.clone());
        map.push("kind", self.from.kind());
        map.push("from", self.from.words(Lang::En));
        if let Some(source) = &self.source {
            map.push("source", source.clone());
        }
        match &self.outcome {
            Outcome::Value(value) => map.push("value", value.clone()),
            Outcome::Lines(count) => map.push("lines", *count as i64),
            Outcome::Problem(cause) => map.push("problem", cause_value(cause)),
            Outcome::Absent => {}
        }
        if self.later {
            map.push("later", true);
        }
        map.push("line", self.at.0 as i64);
        map.push("column", self.at.1 as i64);
        Value::Map(map)
    }
}

fn cause_value(cause: &Cause) -> Value<'static> {
    let mut map = Map::new();
    map.push("code", cause.code.to_string());
    for (name, value) in &cause.params {
        map.set(name.clone(), value.clone());
    }
    Value::Map(map)
}
