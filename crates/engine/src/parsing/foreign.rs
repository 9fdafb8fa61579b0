//! Bodies in a form of the sender's own: the function that the object names makes standard records of them.

use contract::connector::{PushedBill, PushedRecord};
use contract::functions::{Fault, Function, StandardRecord, Work};
use model::receipt::Pushed;
use model::{AnswerClass, Cause, Map, Value};

use super::bill::Unparsed;
use crate::connection::Line;
use crate::functions::{self, Reach, Told, neighbours};
use crate::seams::Seams;
use crate::setup::Setup;

/// Reads what is pushed to one connection in forms of its own.
pub(super) struct Foreign<'p> {
    seams: &'p Seams,
    setup: &'p Setup,
    line: &'p Line,
    reach: Reach,
}

impl<'p> Foreign<'p> {
    pub fn new(seams: &'p Seams, setup: &'p Setup, line: &'p std::sync::Arc<Line>) -> Foreign<'p> {
        let reach = Reach {
            line: Some(line.clone()),
            object: String::new(),
            here: line.name().clone(),
            there: neighbours(line.name(), setup.flows.values().map(|active| active.flow()))
                .into_iter()
                .collect(),
            values: setup.values.clone(),
        };
        Foreign { seams, setup, line, reach }
    }

    /// The records of a body, in the order in which the function gives them; all or none.
    /// `code` is that of the bill whose object names the function.
    pub async fn records(&self, pushed: &Pushed, code: &str) -> Result<Vec<PushedRecord>, Unparsed> {
        let function = self.function(code)?;
        let content_type = pushed.content_type.clone();
        let headers = content_type.iter().map(|value| ("content-type".to_owned(), value.clone()));
        let headers = headers.collect();
        let work = Work::Parse { body: pushed.body.clone(), content_type, headers };
        let about = [("connection", self.line.name().as_str()), ("object", code)];
        let told = functions::call(self.seams, &self.reach, function, &about, work).await;
        trace(function, &told);
        let records = match told.output {
            Ok(output) => output.into_records().unwrap_or_default(),
            Err(Fault { cause, class: AnswerClass::Transient | AnswerClass::Throttled(_), .. }) => {
                return Err(Unparsed::NotNow(cause));
            }
            Err(fault) => return Err(Unparsed::Failed(fault.cause)),
        };
        let mut all = Vec::with_capacity(records.len());
        for (n, record) in records.into_iter().enumerate() {
            let taken = self.taken(pushed, code, record).map_err(|cause| {
                Cause::new("push.record").with("number", n + 1).with("name", &function.name).because(&cause)
            })?;
            all.extend(taken);
        }
        Ok(all)
    }

    /// Of the objects of that code, the function of the first that names one.
    fn function(&self, code: &str) -> Result<&'p Function, Cause> {
        let objects = self.line.connection.objects.iter().filter(|object| object.code == code);
        let named = objects.filter_map(|object| object.hooks.parse.as_deref()).next();
        let none = || Cause::new("push.no_function").with("object", code);
        let path = named.ok_or_else(none)?;
        self.setup.function(path).ok_or_else(none)
    }

    /// What the system's protocol makes of one record.
    fn taken(&self, pushed: &Pushed, code: &str, record: StandardRecord) -> Result<Vec<PushedRecord>, Cause> {
        let void = record.void || pushed.void;
        let says_only_which = record.master.is_empty() && record.details.is_empty();
        let lines = |lines: Vec<Map<'static>>| Value::List(lines.into_iter().map(Value::Map).collect());
        let details = record.details.into_iter().map(|(name, list)| (name, lines(list))).collect();
        let content = (!(void && says_only_which)).then(|| content(record.master, details));
        let code = record.object.as_deref().unwrap_or(code);
        let bill = PushedBill { code, id: Some(&record.id), void, content };
        self.line.connector.pushed(&self.line.connection, bill)
    }
}

/// The standard form of a record (`protocols/standard-erp.md §3`).
pub(super) fn content(master: Map<'static>, details: Vec<(String, Value<'static>)>) -> Value<'static> {
    let mut content = Map::with_capacity(2);
    content.push("masterFieldVal", master);
    let lists: Map = details.into_iter().map(|(name, list)| (name.into(), list)).collect();
    content.push("detailFieldVals", lists);
    Value::Map(content)
}

/// What was logged may be business data: only that there was something is told.
fn trace(function: &Function, told: &Told) {
    for (level, text) in &told.log {
        let (level, characters) = (level.name(), text.chars().count());
        tracing::debug!(function = %function.name, level, characters, "a function logged a line");
    }
    for call in &told.calls {
        tracing::debug!(function = %function.name, call = call.number, "a function made a call");
    }
}
