//! The ERP's tables, and the journal of every document that was ever made.

use std::collections::{BTreeMap, BTreeSet};

use model::Map;

use super::dictionary::{OBJECTS, Object};

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// There when the ERP was opened.
    Opening,
    /// A caller of `create` or `update`.
    Interface,
    /// A person at the ERP's own screens.
    Screen,
    /// The business that goes on by itself.
    Business,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Opening => "opening",
            Origin::Interface => "interface",
            Origin::Screen => "screen",
            Origin::Business => "business",
        }
    }
}

/// One record. Fields without a value are not in the map; decimals have exactly the places of their field.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: String,
    pub number: String,
    pub fields: Map<'static>,
    pub details: BTreeMap<&'static str, Vec<Row>>,
    pub created_ms: i64,
    pub modified_ms: i64,
    /// From 1, one more with each change.
    pub version: i64,
    /// Before that moment no query sees it.
    pub visible_from_ms: i64,
    pub is_void: bool,
}

/// A row of a detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: String,
    pub fields: Map<'static>,
}

impl Document {
    pub fn rows(&self, detail: &str) -> &[Row] {
        self.details.get(detail).map_or(&[], Vec::as_slice)
    }
}

/// A document that was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub object: &'static str,
    pub id: String,
    pub number: String,
    pub origin: Origin,
    pub at_ms: i64,
}

pub struct Table {
    pub object: &'static Object,
    documents: BTreeMap<String, Document>,
    by_number: BTreeMap<String, BTreeSet<String>>,
    by_time: BTreeSet<(i64, String)>,
    next_id: u64,
    next_number: u64,
}

pub struct Ledger {
    tables: Vec<Table>,
    next_row: u64,
    journal: Vec<Made>,
}

impl Ledger {
    pub fn new() -> Ledger {
        let tables = OBJECTS.iter().zip(1..).map(|(object, n)| Table::new(object, n * 1_000_000)).collect();
        Ledger { tables, next_row: 500_001, journal: Vec::new() }
    }

    pub fn table(&self, object: &Object) -> &Table {
        let found = self.tables.iter().find(|table| table.object.name == object.name);
        found.expect("there is a table for every object of the dictionary")
    }

    pub fn table_mut(&mut self, object: &Object) -> &mut Table {
        let found = self.tables.iter_mut().find(|table| table.object.name == object.name);
        found.expect("there is a table for every object of the dictionary")
    }

    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// An id for a new row of any detail.
    pub fn row_id(&mut self) -> String {
        self.next_row += 1;
        (self.next_row - 1).to_string()
    }

    /// Stores a document that is new, and writes it into the journal.
    pub fn add(&mut self, object: &'static Object, document: Document, origin: Origin) {
        self.journal.push(Made {
            object: object.name,
            id: document.id.clone(),
            number: document.number.clone(),
            origin,
            at_ms: document.created_ms,
        });
        self.table_mut(object).put(document);
    }

    /// Every document that was made, in that order, also those that are gone.
    pub fn journal(&self) -> &[Made] {
        &self.journal
    }
}

impl Table {
    fn new(object: &'static Object, before_first_id: u64) -> Table {
        Table {
            object,
            documents: BTreeMap::new(),
            by_number: BTreeMap::new(),
            by_time: BTreeSet::new(),
            next_id: before_first_id + 1,
            next_number: 900_001,
        }
    }

    /// An id that no document has.
    pub fn new_id(&mut self) -> String {
        loop {
            let id = self.next_id.to_string();
            self.next_id += 1;
            if !self.documents.contains_key(&id) {
                return id;
            }
        }
    }

    /// A number that no document has.
    pub fn new_number(&mut self) -> String {
        loop {
            let number = format!("{}{}", self.object.prefix, self.next_number);
            self.next_number += 1;
            if !self.by_number.contains_key(&number) {
                return number;
            }
        }
    }

    pub fn get(&self, id: &str) -> Option<&Document> {
        self.documents.get(id)
    }

    /// The first document of that number.
    pub fn numbered(&self, number: &str) -> Option<&Document> {
        self.documents.get(self.by_number.get(number)?.first()?)
    }

    /// A document by its id or else its number.
    pub fn find(&self, which: &str) -> Option<&Document> {
        self.get(which).or_else(|| self.numbered(which))
    }

    /// In the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// The documents that were last modified between two moments, both included, in that order.
    pub fn modified_between(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &Document> {
        let range = (from_ms, String::new())..;
        self.by_time
            .range(range)
            .take_while(move |(at_ms, _)| *at_ms <= to_ms)
            .filter_map(|(_, id)| self.documents.get(id))
    }

    /// Puts a document in the place of the one with its id.
    pub fn put(&mut self, document: Document) {
        if let Some(before) = self.documents.get(&document.id) {
            self.by_time.remove(&(before.modified_ms, before.id.clone()));
            let number = before.number.clone();
            self.forget_number(&number, &document.id);
        }
        self.by_time.insert((document.modified_ms, document.id.clone()));
        self.by_number.entry(document.number.clone()).or_default().insert(document.id.clone());
        self.documents.insert(document.id.clone(), document);
    }

    fn forget_number(&mut self, number: &str, id: &str) {
        if let Some(ids) = self.by_number.get_mut(number) {
            ids.remove(id);
            if ids.is_empty() {
                self.by_number.remove(number);
            }
        }
    }

    /// Takes a document away for good.
    pub fn remove(&mut self, id: &str) -> Option<Document> {
        let document = self.documents.remove(id)?;
        self.by_time.remove(&(document.modified_ms, document.id.clone()));
        self.forget_number(&document.number, id);
        Some(document)
    }

    /// Numbers that more than one document has, with how many.
    pub fn doubled(&self) -> impl Iterator<Item = (&str, usize)> {
        self.by_number
            .iter()
            .filter(|(_, ids)| ids.len() > 1)
            .map(|(number, ids)| (number.as_str(), ids.len()))
    }
}
