//! From a flow as read to one that runs: paths split, expressions compiled, value maps put in.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::flow::{
    Conflict, Convert, Counterpart, Derive, Entry, Flow, From, KnownBy, Located, Reference, ValueMap, Values,
    Way,
};
use model::{Cause, ObjectName, Value};

use crate::expression::{Expression, Reads, Scope, Tables};
use crate::files::FileOrigin;
use crate::finding::{Finding, Findings, Place};
use crate::map::rule::found;
use crate::route::{Found, Route};
use crate::text::values::no_way_back;

/// A flow ready to run. It holds no state and may be shared by any number of threads.
#[derive(Debug)]
pub struct Compiled {
    flow: Flow,
    pub(crate) scope: Option<Expression>,
    pub(crate) closed: Option<Expression>,
    derive: Option<Parent>,
    pub(crate) open: Option<Expression>,
    pub(crate) rules: Vec<Rule>,
    references: Vec<ReferenceUse>,
    counterparts: Vec<(Counterpart, Place)>,
    lists: Vec<DetailList>,
    target_fields: Vec<String>,
    pub(crate) files: Vec<FileOrigin>,
}

/// The parent that a document is derived from, as the source knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentIds {
    pub id: String,
    /// The detail list of the target whose lines are taken from lines of the parent; `None` where the whole parent is
    /// meant.
    pub list: Option<String>,
    /// For each line of that list, in order, the parent's line that it is taken from; `None` for one that is from none.
    pub lines: Vec<Option<String>>,
}

impl ParentIds {
    /// The parent's lines that are taken.
    pub fn taken(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flatten().map(String::as_str)
    }
}

/// A detail list that a flow writes line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailList {
    /// As the flow writes it at the target: `FSaleOrderEntry`.
    pub list: String,
    /// The target field that tells its lines apart.
    pub key: Option<String>,
    /// Whether its lines are told apart by a field of the source, so that line links are kept.
    pub has_ids: bool,
}

/// A reference that a flow makes, whatever the record: for finding cycles across flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceUse {
    /// The object at the source that is referred to.
    pub object: ObjectName,
    /// The object at the target, where the flow names it.
    pub target: Option<ObjectName>,
    /// The list whose line is meant, as the flow that carries the object writes it.
    pub line_of: Option<String>,
    /// Written in a second pass, so that it makes no cycle.
    pub later: bool,
    /// Line and column of the entry in the flow's file.
    pub at: Place,
}

/// Where the record names the parent that its document is derived from.
#[derive(Debug)]
struct Parent {
    by: Route,
    lines: Option<ParentLines>,
}

/// Where the lines of the first detail list name the parent's lines.
#[derive(Debug)]
struct ParentLines {
    /// The list at the target.
    list: String,
    /// The list at the source.
    of: Route,
    by: Route,
}

/// One mapping entry, ready to run.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The target field, split at its dots.
    pub to: Box<[Box<str>]>,
    /// The target field as written.
    pub field: String,
    pub origin: Origin,
    pub required: bool,
    pub send_empty: bool,
    pub later: bool,
    pub conflict: Option<Conflict>,
    pub convert: Vec<Convert>,
    pub at: Place,
}

#[derive(Debug)]
pub(crate) enum Origin {
    Path(Route),
    Constant(Value<'static>),
    Expression(Expression),
    /// The table is the one that is looked up: gone backwards it has been turned round.
    Values {
        route: Route,
        table: ValueMap,
        way: Way,
        name: Option<String>,
    },
    Reference {
        route: Route,
        reference: Reference,
    },
    Counterpart {
        route: Route,
        counterpart: Counterpart,
        otherwise: Option<Value<'static>>,
    },
    Lines {
        route: Route,
        /// The source field that tells the lines apart.
        id: Option<Route>,
        rules: Vec<Rule>,
    },
}

/// Compiles a flow. `values` gives the named value maps. Fails with everything wrong with its expressions and names;
/// never panics, whatever the flow is.
pub fn compile(flow: Flow, values: &dyn Fn(&str) -> Option<ValueMap>) -> Result<Compiled, Vec<Finding>> {
    let mut compiler =
        Compiler { values, findings: Findings::default(), references: Vec::new(), counterparts: Vec::new() };
    compiler.check_names(&flow.map);
    let scope = flow.scope.as_ref().and_then(|scope| compiler.expression(scope));
    let closed = flow.target.closed.as_ref().and_then(|closed| compiler.expression(closed));
    let derive = flow.target.derive.as_ref().map(|derive| parent(derive, &flow.map));
    let open = flow.source.open.as_ref().and_then(|open| compiler.expression(open));
    let rules = compiler.rules(&flow.map, false);
    match compiler.findings.has_errors() {
        true => Err(compiler.findings.into_sorted()),
        false => Ok(Compiled {
            scope,
            closed,
            derive,
            open,
            references: compiler.references,
            counterparts: compiler.counterparts,
            lists: flow.map.iter().filter_map(detail_list).collect(),
            target_fields: written(&rules),
            rules,
            files: flow.files.iter().filter_map(|rule| FileOrigin::of(rule, &flow.map)).collect(),
            flow,
        }),
    }
}

fn parent(derive: &Derive, map: &[Entry]) -> Parent {
    let list = map.iter().find_map(|entry| match &entry.from {
        From::Lines { list, .. } => Some((&entry.to, list)),
        _ => None,
    });
    let lines = derive.lines.as_ref().zip(list).map(|(lines, (to, list))| ParentLines {
        list: to.to_string(),
        of: Route::new(list, false),
        by: Route::new(&lines.by, true),
    });
    Parent { by: Route::new(&derive.by, false), lines }
}

fn detail_list(entry: &Entry) -> Option<DetailList> {
    match &entry.from {
        From::Lines { id, key, .. } => {
            Some(DetailList { list: entry.to.to_string(), key: key.clone(), has_ids: id.is_some() })
        }
        _ => None,
    }
}

struct Compiler<'v> {
    values: &'v dyn Fn(&str) -> Option<ValueMap>,
    findings: Findings,
    references: Vec<ReferenceUse>,
    counterparts: Vec<(Counterpart, Place)>,
}

impl Compiler<'_> {
    /// Names of value maps that do not exist.
    fn check_names(&mut self, entries: &[Entry]) {
        for entry in entries {
            match &entry.from {
                From::Lines { entries, .. } => self.check_names(entries),
                From::Values { values: Values::Named(name), .. } if (self.values)(&name.value).is_none() => {
                    let cause = Cause::new("mapping.unknown_values").with("name", &name.value);
                    self.findings.error(name.at, cause);
                }
                _ => {}
            }
        }
    }

    fn rules(&mut self, entries: &[Entry], in_lines: bool) -> Vec<Rule> {
        entries.iter().filter_map(|entry| self.rule(entry, in_lines)).collect()
    }

    fn rule(&mut self, entry: &Entry, in_lines: bool) -> Option<Rule> {
        Some(Rule {
            to: entry.to.segments().map(Box::from).collect(),
            field: entry.to.to_string(),
            origin: self.origin(entry, in_lines)?,
            required: entry.required,
            send_empty: entry.send_empty,
            later: entry.later,
            conflict: entry.conflict,
            convert: entry.convert.clone(),
            at: entry.at,
        })
    }

    fn origin(&mut self, entry: &Entry, in_lines: bool) -> Option<Origin> {
        let route = |path| Route::new(path, in_lines);
        Some(match &entry.from {
            From::Field(path) => Origin::Path(route(path)),
            From::Constant(value) => Origin::Constant(value.clone()),
            From::Expression(text) => Origin::Expression(self.expression(text)?),
            From::Values { field, values, way, otherwise } => {
                let (mut table, name, at) = match values {
                    Values::Inline(table) => (table.clone(), None, entry.at),
                    Values::Named(name) => ((self.values)(&name.value)?, Some(name.value.clone()), name.at),
                };
                if *way == Way::Back {
                    table = self.way_back(&table, name.as_deref(), at)?;
                }
                table.otherwise = otherwise.clone().or(table.otherwise);
                Origin::Values { route: route(field), table, way: *way, name }
            }
            From::Reference { field, reference } => {
                let Reference { object, by, target, .. } = reference.clone();
                let line_of = match by {
                    KnownBy::LineOf(list) => Some(list),
                    KnownBy::Id | KnownBy::Number => None,
                };
                let (later, at) = (entry.later, entry.at);
                self.references.push(ReferenceUse { object, target, line_of, later, at });
                Origin::Reference { route: route(field), reference: reference.clone() }
            }
            From::Counterpart { field, counterpart, otherwise } => {
                let (counterpart, otherwise) = (counterpart.clone(), otherwise.clone());
                self.counterparts.push((counterpart.clone(), entry.at));
                Origin::Counterpart { route: route(field), counterpart, otherwise }
            }
            From::Lines { list, id, entries, .. } => Origin::Lines {
                route: route(list),
                id: id.as_ref().map(|id| Route::new(id, true)),
                rules: self.rules(entries, true),
            },
        })
    }

    /// The table turned round; what keeps it from having one way back is told of the entry that goes it.
    fn way_back(&mut self, table: &ValueMap, name: Option<&str>, at: Place) -> Option<ValueMap> {
        match table.way_back() {
            Ok(table) => Some(table),
            Err(problems) => {
                for problem in problems {
                    self.findings.error(at, no_way_back(&problem).with("values", name.unwrap_or("map")));
                }
                None
            }
        }
    }

    /// Compiles an expression; its mistakes become findings at their place in the file.
    fn expression(&mut self, text: &Located<String>) -> Option<Expression> {
        let place = |(line, column): Place| (text.at.0 + line - 1, text.at.1 + column - 1);
        let expression = match Expression::compile(&text.value) {
            Ok(expression) => expression,
            Err(mistakes) => {
                mistakes.into_iter().for_each(|(at, cause)| self.findings.error(place(at), cause));
                return None;
            }
        };
        let mut tables = Tables::default();
        for (name, at) in &expression.reads().tables {
            match (self.values)(name) {
                Some(table) => tables.0.push((name.clone(), table)),
                None => {
                    let cause = Cause::new("mapping.unknown_values").with("name", name);
                    self.findings.error(place(*at), cause);
                }
            }
        }
        Some(expression.with_tables(&Arc::new(tables)))
    }
}

impl Compiled {
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The top-level fields of the source record that the flow reads: by its scope, its mapping, its references and
    /// expressions. The lists of details are among them, their inner fields are not, but for those of files (dotted).
    pub fn source_fields(&self) -> BTreeSet<String> {
        let mut fields = BTreeSet::new();
        for expression in [&self.scope, &self.open].into_iter().flatten() {
            reads(expression.reads(), false, &mut fields);
        }
        if let Some(closed) = &self.closed {
            reads(closed.reads(), false, &mut fields);
        }
        if let Some(parent) = &self.derive {
            fields.extend(parent.by.record_field(false).map(str::to_owned));
        }
        fields_read(&self.rules, false, &mut fields);
        fields.extend(self.files.iter().flat_map(FileOrigin::reads));
        fields
    }

    /// The target fields that are written, dotted; those of lines below their list.
    pub fn target_fields(&self) -> &[String] {
        &self.target_fields
    }

    /// Whether a top-level field of the target is written, or something below it.
    pub fn writes(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.to.first().is_some_and(|first| **first == *name))
    }

    /// The lists that are written line by line, in the order of the flow.
    pub fn lists(&self) -> &[DetailList] {
        &self.lists
    }

    /// Whether the document is to be closed; `None` where the flow leaves that to people.
    ///
    /// # Errors
    /// Where that cannot be told.
    pub fn closed(&self, record: &Value) -> Result<Option<bool>, Cause> {
        let holds = |closed: &Expression| closed.holds(Scope { record, line: None });
        self.closed.as_ref().map(holds).transpose().map_err(|cause| cause.with("field", "closed"))
    }

    /// What the record says of the parent that its document is derived from; `None` where nothing is derived or the
    /// record names none.
    pub fn parent(&self, record: &Value) -> Option<ParentIds> {
        let parent = self.derive.as_ref()?;
        let text = |route: &Route, scope: Scope| found(route, scope)?.plain().map(|id| id.trim().to_owned());
        let id = text(&parent.by, Scope { record, line: None }).filter(|id| !id.is_empty())?;
        let mut lines = Vec::new();
        if let Some(ParentLines { of, by, .. }) = &parent.lines
            && let Found::Value(Value::List(all)) = of.find(Scope { record, line: None })
        {
            let named = |(n, line)| text(by, Scope { record, line: Some((line, n + 1)) });
            lines.extend(all.iter().enumerate().map(|line| named(line).filter(|id| !id.is_empty())));
        }
        Some(ParentIds { id, list: parent.lines.as_ref().map(|lines| lines.list.clone()), lines })
    }

    /// Whether line links are kept of some list.
    pub fn keeps_line_links(&self) -> bool {
        self.lists.iter().any(|list| list.has_ids)
    }

    /// The references it makes, whatever the record.
    pub fn references(&self) -> &[ReferenceUse] {
        &self.references
    }
}

impl Compiled {
    /// The people and departments that it names as another connection knows them, whatever the record, each with its
    /// place in the flow's file.
    pub fn counterparts(&self) -> &[(Counterpart, Place)] {
        &self.counterparts
    }
}

fn reads(reads: &Reads, in_lines: bool, fields: &mut BTreeSet<String>) {
    if !in_lines {
        fields.extend(reads.fields.iter().map(|name| name.to_string()));
    }
    fields.extend(reads.record.iter().map(|name| name.to_string()));
}

pub(crate) fn fields_read(rules: &[Rule], in_lines: bool, fields: &mut BTreeSet<String>) {
    for rule in rules {
        let route = match &rule.origin {
            Origin::Constant(_) => continue,
            Origin::Expression(expression) => {
                reads(expression.reads(), in_lines, fields);
                continue;
            }
            Origin::Lines { route, rules, .. } => {
                fields_read(rules, true, fields);
                route
            }
            Origin::Path(route)
            | Origin::Values { route, .. }
            | Origin::Reference { route, .. }
            | Origin::Counterpart { route, .. } => route,
        };
        fields.extend(route.record_field(in_lines).map(str::to_owned));
    }
}

fn written(rules: &[Rule]) -> Vec<String> {
    let mut fields = Vec::new();
    for rule in rules {
        match &rule.origin {
            Origin::Lines { rules, .. } => {
                fields.extend(written(rules).into_iter().map(|field| format!("{}.{field}", rule.field)));
            }
            _ => fields.push(rule.field.clone()),
        }
    }
    fields
}
