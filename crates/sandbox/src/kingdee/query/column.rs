//! What a field key means: a column of the form, or one reached over references (`FCustId.FNumber`, §5.2).

use crate::kingdee::catalogue::{CATALOGUE, FormMeta, Place};
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::{Document, Ledger};
use crate::kingdee::meta::Kind;

/// A resolved field key.
#[derive(Debug, Clone)]
pub struct Column {
    start: Start,
    hops: Vec<Hop>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    /// The row id of an entity; of the head, the internal id.
    Id(usize),
    /// The number of a row in its entity, from 1.
    Sequence(usize),
    Field(Place),
}

#[derive(Debug, Clone, Copy)]
struct Hop {
    /// Position of the form in the catalogue.
    form: usize,
    /// `None` takes the internal id.
    field: Option<Place>,
}

/// One joined row: for each entity of the form the row that was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'a> {
    pub document: &'a Document,
    pub rows: &'a [Option<usize>],
}

/// What a column holds in one joined row.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// Nothing was joined.
    Null,
    /// The id of a row that is not there.
    NoRow,
    Int(i64),
    Cell(&'a Cell),
}

impl Column {
    /// Finds what a key means, compared without case.
    pub fn resolve(form: &'static FormMeta, key: &str) -> Result<Column, Fault> {
        let unknown = || Fault::new(Code::FieldNotFound, format!("元数据中标识为{key}的字段不存在"));
        let mut parts = key.trim().split('.');
        let first = parts.next().unwrap_or_default().trim();
        let (start, mut kind) = start(form, first).ok_or_else(unknown)?;
        let mut hops = Vec::new();
        for part in parts {
            let target = CATALOGUE.form(kind.target().ok_or_else(unknown)?);
            let field = property(target, part.trim()).ok_or_else(unknown)?;
            kind = field.map_or(Kind::Int, |place| target.field(place).kind);
            hops.push(Hop { form: target.index, field });
        }
        Ok(Column { start, hops, kind })
    }

    /// The entity whose rows it needs.
    pub fn entity(&self) -> usize {
        match self.start {
            Start::Id(entity) | Start::Sequence(entity) => entity,
            Start::Field(place) => place.entity,
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is the internal id of the form.
    pub fn is_document_id(&self) -> bool {
        matches!(self.start, Start::Id(0)) && self.hops.is_empty()
    }

    /// Whether it is the number of the form.
    pub fn is_number(&self, form: &FormMeta) -> bool {
        match self.start {
            Start::Field(Place { entity: 0, field }) => self.hops.is_empty() && form.number() == Some(field),
            _ => false,
        }
    }

    /// What it holds in that row.
    pub fn value<'a>(&self, ledger: &'a Ledger, joined: Joined<'a>) -> Seen<'a> {
        let mut seen = self.first(joined);
        for hop in &self.hops {
            let Seen::Cell(Cell::Ref(id)) = seen else { return Seen::Null };
            let form = CATALOGUE.at(hop.form);
            let Some(document) = ledger.table(form).get(*id) else { return Seen::Null };
            seen = match hop.field {
                None => Seen::Int(document.id),
                Some(place) => document.cell(place, 0).map_or(Seen::Null, Seen::Cell),
            };
        }
        seen
    }

    fn first<'a>(&self, joined: Joined<'a>) -> Seen<'a> {
        let row = |entity: usize| joined.rows.get(entity).copied().flatten();
        match self.start {
            Start::Id(0) => Seen::Int(joined.document.id),
            Start::Id(entity) => match row(entity) {
                Some(row) => Seen::Int(joined.document.rows[entity][row].id),
                None => Seen::NoRow,
            },
            Start::Sequence(entity) => row(entity).map_or(Seen::Null, |row| Seen::Int(row as i64 + 1)),
            Start::Field(place) => match row(place.entity) {
                Some(row) => joined.document.cell(place, row).map_or(Seen::Null, Seen::Cell),
                None => Seen::Null,
            },
        }
    }
}

fn start(form: &FormMeta, key: &str) -> Option<(Start, Kind)> {
    if form.is_pk(key) {
        return Some((Start::Id(0), Kind::Int));
    }
    if let Some(place) = form.lookup(key) {
        return Some((Start::Field(place), form.field(place).kind));
    }
    // Some fields have a number key of their own but answer to the usual names, too.
    if let Some(place) = usual_name(form, key) {
        return Some((Start::Field(place), form.field(place).kind));
    }
    // Row ids and row numbers carry their entity: `FSaleOrderEntry_FEntryID`, `FEntity_FSEQ`.
    let key = key.to_lowercase();
    form.entities.iter().enumerate().find_map(|(entity, meta)| {
        let rest = key.strip_prefix(&meta.def.key.to_lowercase())?.strip_prefix('_')?;
        if rest == meta.def.pk.to_lowercase() {
            Some((Start::Id(entity), Kind::Int))
        } else if rest == "fseq" {
            Some((Start::Sequence(entity), Kind::Int))
        } else {
            None
        }
    })
}

/// A property of a referred document: `Some(None)` is its internal id.
fn property(form: &FormMeta, key: &str) -> Option<Option<Place>> {
    if form.is_pk(key) {
        return Some(None);
    }
    let place = form.lookup(key).or_else(|| usual_name(form, key))?;
    form.entities[place.entity].def.shape.is_single().then_some(Some(place))
}

/// `FNumber` and `FName` of a form that calls them otherwise.
fn usual_name(form: &FormMeta, key: &str) -> Option<Place> {
    let field = match key.to_lowercase().as_str() {
        "fnumber" if !form.is_bill() => form.number()?,
        "fname" => form.caption()?,
        _ => return None,
    };
    Some(Place { entity: 0, field })
}
