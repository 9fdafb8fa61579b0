//! Looking at stored records through a flow's mapping: what each becomes, from where, and what it refers to. Nothing is
//! asked of any system and nothing is stored.

mod masking;

use std::cell::RefCell;

use contract::store::StoreError;
use mapping::{Explanation, Resolve};
use model::binding::Kind;
use model::flow::{Counterpart, KnownBy, Reference};
use model::record::Record;
use model::{Cause, Map, Value, json};

use crate::delivery::{Hooks, looked_at};
use crate::seams::Seams;
use crate::setup::ActiveFlow;

/// A record seen through a mapping.
#[derive(Debug, Clone)]
pub struct Look {
    pub id: String,
    pub number: Option<String>,
    /// What the flow reads of the record; personal fields made up, unless they were asked for.
    pub record: Map<'static>,
    pub explanation: Explanation,
    pub becomes: Becomes,
    /// What its references came to, each once.
    pub answers: Vec<Answer>,
}

/// What a record becomes.
#[derive(Debug, Clone)]
pub enum Becomes {
    Document(Map<'static>),
    OutOfScope,
    Problem(Cause),
}

/// Something that the record refers to, and what stands for it at the other side.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub of: Asked,
    pub id: String,
    pub value: Value<'static>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// The link of a record of this object; of a line, `object.list`.
    Link(String),
    /// The person as known in this connection.
    Person(String),
    Department(String),
}

/// Looks at a stored record. With `is_masked`, personal fields are made up before anything else, so that what the
/// record becomes is made of the same values.
pub async fn look(
    seams: &Seams,
    flow: &ActiveFlow,
    record: &Record,
    is_masked: bool,
) -> Result<Look, StoreError> {
    let read = json::read(&record.body).map(Value::into_owned).unwrap_or_default();
    let fields = flow.compiled.source_fields();
    let Value::Map(all) = read else { return Ok(nothing_of(record, flow)) };
    // A function may look at any field.
    let named = &flow.functions;
    let sees_all = named.before_mapping.is_some() || named.after_mapping.is_some();
    let is_seen = |name: &str| sees_all || fields.contains(name);
    let mut kept: Map<'static> = all.into_iter().filter(|(name, _)| is_seen(name)).collect();
    if is_masked {
        masking::make_up(&mut kept, &personal_fields(flow));
    }
    let value = Value::Map(kept.clone());
    let scope = flow.compiled.scope(&value);
    let hooks = Hooks { seams, active: flow, only_looks: true };
    let (mapped, failed) = match scope {
        Ok(true) => match hooks.record(value.clone()).await {
            Ok(mapped) => (mapped, None),
            Err(cause) => (value, Some(cause)),
        },
        _ => (value, None),
    };
    let (mut explanation, becomes, answers) = looked_at(seams, flow, &mapped, |resolve| {
        let noting = Noting { inner: resolve, answers: RefCell::new(Vec::new()) };
        let becomes = becomes(flow, &scope, &mapped, &noting);
        (flow.compiled.explain(&mapped, resolve), becomes, noting.answers.into_inner())
    })
    .await?;
    explanation.scope = scope;
    let becomes = match (failed, becomes) {
        (Some(cause), _) => Becomes::Problem(cause),
        (None, Becomes::Document(document)) => match hooks.document(&mapped, document).await {
            Ok(document) => Becomes::Document(document),
            Err(cause) => Becomes::Problem(cause),
        },
        (None, becomes) => becomes,
    };
    let (id, number) = (record.key.id.clone(), record.number.clone());
    Ok(Look { id, number, record: kept, explanation, becomes, answers })
}

/// A record whose stored content is no map: the mapping of an empty one says what is missing.
fn nothing_of(record: &Record, flow: &ActiveFlow) -> Look {
    let nothing = Value::Map(Map::new());
    let nobody = Noting { inner: &Nobody, answers: RefCell::default() };
    Look {
        id: record.key.id.clone(),
        number: record.number.clone(),
        record: Map::new(),
        explanation: flow.compiled.explain(&nothing, &nobody),
        becomes: becomes(flow, &flow.compiled.scope(&nothing), &nothing, &nobody),
        answers: Vec::new(),
    }
}

/// The mapped document, where the record as it is stored is in scope.
fn becomes(flow: &ActiveFlow, scope: &Result<bool, Cause>, record: &Value, resolve: &dyn Resolve) -> Becomes {
    match scope {
        Ok(true) => {}
        Ok(false) => return Becomes::OutOfScope,
        Err(cause) => return Becomes::Problem(cause.clone()),
    }
    let mut mapped = flow.compiled.map(record, resolve);
    if !mapped.problems.is_empty() {
        return Becomes::Problem(mapped.problems.swap_remove(0));
    }
    let mut document = mapped.document.into_owned();
    mapped.later.into_owned().into_iter().for_each(|(name, value)| document.set(name, value));
    Becomes::Document(document)
}

/// The names of fields that hold personal data, of the source object and of what is read into it.
fn personal_fields(flow: &ActiveFlow) -> Vec<String> {
    let source = &flow.flow().source;
    let objects = source.include.iter().map(|include| &include.object).chain([&source.object]);
    let facts = objects.map(|object| flow.source.object(object.as_str()));
    facts.flat_map(|facts| facts.personal).collect()
}

/// Resolves as another does, and notes what it said.
struct Noting<'r> {
    inner: &'r dyn Resolve,
    answers: RefCell<Vec<Answer>>,
}

impl Noting<'_> {
    fn note(&self, of: Asked, id: &str, value: Option<Value<'static>>) -> Option<Value<'static>> {
        if let Some(value) = &value {
            let answer = Answer { of, id: id.to_owned(), value: value.clone() };
            let mut answers = self.answers.borrow_mut();
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        value
    }
}

impl Resolve for Noting<'_> {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        let of = match &reference.by {
            KnownBy::LineOf(list) => format!("{}.{list}", reference.object),
            KnownBy::Id | KnownBy::Number => reference.object.to_string(),
        };
        self.note(Asked::Link(of), id, self.inner.reference(reference, id))
    }

    fn counterpart(&self, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        let connection = counterpart.connection.to_string();
        let asked = match counterpart.kind {
            Kind::Person => Asked::Person(connection),
            Kind::Department => Asked::Department(connection),
        };
        self.note(asked, id, self.inner.counterpart(counterpart, id))
    }
}

/// Knows of nothing.
struct Nobody;

impl Resolve for Nobody {
    fn reference(&self, _reference: &Reference, _id: &str) -> Option<Value<'static>> {
        None
    }
}
