//! What is written: a document goes through its connector's plan, step by step, over the line's wire.

use contract::connector::{DetailLines, Found, PlanAsk, Refusal};
use model::step::Step;
use model::{AnswerClass, Cause, Map, Value};

use super::document::document;
use super::form::Asked;
use super::{Caller, NotServed, Serving};
use crate::connection::{Admission, ConnectionWire, Line};

/// Which of the two writing calls it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Create,
    Update,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    pub id: String,
    pub number: Option<String>,
    /// For each list that was sent, the ids of its rows in the order of its lines; `None` for one that the system does not
    /// show (yet). Empty where the rows could not be read back.
    pub details: Vec<(String, Vec<Option<String>>)>,
}

impl Serving {
    /// Creates or updates a document. It is sent once: nothing is repeated here.
    ///
    /// # Errors
    /// Who may not write; what the connector or the system refuses, by class: `unknown` means that it may have been
    /// written and that whoever called has to look before it writes again.
    pub async fn write(&self, caller: Caller<'_>, how: How, asked: Asked) -> Result<Written, NotServed> {
        let admitted = self.admitted(caller).await?;
        let line = &*admitted.line;
        if !line.connector.knows_its_objects() && line.connection.object(&asked.object).is_none() {
            return Err(NotServed::Object(asked.object));
        }
        if let Admission::Paused(until) = line.breaker.admission(self.seams.clock.now()) {
            let cause = Cause::new("serving.paused").with("connection", line.name());
            return Err(Refusal::new(AnswerClass::Throttled(Some(until)), cause).into());
        }
        let writing = Writing { line, wire: line.wire(&asked.object), asked: &asked };
        let outcome = writing.carry_out(how).await;
        line.tell_spending().await;
        let code = outcome.as_ref().err().map_or("done".into(), |error| error.cause().code);
        let (connection, object) = (line.name(), &asked.object);
        tracing::info!(%connection, %object, who = %admitted.who, ?how, %code, "a document was written for a caller");
        outcome
    }
}

struct Writing<'w> {
    line: &'w Line,
    wire: ConnectionWire<'w>,
    asked: &'w Asked,
}

impl Writing<'_> {
    async fn carry_out(&self, how: How) -> Result<Written, NotServed> {
        let mut document = document(self.asked);
        let observed = match how {
            How::Create => None,
            How::Update => Some(self.observed(&mut document).await?),
        };
        let shaped = self.line.connector.shape(&self.wire, &self.asked.object, document).await;
        let steps = self.planned(&shaped.map_err(unwritten)?, observed.as_ref())?;
        let mut written = self.sent(steps, observed.as_ref()).await?;
        written.details = self.rows(&written.id).await;
        Ok(written)
    }

    /// The record that is updated, as it stands; its id is taken out of the document.
    async fn observed(&self, document: &mut Map<'static>) -> Result<Found, NotServed> {
        let field = self.line.object(&self.asked.object).id;
        let id = document.remove(&field).and_then(|id| id.plain().map(|id| id.trim().to_owned()));
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| NotServed::Form(Cause::new("serving.no_id").with("field", field)))?;
        let found = self.read(&id).await.map_err(unwritten)?;
        found.ok_or(NotServed::Record(id))
    }

    /// The record as the system has it now, with the fields and rows that were sent.
    async fn read(&self, id: &str) -> Result<Option<Found>, Refusal> {
        let own = self.asked.master.iter().map(|(name, _)| name.to_owned());
        let mut fields: Vec<String> = own.collect();
        for (list, lines) in &self.asked.details {
            fields.push(list.clone());
            for (field, _) in lines.iter().filter_map(Value::as_map).flat_map(Map::iter) {
                let field = format!("{list}.{field}");
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        let ids = [id.to_owned()];
        let found = self.line.connector.get(&self.wire, &self.asked.object, &ids, &fields).await;
        self.line.went(&found);
        Ok(found?.into_iter().find(|found| found.id == id))
    }

    fn planned(&self, document: &Map<'_>, observed: Option<&Found>) -> Result<Vec<Step>, Refusal> {
        let changed: Vec<String> = document.iter().map(|(name, _)| name.to_owned()).collect();
        let lines: Vec<DetailLines> = self.asked.details.iter().map(|list| self.lines(list)).collect();
        // Lines that nothing tells apart are left to the connector.
        let lines: Vec<DetailLines> = lines.into_iter().filter(|lines| !lines.rows.is_empty()).collect();
        self.line.connector.plan(&PlanAsk {
            connection: &self.line.connection,
            object: &self.asked.object,
            create: document,
            mapped: document,
            changed: &changed,
            observed,
            status: None,
            void: None,
            agreed: None,
            lines: &lines,
            closed: None,
            waited: true,
            derived: None,
            options: &Map::new(),
        })
    }

    /// A list whose lines name their rows, where they do.
    fn lines(&self, (list, lines): &(String, Vec<Value<'static>>)) -> DetailLines {
        let described = self.line.connection.object(&self.asked.object);
        let detail = described.and_then(|object| object.detail(list));
        let field = match detail {
            Some(detail) => detail.id.clone(),
            None => list.rsplit('.').next().map(|object| self.line.object(object).id),
        };
        let id = |line: &Value| {
            let id = line.get(field.as_deref()?)?.plain()?.trim().to_owned();
            (!id.is_empty()).then_some(id)
        };
        let rows: Vec<Option<String>> = lines.iter().map(id).collect();
        let names_any = rows.iter().any(Option::is_some);
        DetailLines {
            list: list.clone(),
            rows: if names_any { rows } else { Vec::new() },
            ..DetailLines::default()
        }
    }

    /// Carries the steps out, one after the other; the id that one gives is the next one's.
    async fn sent(&self, steps: Vec<Step>, observed: Option<&Found>) -> Result<Written, NotServed> {
        let mut written = Written {
            id: observed.map(|found| found.id.clone()).unwrap_or_default(),
            number: observed.and_then(|found| found.number.clone()),
            details: Vec::new(),
        };
        for (place, mut step) in steps.into_iter().enumerate() {
            if step.row_of.is_none() {
                step.id = step.id.or_else(|| Some(written.id.clone()).filter(|id| !id.is_empty()));
                step.number = step.number.or_else(|| written.number.clone());
            }
            let outcome = self.line.connector.step(&self.wire, std::slice::from_ref(&step)).await.pop();
            let unanswered = || Err(Refusal::new(AnswerClass::Unknown, Cause::new("engine.unanswered")));
            let outcome = outcome.unwrap_or_else(unanswered);
            self.line.went(&outcome);
            let done = outcome.map_err(|refusal| {
                let written = (place > 0).then(|| Box::new(written.clone()));
                NotServed::Refused { refusal, written }
            })?;
            if step.row_of.is_none() {
                written.id = done.id.or(step.id).unwrap_or_default();
                written.number = done.number.or(step.number);
            }
        }
        Ok(written)
    }

    /// The rows of the lists that were sent. That they cannot be read back does not make the write a failure.
    async fn rows(&self, id: &str) -> Vec<(String, Vec<Option<String>>)> {
        if self.asked.details.is_empty() || id.is_empty() {
            return Vec::new();
        }
        let Ok(Some(found)) = self.read(id).await else {
            let connection = self.line.name();
            tracing::warn!(%connection, "the rows of a document that was written cannot be read back");
            return Vec::new();
        };
        let rows = |list: &(String, Vec<Value<'static>>)| {
            let (line, object) = (self.line, &self.asked.object);
            let lines = self.lines(list);
            let ids = line.connector.rows(&line.connection, object, &lines, &list.1, &found);
            (list.0.clone(), ids)
        };
        self.asked.details.iter().map(rows).collect()
    }
}

/// A refusal on a way where nothing can have been written: that its answer was lost leaves nothing in doubt.
pub(super) fn unwritten(refusal: Refusal) -> Refusal {
    match refusal.class {
        AnswerClass::Unknown => Refusal::new(AnswerClass::Transient, refusal.cause),
        _ => refusal,
    }
}
