//! The functions of expressions: one table from which the engine, the lint and the reference page are made.

mod choice;
mod dates;
mod numbers;
mod operators;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value as Inner};
use minijinja::{Environment, Error, State};
use model::Cause;

pub(crate) use numbers::round_to;

use crate::expression::carry;
use crate::expression::exact::{is_absent, number_text};

/// Texts longer than this are not made by functions.
const LONGEST_TEXT: usize = 256 * 1024;

type Call = fn(&[Inner]) -> Result<Inner, Cause>;

/// One function: what people read about it, and what it does.
#[derive(Debug)]
pub struct FunctionDoc {
    pub name: &'static str,
    /// Its arguments; those with `?` may be left out.
    pub arguments: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// An expression, and its value as JSON.
    pub example: (&'static str, &'static str),
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// Gives nothing but whole numbers, so that operators work on it.
    pub(crate) whole: bool,
    call: Call,
}

impl FunctionDoc {
    const fn new(
        name: &'static str,
        arguments: &'static str,
        count: (usize, usize),
        call: Call,
    ) -> FunctionDoc {
        FunctionDoc {
            name,
            arguments,
            zh: "",
            en: "",
            example: ("", ""),
            least: count.0,
            most: count.1,
            whole: false,
            call,
        }
    }

    const fn says(mut self, zh: &'static str, en: &'static str) -> FunctionDoc {
        self.zh = zh;
        self.en = en;
        self
    }

    const fn example(mut self, expression: &'static str, value: &'static str) -> FunctionDoc {
        self.example = (expression, value);
        self
    }

    const fn whole(mut self) -> FunctionDoc {
        self.whole = true;
        self
    }

    /// How it is called: `substring(text, from, length?)`.
    pub fn usage(&self) -> String {
        format!("{}({})", self.name, self.arguments)
    }
}

/// More arguments than anybody writes.
const MANY: usize = 32;

/// All functions, by topic.
pub fn functions() -> &'static [FunctionDoc] {
    static ALL: std::sync::LazyLock<Vec<FunctionDoc>> = std::sync::LazyLock::new(|| {
        let topics = [text::functions(), numbers::functions(), dates::functions(), choice::functions()];
        topics.into_iter().flatten().collect()
    });
    &ALL
}

pub(crate) fn by_name(name: &str) -> Option<&'static FunctionDoc> {
    functions().iter().find(|function| function.name == name)
}

pub(crate) fn names() -> Vec<&'static str> {
    functions().iter().map(|function| function.name).collect()
}

/// The reference page, `docs/reference/functions.md`.
pub fn reference() -> String {
    let mut page = String::from(
        "# Functions · 函数\n\nMade from the table in `crates/mapping/src/functions`; a test fails when it is stale.\n\
         A function is called as `upper(name)` or `name | upper`. Arguments with `?` may be left out.\n\n\
         | function | 说明 | meaning | example |\n|---|---|---|---|\n",
    );
    for function in functions() {
        let (expression, value) = function.example;
        page.push_str(&format!(
            "| `{}` | {} | {} | `{}` → `{}` |\n",
            function.usage(),
            function.zh,
            function.en,
            expression.replace('|', "\\|"),
            value
        ));
    }
    page
}

/// Makes functions and operators known under names that no field can hide.
pub(crate) fn register(environment: &mut Environment<'static>) {
    for function in functions() {
        let callable = Callable { name: function.name, call: function.call };
        environment.add_global(format!("__{}", function.name), Inner::from_object(callable));
    }
    for (name, call) in operators::OPERATORS {
        environment.add_global(
            *name,
            Inner::from_object(Callable { name: name.trim_start_matches('_'), call: *call }),
        );
    }
}

#[derive(Debug)]
struct Callable {
    name: &'static str,
    call: Call,
}

impl Object for Callable {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, args: &[Inner]) -> Result<Inner, Error> {
        (self.call)(args).map_err(|cause| carry(cause.with("function", self.name)))
    }
}

/// The text of an argument; numbers as they are written. `None` where it is absent.
fn text_of(value: &Inner) -> Result<Option<Cow<'_, str>>, Cause> {
    if is_absent(value) {
        return Ok(None);
    }
    if let Some(text) = value.as_str() {
        return Ok(Some(Cow::Borrowed(text)));
    }
    match number_text(value) {
        Some(text) => Ok(Some(Cow::Owned(text))),
        None if value.kind() == minijinja::value::ValueKind::Bool => Ok(Some(Cow::Owned(value.to_string()))),
        None => Err(Cause::new("mapping.argument_not_text").with("kind", value.kind())),
    }
}

/// The text of an argument that must be there.
fn needed_text(value: &Inner) -> Result<Cow<'_, str>, Cause> {
    text_of(value)?.ok_or_else(|| Cause::new("mapping.argument_absent"))
}

/// A whole number that is small: a width, a position.
fn small(value: &Inner) -> Result<i64, Cause> {
    let number = value.as_i64().filter(|_| value.is_integer());
    number
        .filter(|number| (-10_000..=10_000).contains(number))
        .ok_or_else(|| Cause::new("mapping.argument_not_small"))
}

fn made(text: String) -> Result<Inner, Cause> {
    match text.len() <= LONGEST_TEXT {
        true => Ok(Inner::from(text)),
        false => Err(Cause::new("mapping.result_too_large")),
    }
}

#[cfg(test)]
mod tests;
