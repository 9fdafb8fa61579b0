//! The recorded samples of a flow (`tests:`): a source record each, and what it must become.
//!
//! ```yaml
//! tests:
//!   - name: 正常客户
//!     record: { account_no: C001, name: 上海启明, life_status: normal }
//!     links: { AccountObj: { 5f01: CUST0001 } }       # of lines: SalesOrderObj.FSaleOrderEntry
//!     people: { erp: { "1000": S001 } }
//!     expect: { FNumber: C001, FName: 上海启明 }
//!   - name: 作废的客户不同步
//!     record: { life_status: invalid }
//!     skipped: true
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::flow::{Counterpart, KnownBy, Reference};
use model::{Cause, Map, Value, binding};

use crate::compile::Compiled;
use crate::finding::{Finding, Findings, Place};
use crate::map::Resolve;
use crate::placeholder;
use crate::text::EnvironmentText;
use crate::text::fields::{self, Fields};
use crate::yaml::{self, Node};

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub name: String,
    /// The record as the source gives it.
    pub record: Value<'static>,
    /// What stands at the target for ids at the source: object, id, value.
    pub links: Vec<(String, String, Value<'static>)>,
    /// Who is bound: connection, id here, id or number there.
    pub people: Vec<(String, String, Value<'static>)>,
    pub departments: Vec<(String, String, Value<'static>)>,
    pub expected: Expected,
    pub at: Place,
}

/// What a sample must come to.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// The mapped document.
    Document(Map<'static>),
    /// Out of scope.
    Skipped,
    /// A problem with this code.
    Problem(String),
}

/// What the functions (自定义函数) of a flow make of a sample. Without any, everything stays as it is.
pub trait SampleFunctions {
    /// The record that is mapped.
    fn before_mapping<'s>(&self, sample: &Sample, record: Value<'s>) -> Result<Value<'s>, Cause> {
        let _ = sample;
        Ok(record)
    }

    /// The document that is written.
    fn after_mapping<'s>(
        &self,
        sample: &Sample,
        record: &Value<'_>,
        document: Map<'s>,
    ) -> Result<Map<'s>, Cause> {
        let _ = (sample, record);
        Ok(document)
    }
}

struct NoFunctions;

impl SampleFunctions for NoFunctions {}

/// How a sample went.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleOutcome {
    pub name: String,
    /// Where what came out differs from what was expected; empty where all is well.
    pub differences: Vec<Difference>,
    /// Problems that were not expected.
    pub problems: Vec<Cause>,
    /// It was in scope, or was not, against what was expected.
    pub scope_differs: bool,
}

/// One field that is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Dotted, with positions in lists: `FEntity.0.FQty`.
    pub field: String,
    pub expected: Option<Value<'static>>,
    pub found: Option<Value<'static>>,
}

/// Reads a file of samples, its placeholders filled from the environment. Numbers of records and expectations keep
/// their text.
pub fn samples(text: &str, environment: Option<&EnvironmentText>) -> Result<Vec<Sample>, Vec<Finding>> {
    let mut node = yaml::read(text).map_err(|finding| vec![finding])?;
    let mut findings = Findings::default();
    placeholder::fill(&mut node, environment, false, &mut findings);
    let fields = Fields::of(&node, "tests", &["tests"], &mut findings);
    let list = fields.and_then(|fields| fields.required("tests", &mut findings));
    let nodes = list.map(|node| fields::list(node, "tests", &mut findings)).unwrap_or_default();
    let samples =
        nodes.iter().enumerate().filter_map(|(n, node)| sample(node, n + 1, &mut findings)).collect();
    match findings.has_errors() {
        true => Err(findings.into_sorted()),
        false => Ok(samples),
    }
}

const KNOWN: &[&str] = &["name", "record", "links", "people", "departments", "expect", "skipped", "problem"];

fn sample(node: &Node, number: usize, findings: &mut Findings) -> Option<Sample> {
    let fields = Fields::of(node, "tests", KNOWN, findings)?;
    let name = fields.text("name", findings).unwrap_or_else(|| number.to_string());
    let record = fields.required("record", findings)?;
    Fields::open(record, "record", findings)?;
    Some(Sample {
        record: record.value(),
        links: pairs(&fields, "links", findings),
        people: pairs(&fields, "people", findings),
        departments: pairs(&fields, "departments", findings),
        expected: wanted(&fields, &name, findings)?,
        at: node.at,
        name,
    })
}

fn wanted(fields: &Fields, name: &str, findings: &mut Findings) -> Option<Expected> {
    let skipped = fields.flag("skipped", findings).then_some(Expected::Skipped);
    let problem = fields.text("problem", findings).map(Expected::Problem);
    let expected = fields.get("expect").and_then(|node| {
        Fields::open(node, "expect", findings)?;
        match node.value() {
            Value::Map(map) => Some(Expected::Document(map)),
            _ => None,
        }
    });
    let mut stated: Vec<Expected> = [skipped, problem, expected].into_iter().flatten().collect();
    if stated.len() != 1 {
        findings.error(fields.at, Cause::new("mapping.sample_outcomes").with("name", name));
        return None;
    }
    stated.pop()
}

/// Ids here and what stands for them there, by object or connection.
fn pairs(fields: &Fields, name: &str, findings: &mut Findings) -> Vec<(String, String, Value<'static>)> {
    let mut links = Vec::new();
    let Some(node) = fields.get(name) else { return links };
    let Some(objects) = Fields::open(node, name, findings) else { return links };
    for (object, node) in objects.iter() {
        let Some(ids) = Fields::open(node, &object.name, findings) else { continue };
        links.extend(ids.iter().map(|(id, value)| (object.name.clone(), id.name.clone(), value.value())));
    }
    links
}

impl Resolve for Sample {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        let is_meant = |object: &str| match &reference.by {
            KnownBy::Id | KnownBy::Number => reference.object.as_str() == object,
            KnownBy::LineOf(list) => object.split_once('.') == Some((reference.object.as_str(), list)),
        };
        let found = self.links.iter().find(|(object, known, _)| known == id && is_meant(object));
        found.map(|(_, _, value)| value.clone())
    }

    fn counterpart(&self, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        let bound = match counterpart.kind {
            binding::Kind::Person => &self.people,
            binding::Kind::Department => &self.departments,
        };
        let is_meant = |(connection, known, _): &&(String, String, _)| {
            counterpart.connection.as_str() == connection && known == id
        };
        bound.iter().find(is_meant).map(|(_, _, value)| value.clone())
    }
}

impl SampleOutcome {
    pub fn passed(&self) -> bool {
        self.differences.is_empty() && self.problems.is_empty() && !self.scope_differs
    }
}

impl Compiled {
    /// Runs one sample. Entries written later count as part of the document where they resolve.
    pub fn run_sample(&self, sample: &Sample) -> SampleOutcome {
        self.run_sample_through(sample, &NoFunctions)
    }

    /// As [`Compiled::run_sample`], with the functions of the flow around its mapping.
    pub fn run_sample_through(&self, sample: &Sample, functions: &dyn SampleFunctions) -> SampleOutcome {
        let mut outcome = SampleOutcome {
            name: sample.name.clone(),
            differences: Vec::new(),
            problems: Vec::new(),
            scope_differs: false,
        };
        let in_scope = match self.scope(&sample.record) {
            Ok(in_scope) => in_scope,
            Err(cause) => return outcome.with_problems(vec![cause], &sample.expected),
        };
        if !in_scope || sample.expected == Expected::Skipped {
            outcome.scope_differs = in_scope == (sample.expected == Expected::Skipped);
            return outcome;
        }
        let record = match functions.before_mapping(sample, sample.record.borrow()) {
            Ok(record) => record,
            Err(cause) => return outcome.with_problems(vec![cause], &sample.expected),
        };
        let mapped = self.map(&record, sample);
        if !mapped.problems.is_empty() {
            return outcome.with_problems(mapped.problems, &sample.expected);
        }
        let mut found = mapped.document;
        mapped.later.into_iter().for_each(|(name, value)| found.set(name, value));
        let found = match functions.after_mapping(sample, &record, found) {
            Ok(found) => found,
            Err(cause) => return outcome.with_problems(vec![cause], &sample.expected),
        };
        if let Expected::Document(expected) = &sample.expected {
            compare_maps("", expected, &found, &mut outcome.differences);
        }
        outcome.with_problems(Vec::new(), &sample.expected)
    }
}

impl SampleOutcome {
    fn with_problems(mut self, problems: Vec<Cause>, expected: &Expected) -> SampleOutcome {
        match expected {
            Expected::Problem(code) if problems.iter().any(|cause| cause.code == *code) => {}
            Expected::Problem(code) => {
                self.differences.push(Difference {
                    field: "problem".into(),
                    expected: Some(Value::from(code.clone())),
                    found: None,
                });
                self.problems = problems;
            }
            _ => self.problems = problems,
        }
        self
    }
}

/// Numbers are compared as they are written: a test that says 10.10 means 10.10.
fn compare(field: &str, expected: Option<&Value>, found: Option<&Value>, differences: &mut Vec<Difference>) {
    match (expected, found) {
        (Some(Value::Map(expected)), Some(Value::Map(found))) => {
            compare_maps(field, expected, found, differences);
        }
        (Some(Value::List(expected)), Some(Value::List(found))) => {
            for n in 0..expected.len().max(found.len()) {
                compare(&format!("{field}.{n}"), expected.get(n), found.get(n), differences);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => differences.push(Difference {
            field: field.to_owned(),
            expected: expected.map(|value| value.clone().into_owned()),
            found: found.map(|value| value.clone().into_owned()),
        }),
    }
}

fn compare_maps(within: &str, expected: &Map, found: &Map, differences: &mut Vec<Difference>) {
    let names: Vec<&str> = expected.iter().chain(found.iter()).map(|(name, _)| name).collect();
    let mut seen = BTreeSet::new();
    for name in names.into_iter().filter(|name| seen.insert(*name)) {
        let field = match within {
            "" => Cow::Borrowed(name),
            within => Cow::Owned(format!("{within}.{name}")),
        };
        compare(&field, expected.get(name), found.get(name), differences);
    }
}
