//! The account set's tables: documents with their rows, found by internal id and by number.

mod index;

use std::collections::{BTreeMap, HashMap};

use self::index::Index;
use super::catalogue::{CATALOGUE, FormMeta, Place};
use super::cell::Cell;

/// All tables of the account set.
pub struct Ledger {
    tables: Vec<Table>,
    next_row: i64,
    /// Whether ids come from blocks that the servers of a cluster keep for themselves, so that a later document may
    /// have the smaller id (§5.7).
    pub ids_in_blocks: bool,
}

/// The documents of one form.
pub struct Table {
    documents: BTreeMap<i64, Document>,
    by_number: HashMap<Box<str>, Vec<i64>>,
    index: Index,
    ids: Ids,
    /// The next number that the server would give, per prefix.
    pub sequences: BTreeMap<String, u64>,
}

/// The ids that a table has given.
struct Ids {
    last: i64,
    /// The first id left and the end of the block of each server.
    blocks: [(i64, i64); 2],
    server: usize,
}

impl Ids {
    const BLOCK: i64 = 20;

    fn next(&mut self) -> i64 {
        self.last += 1;
        self.last
    }

    /// Two servers take turns, each with a block of its own.
    fn next_in_block(&mut self) -> i64 {
        self.server = 1 - self.server;
        let (left, end) = &mut self.blocks[self.server];
        if left == end {
            (*left, *end) = (self.last + 1, self.last + 1 + Ids::BLOCK);
            self.last += Ids::BLOCK;
        }
        *left += 1;
        *left - 1
    }
}

/// One record: its rows by entity, the head first. Head and sub-heads have exactly one row.
#[derive(Debug, Clone)]
pub struct Document {
    pub id: i64,
    pub rows: Vec<Vec<Row>>,
    /// When it was first saved, in milliseconds since 1970.
    pub created_ms: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub id: i64,
    pub cells: Vec<Cell>,
    /// The row of another bill that this one was made from.
    pub source: Option<Source>,
}

/// A link from a row to the row it was pushed from (§3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Position of the form in the catalogue.
    pub form: usize,
    pub document: i64,
    pub row: i64,
}

impl Source {
    /// The database table of the rows that it points to.
    pub fn table(&self) -> Option<&'static str> {
        let rule = super::push::RULES.iter().find(|rule| rule.source == CATALOGUE.at(self.form).def.id)?;
        let form = CATALOGUE.at(self.form);
        Some(form.entities[form.entity(rule.source_entity)?].def.table)
    }
}

impl Ledger {
    pub fn new() -> Ledger {
        let tables = CATALOGUE.iter().zip(0..).map(|(form, n)| Table::new(form, 100_000 + n * 17)).collect();
        Ledger { tables, next_row: 100_000, ids_in_blocks: false }
    }

    pub fn table(&self, form: &FormMeta) -> &Table {
        &self.tables[form.index]
    }

    pub fn table_mut(&mut self, form: &FormMeta) -> &mut Table {
        &mut self.tables[form.index]
    }

    /// A new id for a document of a form.
    pub fn next_id(&mut self, form: &FormMeta) -> i64 {
        let ids = &mut self.tables[form.index].ids;
        if self.ids_in_blocks { ids.next_in_block() } else { ids.next() }
    }

    /// A new id for a row of any entity.
    pub fn row_id(&mut self) -> i64 {
        self.next_row += 1;
        self.next_row
    }

    /// The document that a field of a document refers to.
    pub fn referred(&self, target: &'static str, id: i64) -> Option<(&'static FormMeta, &Document)> {
        let form = CATALOGUE.form(target);
        Some((form, self.table(form).get(id)?))
    }

    /// The number that stands for a reference: empty when it points nowhere.
    pub fn number_of(&self, target: &'static str, id: i64) -> &str {
        match self.referred(target, id) {
            Some((form, document)) => document.number(form),
            None => "",
        }
    }
}

impl Table {
    fn new(form: &FormMeta, first_id: i64) -> Table {
        Table {
            documents: BTreeMap::new(),
            by_number: HashMap::new(),
            index: Index::new(form),
            ids: Ids { last: first_id, blocks: [(0, 0); 2], server: 0 },
            sequences: BTreeMap::new(),
        }
    }

    pub fn get(&self, id: i64) -> Option<&Document> {
        self.documents.get(&id)
    }

    /// The ids of all documents with that number, oldest first.
    pub fn ids_of(&self, number: &str) -> &[i64] {
        self.by_number.get(number.trim_end()).map_or(&[], Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    /// The documents whose id lies between the two, both included, in order of their ids.
    pub fn between(&self, low: i64, high: i64) -> impl Iterator<Item = &Document> {
        self.documents.range(low..=high.max(low)).map(|(_, document)| document)
    }

    /// What documents are found by, besides id and number.
    pub fn index(&self) -> &Index {
        &self.index
    }

    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Stores a document, new or changed.
    pub fn put(&mut self, form: &FormMeta, document: Document) {
        if let Some(before) = self.documents.get(&document.id) {
            self.index.remove(before);
            let number = Box::from(before.number(form));
            self.forget_number(&number, document.id);
        }
        self.index.add(&document);
        let ids = self.by_number.entry(document.number(form).into()).or_default();
        let at = ids.partition_point(|id| *id < document.id);
        ids.insert(at, document.id);
        self.documents.insert(document.id, document);
    }

    /// Changes a document in place. Its number, its rows and what it is looked up by must stay; its moments may change.
    pub fn change<T>(&mut self, id: i64, change: impl FnOnce(&mut Document) -> T) -> Option<T> {
        let document = self.documents.get_mut(&id)?;
        self.index.remove_times(document);
        let changed = change(document);
        self.index.add_times(document);
        Some(changed)
    }

    pub fn remove(&mut self, form: &FormMeta, id: i64) -> Option<Document> {
        let document = self.documents.remove(&id)?;
        self.index.remove(&document);
        self.forget_number(document.number(form), id);
        Some(document)
    }

    /// Every number that more than one document has, with how many have it.
    pub fn duplicates(&self) -> BTreeMap<&str, usize> {
        self.by_number
            .iter()
            .filter(|(number, ids)| ids.len() > 1 && !number.is_empty())
            .map(|(number, ids)| (&**number, ids.len()))
            .collect()
    }

    fn forget_number(&mut self, number: &str, id: i64) {
        if let Some(ids) = self.by_number.get_mut(number) {
            ids.retain(|each| *each != id);
            if ids.is_empty() {
                self.by_number.remove(number);
            }
        }
    }
}

impl Document {
    /// A document without content: the head and the sub-heads have their row, with nothing in it.
    pub fn empty(form: &FormMeta, id: i64, created_ms: i64) -> Document {
        let rows = form
            .entities
            .iter()
            .map(|entity| match entity.def.shape.is_single() {
                true => vec![Row { id, cells: vec![Cell::Empty; entity.fields.len()], source: None }],
                false => Vec::new(),
            })
            .collect();
        Document { id, rows, created_ms }
    }

    pub fn head(&self, field: usize) -> &Cell {
        &self.rows[0][0].cells[field]
    }

    /// A field of the head by its key; empty when the form has no such field.
    pub fn get(&self, form: &FormMeta, key: &str) -> &Cell {
        form.head(key).map_or(&Cell::Empty, |field| self.head(field))
    }

    /// A field of head or sub-head by its key; empty when there is no such field.
    pub fn single(&self, form: &FormMeta, key: &str) -> &Cell {
        let place = form.lookup(key).filter(|place| form.entities[place.entity].def.shape.is_single());
        place.and_then(|place| self.cell(place, 0)).unwrap_or(&Cell::Empty)
    }

    /// Sets a field of the head, if the form has it.
    pub fn set(&mut self, form: &FormMeta, key: &str, cell: Cell) {
        if let Some(field) = form.head(key) {
            self.rows[0][0].cells[field] = cell;
        }
    }

    /// Sets a field of head or sub-head, if the form has it.
    pub fn set_single(&mut self, form: &FormMeta, key: &str, cell: Cell) {
        if let Some(place) = form.lookup(key)
            && form.entities[place.entity].def.shape.is_single()
        {
            self.rows[place.entity][0].cells[place.field] = cell;
        }
    }

    /// The number, without the spaces at its end; empty when there is none.
    pub fn number(&self, form: &FormMeta) -> &str {
        form.number().map_or("", |field| self.head(field).as_text().trim_end())
    }

    /// The document status, one of `Z A B C D`; system tables count as audited.
    pub fn status(&self, form: &FormMeta) -> char {
        self.get(form, "FDocumentStatus").as_text().chars().next().unwrap_or('C')
    }

    pub fn cell(&self, place: Place, row: usize) -> Option<&Cell> {
        self.rows[place.entity].get(row).map(|row| &row.cells[place.field])
    }
}

impl Row {
    /// A field of a row by the key it has in its entity.
    pub fn get<'a>(&'a self, form: &FormMeta, key: &str) -> &'a Cell {
        static EMPTY: Cell = Cell::Empty;
        form.lookup(key).and_then(|place| self.cells.get(place.field)).unwrap_or(&EMPTY)
    }

    pub fn set(&mut self, form: &FormMeta, key: &str, cell: Cell) {
        if let Some(place) = form.lookup(key)
            && let Some(old) = self.cells.get_mut(place.field)
        {
            *old = cell;
        }
    }
}
