//! Sets the keys of a Model on a document, new or existing, entity by entity.

use model::{Map, Value};

use super::convert::{convert, wrong_structure};
use super::options::Options;
use crate::kingdee::arguments::{member, plain};
use crate::kingdee::catalogue::{CATALOGUE, FormMeta};
use crate::kingdee::cell::Cell;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::ledger::{Document, Ledger, Row, Source};
use crate::kingdee::meta::{Field, FormKind, Preset};
use crate::kingdee::turn::Turn;

/// A document with the keys of the Model in it, not yet stored.
pub struct Filled {
    pub document: Document,
    pub is_new: bool,
}

/// Finds or begins the document of a Model and sets its keys.
pub fn fill(
    turn: &mut Turn,
    form: &'static FormMeta,
    model: &Map<'static>,
    options: &Options,
) -> Result<Filled, Vec<Fault>> {
    if form.def.kind == FormKind::System {
        let message = format!("业务对象“{}”不支持保存操作", form.def.name);
        return Err(vec![Fault::new(Code::Exception, message)]);
    }
    let id = plain(member(model, form.def.pk)).trim().parse().unwrap_or(0);
    let (mut document, is_new) = if id == 0 {
        let id = turn.ledger.next_id(form);
        (begin(turn, form, id), true)
    } else {
        (existing(turn, form, id).map_err(|fault| vec![fault])?, false)
    };
    let org = organisation_of(form, &document).unwrap_or(turn.org);
    let mut setter = Setter::new(form, options, org, turn.ledger);
    set_head(&mut setter, model, &mut document);
    let Setter { org, mut faults, emptied, .. } = setter;
    if is_new {
        set_presets_but(turn, form, &mut document, &emptied);
    }
    let setting = Setting { form, options, org };
    set_entries(turn, &setting, model, &mut document, &mut faults);
    if faults.is_empty() { Ok(Filled { document, is_new }) } else { Err(faults) }
}

/// An empty document of a form, with row ids but without presets.
pub fn begin(turn: &mut Turn, form: &FormMeta, id: i64) -> Document {
    let mut document = Document::empty(form, id, turn.now_ms);
    for rows in document.rows.iter_mut().skip(1) {
        for row in rows {
            row.id = turn.ledger.row_id();
        }
    }
    document
}

fn existing(turn: &Turn, form: &FormMeta, id: i64) -> Result<Document, Fault> {
    let Some(document) = turn.ledger.table(form).get(id) else {
        return Err(Fault::new(Code::NoData, format!("内码为{id}的{}不存在或者已经被删除", form.def.name)));
    };
    turn.refuse_locked(form, document)?;
    let number = document.number(form);
    match document.status(form) {
        'B' => Err(Fault::rule(format!("单据编号为“{number}”的{}，审核中的数据不允许修改！", form.def.name))),
        'C' => Err(Fault::rule(format!("单据编号为“{number}”的{}，已审核的数据不允许修改！", form.def.name))),
        _ => Ok(document.clone()),
    }
}

/// Sets the keys of head and sub-heads, in the order of the Model.
fn set_head(setter: &mut Setter, model: &Map<'static>, document: &mut Document) {
    let form = setter.form;
    for (key, value) in model.iter().filter(|(key, _)| setter.options.updates(key)) {
        if let Some(place) = form.lookup(key) {
            // Keys of other entities at this level belong to nothing and are passed over.
            if place.entity == 0 {
                setter.set(0, place.field, value, &mut document.rows[0][0]);
            }
        } else if let Some(entity) = form.entity(key)
            && form.entities[entity].def.shape.is_single()
        {
            match value {
                Value::Map(inner) => setter.set_row(entity, inner, &mut document.rows[entity][0]),
                Value::Null => {}
                _ => setter.faults.push(wrong_structure(key, form.entities[entity].def.key)),
            }
        }
    }
}

/// Sets the rows of the entities with many rows.
fn set_entries(
    turn: &mut Turn,
    setting: &Setting,
    model: &Map<'static>,
    document: &mut Document,
    faults: &mut Vec<Fault>,
) {
    let Setting { form, options, .. } = *setting;
    for (entity, meta) in form.entities.iter().enumerate() {
        if meta.def.shape.is_single() {
            continue;
        }
        match member(model, meta.def.key) {
            Some(Value::List(list)) if options.updates(meta.def.key) => {
                set_rows(turn, setting, entity, list, document, faults);
            }
            Some(Value::Null) | None => {
                let empties = turn.is("delete_entry_scope", "all") && options.need_update.is_empty();
                if empties && options.delete_entries {
                    document.rows[entity].clear();
                }
            }
            Some(Value::List(_)) => {}
            Some(_) => faults.push(wrong_structure(meta.def.key, meta.def.key)),
        }
    }
}

fn set_rows(
    turn: &mut Turn,
    setting: &Setting,
    entity: usize,
    list: &[Value<'static>],
    document: &mut Document,
    faults: &mut Vec<Fault>,
) {
    let Setting { form, options, org } = *setting;
    let meta = &form.entities[entity];
    let before = std::mem::take(&mut document.rows[entity]);
    let mut named = Vec::with_capacity(list.len());
    for model in list.iter().filter_map(Value::as_map) {
        let id: i64 = plain(member(model, meta.def.pk)).trim().parse().unwrap_or(0);
        let mut row = match before.iter().find(|row| row.id == id) {
            Some(row) => row.clone(),
            None if id == 0 => Row { id, cells: vec![Cell::Empty; meta.fields.len()], source: None },
            None => {
                faults.push(Fault::rule(format!("分录内码{id}在单据中不存在")));
                continue;
            }
        };
        let mut setter = Setter::new(form, options, org, turn.ledger);
        setter.set_row(entity, model, &mut row);
        faults.append(&mut setter.faults);
        let emptied = setter.emptied;
        if let Some(source) = source(turn.ledger, form, entity, model) {
            row.source = Some(source);
        }
        if row.id == 0 {
            // A row in which nothing is filled in is dropped, as the screen does.
            if row.cells.iter().all(is_untouched) {
                continue;
            }
            row.id = turn.ledger.row_id();
            preset_row_but(turn, form, (entity, document), &mut row, &emptied);
        }
        named.push(row);
    }
    document.rows[entity] = merged(if options.delete_entries { Vec::new() } else { before }, named);
}

/// The rows there were, those named in their new form, and the new ones after them.
fn merged(mut before: Vec<Row>, named: Vec<Row>) -> Vec<Row> {
    for row in named {
        match before.iter_mut().find(|old| old.id == row.id) {
            Some(old) => *old = row,
            None => before.push(row),
        }
    }
    before
}

fn is_untouched(cell: &Cell) -> bool {
    cell.is_blank()
        || matches!(cell, Cell::Flag(false) | Cell::Int(0))
        || cell == &Cell::Amount(Default::default())
}

/// What setting the keys of one document goes by.
struct Setting<'a> {
    form: &'static FormMeta,
    options: &'a Options,
    /// The organisation the document is used in: numbers are looked up there first.
    org: i64,
}

/// Sets keys on rows and gathers what is wrong with them.
struct Setter<'a> {
    form: &'static FormMeta,
    options: &'a Options,
    org: i64,
    ledger: &'a Ledger,
    faults: Vec<Fault>,
    /// References whose number nobody has: they stay empty, whatever their preset is (§3.1).
    emptied: Vec<(usize, usize)>,
}

impl<'a> Setter<'a> {
    fn new(form: &'static FormMeta, options: &'a Options, org: i64, ledger: &'a Ledger) -> Setter<'a> {
        Setter { form, options, org, ledger, faults: Vec::new(), emptied: Vec::new() }
    }

    fn set_row(&mut self, entity: usize, model: &Map<'static>, row: &mut Row) {
        for (key, value) in model.iter() {
            if let Some(place) = self.form.lookup(key)
                && place.entity == entity
                && self.options.updates(key)
            {
                self.set(entity, place.field, value, row);
            }
        }
        self.let_prices_follow(entity, model, row);
    }

    /// Of the price with tax and the one without, the one that is said counts, also where it is zero.
    fn let_prices_follow(&self, entity: usize, model: &Map<'static>, row: &mut Row) {
        let is_said = |key: &str| model.get(key).is_some() && self.options.updates(key);
        for (said, follows) in [("FTaxPrice", "FPrice"), ("FPrice", "FTaxPrice")] {
            let place = self.form.lookup(follows).filter(|place| place.entity == entity);
            if let (Some(place), true, false) = (place, is_said(said), is_said(follows)) {
                row.cells[place.field] = Cell::Amount(Default::default());
            }
        }
    }

    fn set(&mut self, entity: usize, field: usize, value: &Value, row: &mut Row) {
        let meta = &self.form.entities[entity];
        let definition = meta.fields[field];
        if definition.by_server {
            return;
        }
        match convert(self.ledger, meta.def.key, definition, value, self.options, self.org) {
            Ok(cell) => {
                if cell == Cell::Ref(0) && names_something(value) {
                    self.emptied.push((entity, field));
                }
                if is_organisation(definition) && cell.reference() != 0 {
                    self.org = cell.reference();
                }
                row.cells[field] = cell;
            }
            Err(fault) => self.faults.push(fault),
        }
    }
}

/// Whether a field of the head decides in which organisation a document is used.
fn is_organisation(field: &Field) -> bool {
    ORGANISATION_KEYS.iter().any(|key| field.key.eq_ignore_ascii_case(key))
}

const ORGANISATION_KEYS: &[&str] = &["FCreateOrgId", "FUseOrgId", "FSaleOrgId", "FSettleOrgId", "FPayOrgId"];

fn organisation_of(form: &FormMeta, document: &Document) -> Option<i64> {
    let ids = ORGANISATION_KEYS.iter().rev().map(|key| document.get(form, key).reference());
    ids.into_iter().find(|id| *id != 0)
}

/// Whether a reference was written with a number or an id in it.
fn names_something(value: &Value) -> bool {
    let is_filled = |value: &Value| !matches!(plain(Some(value)).trim(), "" | "0");
    value.as_map().is_some_and(|map| map.iter().any(|(_, value)| is_filled(value)))
}

/// Fills what is still blank in head and sub-heads with what they hold when nobody says anything.
pub fn set_presets(turn: &Turn, form: &'static FormMeta, document: &mut Document) {
    set_presets_but(turn, form, document, &[]);
}

fn set_presets_but(
    turn: &Turn,
    form: &'static FormMeta,
    document: &mut Document,
    emptied: &[(usize, usize)],
) {
    for (entity, meta) in form.entities.iter().enumerate().filter(|(_, meta)| meta.def.shape.is_single()) {
        for (field, definition) in meta.fields.iter().enumerate() {
            if document.rows[entity][0].cells[field].is_blank() && !emptied.contains(&(entity, field)) {
                document.rows[entity][0].cells[field] = preset(turn, form, definition, document);
            }
        }
    }
}

/// The same for a row of an entity with many rows.
pub fn preset_row(turn: &Turn, form: &'static FormMeta, entity: usize, document: &Document, row: &mut Row) {
    preset_row_but(turn, form, (entity, document), row, &[]);
}

fn preset_row_but(
    turn: &Turn,
    form: &'static FormMeta,
    (entity, document): (usize, &Document),
    row: &mut Row,
    emptied: &[(usize, usize)],
) {
    for (field, definition) in form.entities[entity].fields.iter().enumerate() {
        if row.cells[field].is_blank() && !emptied.contains(&(entity, field)) {
            row.cells[field] = preset(turn, form, definition, document);
        }
    }
}

fn preset(turn: &Turn, form: &FormMeta, field: &Field, document: &Document) -> Cell {
    match field.preset {
        Preset::Nothing => Cell::Empty,
        Preset::Text(text) => Cell::text(text),
        Preset::Flag(truth) => Cell::Flag(truth),
        Preset::Int(whole) => Cell::Int(whole),
        Preset::Amount(whole) => Cell::Amount(whole.into()),
        Preset::Today => Cell::Time(turn.now().day()),
        Preset::SameAs(other) => document.get(form, other).clone(),
        Preset::Ref(number) => {
            let target = field.kind.target().map(|target| CATALOGUE.form(target));
            let id = target.and_then(|form| turn.ledger.table(form).ids_of(number).first().copied());
            Cell::Ref(id.unwrap_or(0))
        }
    }
}

/// A link to the row of another bill, written by hand: `FEntity_Link` (§3.5).
fn source(ledger: &Ledger, form: &FormMeta, entity: usize, model: &Map) -> Option<Source> {
    let key = format!("{}_Link", form.entities[entity].def.key);
    let link = member(model, &key)?.as_list()?.first()?.as_map()?;
    let whole = |name: &str| plain(member(link, &format!("{key}_{name}"))).trim().parse::<i64>().ok();
    let table = plain(member(link, &format!("{key}_FSTableName")));
    let form = CATALOGUE.iter().find(|form| {
        form.entities.iter().any(|entity| entity.def.table.eq_ignore_ascii_case(table.trim()))
    })?;
    let (document, row) = (whole("FSBillId")?, whole("FSId")?);
    ledger.table(form).get(document)?;
    Some(Source { form: form.index, document, row })
}
