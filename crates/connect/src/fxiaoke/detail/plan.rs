//! The steps that bring the rows of an existing master into agreement: changed rows are updated, new lines created, and
//! rows that are ours and mapped no more voided (作废), each as a record of its own. Rows that people made stay. Pure.
//!
//! Rows are seen by queries only, which may lag: a line that was written before and has no row is waited for once before
//! it is written again, so that no line comes to stand twice.

use contract::connector::{DetailLines, Found, PlanAsk, Refusal};
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::alike::alike;
use super::super::plan::{INVALID, RECORD_TYPE, as_written, refuse_read_only, shown, with_record_type};
use super::super::record::ID;
use super::rows::{holds, id_of, key_of, places};
use super::{DETAILS, list_name, rows_in};

/// The member of a step's options that says whose row a create makes; read by [`super::super::write`], never sent.
pub(in super::super) const ROW_OF: &str = "row_of";
/// In it: the rows that held the same before, so that none of them is taken for the one that was made.
pub(in super::super) const OTHERS: &str = "others";

/// The steps for all detail lists that the mapping writes: updates, then creates, then what has to go.
///
/// # Errors
/// `fxiaoke.lines_unread` when the rows were not read; `fxiaoke.line_unseen` (transient) while a line that was written
/// shows no row; `fxiaoke.read_only`.
pub(in super::super) fn steps(ask: &PlanAsk<'_>, observed: &Found) -> Result<Vec<Step>, Refusal> {
    let Some(Value::Map(details)) = ask.mapped.get(DETAILS) else { return Ok(Vec::new()) };
    let mut steps = Vec::new();
    for (object, lines) in details.iter() {
        let mapped = lines.as_list().unwrap_or_default();
        steps.extend(List::of(ask, observed, object, mapped)?.steps()?);
    }
    Ok(steps)
}

/// What the last agreement says of the rows.
struct Ours {
    /// Where those stand that no mapped line has.
    rows: Vec<usize>,
    /// Whether every agreed line shows in some row.
    all_seen: bool,
}

/// One detail list as all sides have it.
struct List<'l> {
    ask: &'l PlanAsk<'l>,
    master: &'l Found,
    object: &'l str,
    lines: DetailLines,
    mapped: &'l [Value<'l>],
    observed: &'l [Value<'l>],
    /// The lines of the last agreement, and those that may have been written since.
    agreed: &'l [Value<'l>],
}

impl<'l> List<'l> {
    fn of(
        ask: &'l PlanAsk<'_>,
        master: &'l Found,
        object: &'l str,
        mapped: &'l [Value<'_>],
    ) -> Result<List<'l>, Refusal> {
        let name = list_name(object);
        let unread = || Cause::new("fxiaoke.lines_unread").with("list", &name);
        let lines = ask.lines.iter().find(|lines| lines.list == name).cloned();
        Ok(List {
            ask,
            master,
            object,
            lines: lines.unwrap_or_else(|| DetailLines { list: name.clone(), ..DetailLines::default() }),
            mapped,
            observed: rows_in(&master.body, object).ok_or_else(unread)?,
            agreed: ask.agreed.and_then(|agreed| rows_in(agreed, object)).unwrap_or_default(),
        })
    }

    fn steps(&self) -> Result<Vec<Step>, Refusal> {
        let mut places = places(&self.lines, self.mapped, self.observed);
        let Ours { rows: mut ours, all_seen } = self.ours(&places);
        self.wait_for_rows(all_seen)?;
        // Where no key tells lines apart, a changed line without a link takes a row of ours that no line holds any more,
        // before one is made for it.
        for place in places.iter_mut().filter(|place| place.is_none() && self.lines.key.is_none()) {
            *place = (!ours.is_empty()).then(|| ours.remove(0));
        }
        let mut steps = Vec::new();
        for (line, at) in self.mapped.iter().zip(&places) {
            if let Some(at) = at {
                steps.extend(self.update(line, *at)?);
            }
        }
        for (line, _) in self.mapped.iter().zip(&places).filter(|(_, at)| at.is_none()) {
            steps.push(self.create(line)?);
        }
        steps.extend(self.gone(&ours).into_iter().map(|at| self.void(&self.observed[at])));
        Ok(steps)
    }

    /// The rows that no mapped line holds and that are ours, because a line of the agreement says so.
    fn ours(&self, places: &[Option<usize>]) -> Ours {
        let mut taken = vec![false; self.observed.len()];
        let (mut rows, mut without) = (Vec::new(), 0);
        for line in self.agreed {
            let is_its = |at: &usize| !taken[*at] && self.is_row_of(&self.observed[*at], line);
            let candidates: Vec<usize> = (0..self.observed.len()).filter(is_its).collect();
            // One that a mapped line has, first: that is where the agreed line went.
            let held = candidates.iter().find(|at| places.contains(&Some(**at)));
            match held.or(candidates.first()) {
                Some(&at) => {
                    taken[at] = true;
                    if !places.contains(&Some(at)) && !self.is_linked(&self.observed[at]) {
                        rows.push(at);
                    }
                }
                None => without += 1,
            }
        }
        // Rows of mapped lines that hold no agreed line were changed by people: they stand for as many agreed ones.
        let changed = places.iter().flatten().filter(|at| !taken[**at]).count();
        Ours { rows, all_seen: without <= changed }
    }

    fn is_row_of(&self, row: &Value, line: &Value) -> bool {
        match self.lines.key.as_deref().and_then(|key| Some((key, key_of(key, line)?))) {
            Some((key, wanted)) => key_of(key, row).as_ref() == Some(&wanted),
            None => holds(row, line),
        }
    }

    fn is_linked(&self, row: &Value) -> bool {
        let id = id_of(row).unwrap_or_default();
        self.lines.rows.iter().flatten().chain(&self.lines.gone).any(|linked| linked == id)
    }

    /// Waits once when a line that was written, or a row that is linked, does not show.
    fn wait_for_rows(&self, all_seen: bool) -> Result<(), Refusal> {
        let shows = |id: &String| self.observed.iter().any(|row| id_of(row) == Some(id));
        let links_show = self.lines.rows.iter().flatten().chain(&self.lines.gone).all(shows);
        if self.ask.waited || (links_show && all_seen) {
            return Ok(());
        }
        let cause = Cause::new("fxiaoke.line_unseen")
            .with("list", &self.lines.list)
            .with("record", shown(self.master));
        Err(Refusal::new(AnswerClass::Transient, cause))
    }

    /// Changes what differs. A linked row whose line left the agreement is written even where it looks alike: what a
    /// search shows may be from before the last write.
    fn update(&self, line: &Value, at: usize) -> Result<Option<Step>, Refusal> {
        let row = &self.observed[at];
        let Some(line_map) = line.as_map() else { return Ok(None) };
        let left_agreement = !self.agreed.is_empty() && !self.agreed.contains(line) && self.is_linked(row);
        let mut document = Map::new();
        for (name, value) in line_map.iter().filter(|(name, _)| *name != ID) {
            refuse_read_only(name, self.ask.options)?;
            let value = as_written(name, value);
            if !alike(&value, row.get(name)) || (left_agreement && holds(row, line)) {
                document.push(name.to_owned(), value);
            }
        }
        let id = id_of(row).map(str::to_owned);
        let step = Step {
            action: Action::Update,
            id,
            document: json::write(&Value::Map(document.borrow())),
            ..self.step()
        };
        Ok((!document.is_empty()).then_some(step))
    }

    fn create(&self, line: &Value) -> Result<Step, Refusal> {
        let mut document = Map::new();
        for (name, value) in line.as_map().into_iter().flat_map(Map::iter).filter(|(name, _)| *name != ID) {
            refuse_read_only(name, self.ask.options)?;
            document.push(name.to_owned(), as_written(name, value));
        }
        with_record_type(&mut document);
        let same = self.observed.iter().filter(|row| holds(row, line)).filter_map(id_of);
        let mut row_of = Map::new();
        row_of.push("object", self.ask.object);
        row_of.push("id", &*self.master.id);
        row_of.push(OTHERS, same.map(Value::from).collect::<Vec<_>>());
        let mut options = self.ask.options.borrow();
        options.set(ROW_OF, row_of);
        let (document, options) = (json::write(&Value::Map(document)), json::write(&Value::Map(options)));
        Ok(Step { document, options, ..self.step() })
    }

    /// What has to go: rows whose line was agreed on and is mapped no more, by link or by content.
    fn gone(&self, ours: &[usize]) -> Vec<usize> {
        let is_gone =
            |row: &Value| id_of(row).is_some_and(|id| self.lines.gone.iter().any(|gone| gone == id));
        (0..self.observed.len()).filter(|at| ours.contains(at) || is_gone(&self.observed[*at])).collect()
    }

    fn void(&self, row: &Value) -> Step {
        Step { action: Action::Transition(INVALID.into()), id: id_of(row).map(str::to_owned), ..self.step() }
    }

    fn step(&self) -> Step {
        Step {
            action: Action::Create,
            object: self.object.into(),
            id: None,
            number: None,
            document: String::new(),
            options: match self.ask.options.is_empty() {
                true => String::new(),
                false => json::write(&Value::Map(self.ask.options.borrow())),
            },
            row_of: Some(self.lines.list.clone()),
        }
    }
}

/// Whether the observed master shows a row as the step would make it; `None` when it shows no rows, so that the
/// observed may be the row itself.
pub(in super::super) fn accomplished(step: &Step, observed: &Found) -> Option<bool> {
    let object = step.row_of.as_deref()?.strip_prefix(DETAILS)?.strip_prefix('.')?;
    let rows = rows_in(&observed.body, object)?;
    let document = json::read(&step.document).unwrap_or_default();
    let row = || rows.iter().find(|row| id_of(row).is_some() && id_of(row) == step.id.as_deref());
    Some(match &step.action {
        Action::Create => {
            let options = json::read(&step.options).unwrap_or_default();
            let others = options.get(ROW_OF).and_then(|of| of.get(OTHERS)).and_then(Value::as_list);
            let is_other =
                |row: &Value| others.unwrap_or_default().iter().any(|id| id.as_text() == id_of(row));
            rows.iter().any(|row| !is_other(row) && holds_written(row, &document))
        }
        Action::Update => row().is_some_and(|row| holds(row, &document)),
        Action::Transition(name) if name == INVALID => row().is_none(),
        _ => false,
    })
}

/// The record type of a create may be ours alone: it is not among the fields that are read.
fn holds_written(row: &Value, document: &Value) -> bool {
    let Some(document) = document.as_map() else { return false };
    let is_read = |name: &str| row.get(name).is_some() || name != RECORD_TYPE.0;
    document.iter().filter(|(name, _)| is_read(name)).all(|(name, value)| alike(value, row.get(name)))
}
