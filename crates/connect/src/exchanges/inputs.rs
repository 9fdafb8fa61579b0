//! The inputs of an operation, taken from a test.

use contract::connector::{Derived, DetailLines, Found};
use model::step::{Action, Step};
use model::{Cause, Map, Timestamp, Value, json};

use super::read::moment;

/// The inputs of one operation.
pub(super) struct Inputs<'t> {
    operation: &'t str,
    with: &'t Value<'static>,
}

type Taken<T> = Result<T, Cause>;

impl<'t> Inputs<'t> {
    pub(super) fn new(operation: &'t str, with: &'t Value<'static>) -> Inputs<'t> {
        Inputs { operation, with }
    }

    fn bad(&self, key: &str) -> Cause {
        Cause::new("exchanges.bad_input").with("operation", self.operation).with("key", key)
    }

    fn given(&self, key: &str) -> Option<&'t Value<'static>> {
        self.with.get(key).filter(|value| !matches!(value, Value::Null))
    }

    /// A text, where there is one.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.given(key).and_then(|value| value.plain()).map(|text| text.into_owned())
    }

    pub(super) fn need_text(&self, key: &str) -> Taken<String> {
        self.text(key).ok_or_else(|| self.bad(key))
    }

    /// A list of texts; empty when it is absent.
    pub(super) fn texts(&self, key: &str) -> Taken<Vec<String>> {
        let Some(value) = self.given(key) else { return Ok(Vec::new()) };
        texts(value).ok_or_else(|| self.bad(key))
    }

    /// A list of lists of texts.
    pub(super) fn rows(&self, key: &str) -> Taken<Vec<Vec<String>>> {
        let rows = self.given(key).and_then(Value::as_list).ok_or_else(|| self.bad(key))?;
        rows.iter().map(|row| texts(row).ok_or_else(|| self.bad(key))).collect()
    }

    /// Detail lists as a plan takes them; none when they are absent.
    pub(super) fn lines(&self, key: &str) -> Taken<Vec<DetailLines>> {
        self.parts(key)?.iter().map(Inputs::detail_lines).collect()
    }

    /// The lines of one detail list: `{ list, key, rows, gone, others }`, where a row that is null has no link.
    pub(super) fn detail_lines(&self) -> Taken<DetailLines> {
        let row = |value: &Value| value.plain().map(|text| text.into_owned());
        Ok(DetailLines {
            list: self.need_text("list")?,
            key: self.text("key"),
            rows: self.list("rows")?.iter().map(row).collect(),
            gone: self.texts("gone")?,
            others: self.texts("others")?,
        })
    }

    /// The document that another is derived from, where there is one.
    pub(super) fn derived(&self, key: &str) -> Taken<Option<Derived>> {
        let Some(value) = self.given(key) else { return Ok(None) };
        let part = Inputs::new(self.operation, value);
        Ok(Some(Derived {
            object: part.need_text("object")?,
            id: part.need_text("id")?,
            number: part.text("number"),
            rule: part.text("rule"),
            rows: part.texts("rows")?,
            known: part.texts("known")?,
        }))
    }

    /// A list of values; empty when it is absent.
    pub(super) fn list(&self, key: &str) -> Taken<&'t [Value<'static>]> {
        match self.given(key) {
            None => Ok(&[]),
            Some(value) => value.as_list().ok_or_else(|| self.bad(key)),
        }
    }

    /// A list of maps, each as inputs of its own; none when it is absent.
    fn parts(&self, key: &str) -> Taken<Vec<Inputs<'t>>> {
        let part = |value: &'t Value<'static>| Inputs::new(self.operation, value);
        Ok(self.list(key)?.iter().map(part).collect())
    }

    /// Yes or no, where it is said.
    pub(super) fn truth(&self, key: &str) -> Option<bool> {
        self.text(key).map(|text| text == "true")
    }

    pub(super) fn number(&self, key: &str, otherwise: usize) -> Taken<usize> {
        match self.given(key) {
            None => Ok(otherwise),
            Some(Value::Number(number)) => {
                number.as_i64().and_then(|n| usize::try_from(n).ok()).ok_or_else(|| self.bad(key))
            }
            Some(_) => Err(self.bad(key)),
        }
    }

    /// A number of bytes, where there is one.
    pub(super) fn given_number(&self, key: &str) -> Taken<Option<u64>> {
        self.text(key).map(|text| text.parse().map_err(|_| self.bad(key))).transpose()
    }

    pub(super) fn moment(&self, key: &str) -> Taken<Timestamp> {
        self.given(key).and_then(moment).ok_or_else(|| self.bad(key))
    }

    /// A document; empty when it is absent.
    pub(super) fn map(&self, key: &str) -> Taken<Map<'static>> {
        match self.given(key) {
            None => Ok(Map::new()),
            Some(Value::Map(map)) => Ok(map.clone()),
            Some(_) => Err(self.bad(key)),
        }
    }

    /// A document, where there is one.
    pub(super) fn given_map(&self, key: &str) -> Taken<Option<Map<'static>>> {
        self.given(key).map(|_| self.map(key)).transpose()
    }

    pub(super) fn found(&self, key: &str) -> Taken<Option<Found>> {
        let Some(value) = self.given(key) else { return Ok(None) };
        let part = Inputs::new(self.operation, value);
        Ok(Some(Found {
            id: part.need_text("id")?,
            number: part.text("number"),
            name: part.text("name"),
            version: part.text("version").map(|text| text.parse().map_err(|_| self.bad(key))).transpose()?,
            status: part.text("status"),
            void: part.truth("void") == Some(true),
            body: part.map("body")?,
            closed: part.truth("closed"),
        }))
    }

    pub(super) fn step(&self, key: &str) -> Taken<Step> {
        step(self.operation, self.given(key).ok_or_else(|| self.bad(key))?)
    }

    pub(super) fn steps(&self, key: &str) -> Taken<Vec<Step>> {
        let list = self.given(key).and_then(Value::as_list).ok_or_else(|| self.bad(key))?;
        list.iter().map(|value| step(self.operation, value)).collect()
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let list = value.as_list()?;
    list.iter().map(|value| value.plain().map(|text| text.into_owned())).collect()
}

fn step(operation: &str, value: &Value<'static>) -> Taken<Step> {
    let part = Inputs::new(operation, value);
    let json_text =
        |map: Option<Map<'static>>| map.map(|map| json::write(&Value::Map(map))).unwrap_or_default();
    let action = match part.need_text("action")?.as_str() {
        "create" => Action::Create,
        "derive" => Action::Derive,
        "update" => Action::Update,
        "delete" => Action::Delete,
        "notify" => Action::Notify,
        name => Action::Transition(name.to_owned()),
    };
    Ok(Step {
        action,
        object: part.need_text("object")?,
        id: part.text("id"),
        number: part.text("number"),
        document: json_text(part.given_map("document")?),
        options: json_text(part.given_map("options")?),
        row_of: None,
    })
}
