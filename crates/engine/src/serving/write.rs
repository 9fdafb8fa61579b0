//! What is written: a document goes through its connector's plan, step by step, over the line's wire.

use std::time::Duration;

use contract::connector::{DetailLines, Found, PlanAsk, Refusal};
use model::step::Step;
use model::{AnswerClass, Cause, Map, Value};

use super::document::document;
use super::form::Asked;
use super::key::{Keys, in_doubt};
use super::{Admitted, Caller, NotServed, Serving};
use crate::connection::{Admission, ConnectionWire, Line};
use crate::delivery::differences;
use crate::seams::Seams;

/// Which of the two writing calls it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Create,
    Update,
}

impl How {
    pub fn name(self) -> &'static str {
        match self {
            How::Create => "create",
            How::Update => "update",
        }
    }
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

/// How long a write waits for the others to the same document.
const PATIENCE: Duration = Duration::from_secs(120);

impl Serving {
    /// Creates or updates a document, alone at it: no flow and no other caller writes it meanwhile. It is sent once, nothing
    /// is repeated here. A create that has a key is looked up before it is sent: one that was made before is found, and
    /// only its status is brought on. While a create with one of its keys is not answered and not found, a flow's or a
    /// caller's, it is not sent.
    ///
    /// What became of it is noted with its calls, under the name of the caller's token.
    ///
    /// It is to be run to its end whoever waits for it: dropped in between it stops half-way.
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
        // Kept to the end: another node takes the connection only after that.
        let serving = self.signals.serve(line.name());
        let serving = serving.ok_or_else(|| NotServed::Elsewhere(line.name().to_string()))?;
        let until = || serving.until();
        if let Admission::Paused(until) = line.breaker.admission(self.seams.clock.now()) {
            let cause = Cause::new("serving.paused").with("connection", line.name());
            return Err(Refusal::new(AnswerClass::Throttled(Some(until)), cause).into());
        }
        let writing = Writing {
            serving: self,
            admitted: &admitted,
            line,
            wire: line.wire(&asked.object).within(&until),
            asked: &asked,
        };
        let outcome = match how {
            How::Create => writing.create().await,
            How::Update => writing.update().await,
        };
        line.tell_spending().await;
        writing.note(&admitted, how, &outcome).await;
        outcome
    }
}

pub(super) struct Writing<'w> {
    pub serving: &'w Serving,
    pub admitted: &'w Admitted,
    pub line: &'w Line,
    pub wire: ConnectionWire<'w>,
    pub asked: &'w Asked,
}

impl Writing<'_> {
    pub fn seams(&self) -> &Seams {
        &self.serving.seams
    }

    async fn create(&self) -> Result<Written, NotServed> {
        let document = document(self.asked);
        let object = &*self.asked.object;
        let keys = Keys::of(self.admitted, object, self.asked.key.as_deref(), &document)?;
        let mut claimed = self.line.claims.holder();
        self.in_time(claimed.claim_in_turn(object, &keys.all)).await?;
        let is_in_doubt = self.is_in_doubt(&keys).await?;
        let found = match &keys.by {
            Some(key) => self.known(key).await?,
            None => None,
        };
        if let Some(found) = found {
            self.in_time(claimed.claim_id_in_turn(object, &found.id)).await?;
            return self.bring_on(document, found).await;
        }
        if is_in_doubt {
            return Err(in_doubt());
        }
        // Before it goes out: whoever waits for it may be gone before its answer comes.
        let now = self.serving.seams.clock.now();
        self.line.doubts.expect(object, &keys.all, now + self.line.facts.settle_window, now);
        let written = self.carry_out(document, None).await;
        self.remember(&keys, &written);
        written
    }

    /// A create that was made before: what it holds must be what is asked for, and its status is brought on.
    async fn bring_on(&self, document: Map<'static>, found: Found) -> Result<Written, NotServed> {
        let shaped = self.line.connector.shape(&self.wire, &self.asked.object, document).await;
        let shaped = shaped.map_err(unwritten)?;
        let differing = differences(&shaped, &found);
        if found.void || !differing.is_empty() {
            let fields = if found.void { String::new() } else { differing.join(", ") };
            let cause = Cause::new("serving.exists").with("id", &found.id).with("fields", fields);
            let written = Written { id: found.id, number: found.number, details: Vec::new() };
            let refusal = Refusal::new(AnswerClass::Rejected, cause);
            return Err(NotServed::Refused { refusal, written: Some(written.into()) });
        }
        let steps = self.planned(&shaped, &[], Some(&found))?;
        let mut written = self.sent(steps, Some(&found)).await?;
        written.details = self.rows(&written.id).await;
        Ok(written)
    }

    async fn update(&self) -> Result<Written, NotServed> {
        let mut document = document(self.asked);
        let field = self.line.object(&self.asked.object).id;
        let id = document.remove(&field).and_then(|id| id.plain().map(|id| id.trim().to_owned()));
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| NotServed::Form(Cause::new("serving.no_id").with("field", field)))?;
        let mut claimed = self.line.claims.holder();
        self.in_time(claimed.claim_id_in_turn(&self.asked.object, &id)).await?;
        let found = self.read(&id).await.map_err(unwritten)?;
        let found = found.ok_or(NotServed::Record(id))?;
        self.carry_out(document, Some(&found)).await
    }

    async fn carry_out(
        &self,
        document: Map<'static>,
        observed: Option<&Found>,
    ) -> Result<Written, NotServed> {
        let shaped = self.line.connector.shape(&self.wire, &self.asked.object, document).await;
        let shaped = shaped.map_err(unwritten)?;
        let changed: Vec<String> = shaped.iter().map(|(name, _)| name.to_owned()).collect();
        let steps = self.planned(&shaped, &changed, observed)?;
        let mut written = self.sent(steps, observed).await?;
        written.details = self.rows(&written.id).await;
        Ok(written)
    }

    /// Waits for the turn of this write; nothing was written where it does not come.
    async fn in_time(&self, turn: impl Future<Output = ()>) -> Result<(), Refusal> {
        let clock = &self.serving.seams.clock;
        tokio::select! {
            biased;
            () = turn => Ok(()),
            () = clock.sleep_until(clock.now() + PATIENCE) => {
                Err(Refusal::new(AnswerClass::Transient, Cause::new("engine.document_busy")))
            }
        }
    }

    /// The record as the system has it now, with the fields and rows that were sent.
    pub async fn read(&self, id: &str) -> Result<Option<Found>, Refusal> {
        let (ids, fields) = ([id.to_owned()], self.fields());
        let found = self.line.connector.get(&self.wire, &self.asked.object, &ids, &fields).await;
        self.line.went(&found);
        Ok(found?.into_iter().find(|found| found.id == id))
    }

    /// The fields and rows that were sent.
    pub fn fields(&self) -> Vec<String> {
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
        fields
    }

    fn planned(
        &self,
        document: &Map<'_>,
        changed: &[String],
        observed: Option<&Found>,
    ) -> Result<Vec<Step>, Refusal> {
        let lines: Vec<DetailLines> = self.asked.details.iter().map(|list| self.lines(list)).collect();
        // Lines that nothing tells apart are left to the connector.
        let lines: Vec<DetailLines> = lines.into_iter().filter(|lines| !lines.rows.is_empty()).collect();
        self.line.connector.plan(&PlanAsk {
            connection: &self.line.connection,
            object: &self.asked.object,
            create: document,
            mapped: document,
            changed,
            observed,
            status: self.asked.status.as_deref(),
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
