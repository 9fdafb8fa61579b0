//! The call of a step: its path, and its body without credentials (`protocols/fxiaoke.md §4.5`).

use contract::connector::Refusal;
use model::step::{Action, Step};
use model::{AnswerClass, Cause, Map, Value, json};

use super::super::detail::DETAILS;
use super::super::detail::plan::ROW_OF;
use super::super::path::{self, Act};
use super::super::plan::{CHANGE_OWNER, INVALID, LOCK, OWNER, RECOVER, UNLOCK};
use super::super::{options, record, team};

/// A step read for sending.
pub(super) struct Request<'s> {
    what: What,
    document: Map<'s>,
    options: Map<'s>,
}

/// What is done to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Act(Act),
    Lock,
    Unlock,
    TeamAdd,
    TeamDelete,
}

/// Whose row a create makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowOf<'r> {
    pub(super) object: &'r str,
    pub(super) id: &'r str,
}

/// The call that the step would make. The master's field of a new row is named by the master's object where only the
/// CRM knows its name.
pub(in super::super) fn preview(
    manifest: &crate::manifest::Manifest,
    step: &Step,
) -> Option<(String, String)> {
    let request = Request::read(step).ok()?;
    let master = request.row_of().map(|of| {
        let details = manifest.preset(of.object).map(|preset| &preset.details[..]).unwrap_or_default();
        let field = details.iter().find(|(object, _)| *object == step.object).map(|(_, field)| &**field);
        (field.unwrap_or(of.object).to_owned(), of.id.to_owned())
    });
    let body = json::write(&Value::Map(request.body(step, None, master.as_ref())));
    Some((request.path(step).to_owned(), body))
}

impl<'s> Request<'s> {
    pub(super) fn read(step: &'s Step) -> Result<Request<'s>, Refusal> {
        let what = match &step.action {
            Action::Create => What::Act(Act::Create),
            Action::Update => What::Act(Act::Update),
            Action::Delete => What::Act(Act::Delete),
            Action::Transition(name) => match name.as_str() {
                INVALID => What::Act(Act::Invalid),
                RECOVER => What::Act(Act::Recover),
                CHANGE_OWNER => What::Act(Act::ChangeOwner),
                LOCK => What::Lock,
                UNLOCK => What::Unlock,
                team::ADD => What::TeamAdd,
                team::REMOVE => What::TeamDelete,
                other => return Err(contract::connector::unsupported(other)),
            },
            other => return Err(contract::connector::unsupported(other.name())),
        };
        Ok(Request { what, document: read_map(&step.document)?, options: read_map(&step.options)? })
    }

    pub(super) fn path(&self, step: &Step) -> &'static str {
        match self.what {
            What::Act(act) => act.path(&step.object),
            What::Lock => path::LOCK,
            What::Unlock => path::UNLOCK,
            What::TeamAdd => path::TEAM_ADD,
            What::TeamDelete => path::TEAM_DELETE,
        }
    }

    pub(super) fn row_of(&self) -> Option<RowOf<'_>> {
        let of = self.options.get(ROW_OF).filter(|_| self.what == What::Act(Act::Create))?;
        Some(RowOf { object: of.get("object")?.as_text()?, id: of.get("id")?.as_text()? })
    }

    /// `owner` is who a new record belongs to when its document does not say; `master` the field and id of a new row's
    /// master.
    pub(super) fn body<'r>(
        &'r self,
        step: &'r Step,
        owner: Option<&'r str>,
        master: Option<&'r (String, String)>,
    ) -> Map<'r> {
        let mut top = Map::new();
        let mut inner = Map::new();
        let id = step.id.as_deref().unwrap_or_default();
        let object = &*step.object;
        if matches!(self.what, What::Act(act) if act != Act::ChangeOwner) {
            options::place(&self.options, &mut top, &mut inner);
        }
        match self.what {
            What::Act(Act::Invalid) => {
                inner.push("object_data_id", id);
                inner.push("dataObjectApiName", object);
            }
            What::Act(Act::Recover | Act::Delete) => {
                inner.push("idList", vec![Value::from(id)]);
                inner.push("dataObjectApiName", object);
            }
            What::Act(Act::ChangeOwner) => self.put_owner(object, id, &mut inner),
            What::Act(_) => self.put_document(step, owner, master, &mut inner),
            What::Lock | What::Unlock => {
                inner.push("dataObjectApiName", object);
                inner.push("dataIds", vec![Value::from(id)]);
                let details = self.options.get(options::LOCK_DETAILS).map_or(Value::from(1), Value::borrow);
                inner.push(options::LOCK_DETAILS, details);
            }
            What::TeamAdd | What::TeamDelete => {
                top.push("apiName", object);
                inner.push("dataIDs", vec![Value::from(id)]);
                self.document.iter().for_each(|(name, value)| inner.push(name, value.borrow()));
                self.put_reminder(&mut inner);
            }
        }
        top.push("data", inner);
        top
    }

    /// With the capital `Data` that the vendor wants.
    fn put_owner<'r>(&'r self, object: &'r str, id: &'r str, inner: &mut Map<'r>) {
        let mut change = Map::with_capacity(2);
        change.push("objectDataId", id);
        change.push("ownerId", self.document.get(OWNER).map_or(Value::Null, Value::borrow));
        inner.push("dataObjectApiName", object);
        inner.push("Data", vec![Value::Map(change)]);
        self.put_reminder(inner);
    }

    fn put_reminder<'r>(&'r self, inner: &mut Map<'r>) {
        if let Some(silent) = self.options.get(options::NO_REMINDER) {
            inner.push(options::NO_REMINDER, silent.borrow());
        }
    }

    fn put_document<'r>(
        &'r self,
        step: &'r Step,
        owner: Option<&'r str>,
        master: Option<&'r (String, String)>,
        inner: &mut Map<'r>,
    ) {
        let mut record = Map::with_capacity(self.document.len() + 4);
        record.push("dataObjectApiName", &*step.object);
        if let Some(id) = step.id.as_deref().filter(|_| step.action != Action::Create) {
            record.push(record::ID, id);
        }
        if let Some((field, id)) = master {
            record.push(&**field, &**id);
        }
        for (name, value) in self.document.iter().filter(|(name, _)| *name != DETAILS) {
            record.set(name, value.borrow());
        }
        if let Some(owner) = owner {
            record.set(OWNER, vec![Value::from(owner)]);
        }
        inner.push("object_data", record);
        if let Some(details) = self.document.get(DETAILS) {
            inner.push(DETAILS, details.borrow());
        }
    }
}

/// A step's JSON text. It was written by [`super::super::plan`], so that a broken one was not.
pub(super) fn read_map(text: &str) -> Result<Map<'_>, Refusal> {
    match text.is_empty() {
        true => Ok(Map::new()),
        false => match json::read(text) {
            Ok(Value::Map(map)) => Ok(map),
            _ => Err(Refusal::new(AnswerClass::Rejected, Cause::new("fxiaoke.broken_step"))),
        },
    }
}
