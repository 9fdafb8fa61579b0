//! What a field key means: a column of the form, or one reached over references (`FCustId.FNumber`, §5.2).

use crate::kingdee::catalogue::{CATALOGUE, FormMeta, Place};
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::{Document, Ledger, Source};
use crate::kingdee::meta::Kind;
use crate::kingdee::push::rule_between;

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
    /// What a row of an entity was made from.
    Link(usize, Link),
}

/// A column of the entity that links rows to their sources, `FEntity_Link` (§3.5). A row has one source at most, so
/// that the entity multiplies nothing.
#[derive(Debug, Clone, Copy)]
enum Link {
    Rule,
    Table,
    Document,
    Row,
}

#[derive(Debug, Clone, Copy)]
struct Hop {
    /// Position of the form in the catalogue.
    form: usize,
    /// `None` takes the internal id.
    field: Option<Place>,
}

/// One joined row: for each entity of the form the row that was chosen.
#[derive(Clone, Copy)]
pub struct Joined<'a> {
    pub form: &'static FormMeta,
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
    Text(&'a str),
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
            Start::Id(entity) | Start::Sequence(entity) | Start::Link(entity, _) => entity,
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

    /// Where its content lies, when it is a field of the form itself.
    pub fn place(&self) -> Option<Place> {
        match self.start {
            Start::Field(place) if self.hops.is_empty() => Some(place),
            _ => None,
        }
    }

    /// Whether it is the id of a row of an entity with many rows.
    pub fn is_row_id(&self) -> bool {
        matches!(self.start, Start::Id(entity) if entity > 0) && self.hops.is_empty()
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
            Start::Link(entity, link) => row(entity)
                .and_then(|row| joined.document.rows[entity][row].source.as_ref())
                .map_or(Seen::Null, |source| link.of(joined.form, source)),
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
            let (link, kind) = link(rest.strip_prefix("link_")?)?;
            Some((Start::Link(entity, link), kind))
        }
    })
}

fn link(key: &str) -> Option<(Link, Kind)> {
    Some(match key {
        "fruleid" => (Link::Rule, Kind::Text),
        "fstablename" => (Link::Table, Kind::Text),
        "fsbillid" => (Link::Document, Kind::Int),
        "fsid" => (Link::Row, Kind::Int),
        _ => return None,
    })
}

impl Link {
    fn of(self, form: &FormMeta, source: &Source) -> Seen<'static> {
        match self {
            Link::Rule => Seen::Text(rule_between(source.form, form).unwrap_or_default()),
            Link::Table => Seen::Text(source.table().unwrap_or_default()),
            Link::Document => Seen::Int(source.document),
            Link::Row => Seen::Int(source.row),
        }
    }
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
