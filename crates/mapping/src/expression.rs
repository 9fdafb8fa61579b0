//! Expressions: compiled once with their flow, run over the few fields they name.
//!
//! The language is minijinja's expression language with our functions and none of its own; see [`crate::functions`].
//! A name that the record does not have is absent: false in `or`, an error where a value is needed.

pub(crate) mod desugar;
pub(crate) mod exact;
pub(crate) mod view;

use std::fmt;
use std::sync::{Arc, LazyLock};

use minijinja::value::{Object, Value as Inner};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use model::flow::ValueMap;
use model::{Cause, Value};

use crate::finding::{Finding, Place};
use crate::functions;
use view::{Named, inward, outward};

pub(crate) use desugar::Reads;

/// The name under which `lookup` finds the value maps.
const TABLES: &str = "__tables";

static TABLES_NAME: LazyLock<Arc<str>> = LazyLock::new(|| TABLES.into());
static RECORD: LazyLock<Arc<str>> = LazyLock::new(|| "record".into());
static LINE_NUMBER: LazyLock<Arc<str>> = LazyLock::new(|| "line_number".into());

/// Steps one expression may take.
const FUEL: u64 = 20_000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    // Errors must not carry the values of the record along.
    environment.set_debug(false);
    environment.set_fuel(Some(FUEL));
    functions::register(&mut environment);
    environment
});

/// The value maps that the expressions of a flow look things up in.
#[derive(Debug, Default)]
pub(crate) struct Tables(pub Vec<(String, ValueMap)>);

impl Object for Tables {}

impl Tables {
    pub fn get(&self, name: &str) -> Option<&ValueMap> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, map)| map)
    }
}

/// What an expression runs over.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub record: &'s Value<'s>,
    /// The line and its number, from 1.
    pub line: Option<(&'s Value<'s>, usize)>,
}

/// Checks an expression by itself: what a console shows while it is typed, and where a fuzzer begins. Places are line
/// and column in the expression.
pub fn check_expression(text: &str) -> Result<(), Vec<Finding>> {
    let finding = |(at, cause)| Finding::error(at, cause);
    match Expression::compile(text) {
        Ok(_) => Ok(()),
        Err(mistakes) => Err(mistakes.into_iter().map(finding).collect()),
    }
}

/// A compiled expression.
pub(crate) struct Expression {
    text: String,
    program: minijinja::Expression<'static, 'static>,
    reads: Reads,
    tables: Option<Inner>,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}

impl Expression {
    /// Compiles an expression. Fails with everything that is wrong with it, each with its line and column in the
    /// expression, from 1.
    pub fn compile(text: &str) -> Result<Expression, Vec<(Place, Cause)>> {
        let desugared = desugar::desugar(text)?;
        let program = ENVIRONMENT
            .compile_expression_owned(desugared.text)
            .map_err(|error| vec![((1, 1), desugar::broken("", &error).1)])?;
        Ok(Expression { text: text.to_owned(), program, reads: desugared.reads, tables: None })
    }

    /// Gives it the value maps it looks things up in.
    pub fn with_tables(mut self, tables: &Arc<Tables>) -> Expression {
        if !self.reads.tables.is_empty() {
            self.tables = Some(Inner::from_dyn_object(tables.clone()));
        }
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// The value of the expression; `None` where it is absent.
    pub fn value(&self, scope: Scope) -> Result<Option<Value<'static>>, Cause> {
        self.run(scope).and_then(|value| outward(&value)).map_err(|cause| self.told(cause))
    }

    /// Whether the expression holds.
    pub fn holds(&self, scope: Scope) -> Result<bool, Cause> {
        self.run(scope).map(|value| value.is_true()).map_err(|cause| self.told(cause))
    }

    fn run(&self, scope: Scope) -> Result<Inner, Cause> {
        let context = Inner::from_object(Named(self.names(scope)));
        self.program.eval(context).map_err(|error| failure(&error))
    }

    fn names(&self, scope: Scope) -> Vec<(Arc<str>, Inner)> {
        let near = scope.line.map_or(scope.record, |(line, _)| line);
        let mut names = fields(near, self.reads.fields.iter());
        if !self.reads.record.is_empty() {
            let record = Named(fields(scope.record, self.reads.record.iter()));
            names.push((RECORD.clone(), Inner::from_object(record)));
        }
        if let Some((_, number)) = scope.line {
            names.push((LINE_NUMBER.clone(), Inner::from(number)));
        }
        if let Some(tables) = &self.tables {
            names.push((TABLES_NAME.clone(), tables.clone()));
        }
        names
    }

    fn told(&self, cause: Cause) -> Cause {
        cause.with("expression", crate::finding::shown(&self.text))
    }
}

fn fields<'n>(of: &Value, names: impl Iterator<Item = &'n Arc<str>>) -> Vec<(Arc<str>, Inner)> {
    let Some(map) = of.as_map() else { return Vec::new() };
    names.filter_map(|name| map.get(name).map(|value| (name.clone(), inward(value)))).collect()
}

/// A cause on its way through the engine.
#[derive(Debug)]
struct Carried(Cause);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0.code)
    }
}

impl std::error::Error for Carried {}

/// Wraps a cause for the engine.
pub(crate) fn carry(cause: Cause) -> minijinja::Error {
    minijinja::Error::new(ErrorKind::InvalidOperation, cause.code.to_string()).with_source(Carried(cause))
}

fn failure(error: &minijinja::Error) -> Cause {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(Carried(cause)) = inner.downcast_ref() {
            return cause.clone();
        }
        source = inner.source();
    }
    match error.kind() {
        ErrorKind::OutOfFuel => Cause::new("mapping.expression_too_long_running"),
        kind => Cause::new("mapping.expression_failed").with("reason", kind),
    }
}

#[cfg(test)]
mod tests;
