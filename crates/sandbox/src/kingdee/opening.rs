//! The account set on the day it is opened: the company's organisation, people and base data, its goods in stock, and
//! the customers and orders that the ERP has had from before.

mod base;
mod business;

use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::ledger::{Document, Ledger, Row};
use super::save::{begin, preset_row, set_presets};
use super::turn::Turn;
use crate::company::Company;
use crate::stand_in::Chance;
use crate::switchboard::Switchboard;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Fills an empty ledger. `existing` is the share of the company's customers, in percent, that the ERP knows from
/// before. Everything is older than `opened_ms`.
pub fn fill(
    ledger: &mut Ledger,
    company: &Company,
    username: &str,
    seed: u64,
    opened_ms: i64,
    existing: u64,
) -> i64 {
    let switches = Switchboard::new(super::switches::SWITCHES);
    let turn = Turn {
        ledger,
        switches: &switches,
        now_ms: opened_ms - 400 * DAY_MS,
        user: 0,
        org: 0,
        conditions: Default::default(),
    };
    let mut opening = Opening { turn };
    let user = base::fill(&mut opening, company, username);
    let mut chance = Chance::new(seed ^ 0x4f50_454e_4b33_0001);
    business::fill(&mut opening, company, &mut chance, opened_ms, existing);
    user
}

/// A hand that writes documents straight into the ledger.
struct Opening<'a> {
    turn: Turn<'a>,
}

/// The fields of a document or a row: key and content.
type Cells<'c> = &'c [(&'c str, Cell)];

impl Opening<'_> {
    /// An audited document with those fields of head and sub-heads.
    fn add(&mut self, form: &'static str, cells: Cells) -> i64 {
        let document = self.draw_up(form, cells);
        self.store(form, document)
    }

    /// The same, not yet stored, for rows to be added.
    fn draw_up(&mut self, form: &'static str, cells: Cells) -> Document {
        let form = CATALOGUE.form(form);
        let id = self.turn.ledger.next_id(form);
        let mut document = begin(&mut self.turn, form, id);
        for (key, cell) in cells {
            document.set_single(form, key, cell.clone());
        }
        set_presets(&self.turn, form, &mut document);
        self.stamp(form, &mut document);
        document
    }

    fn add_row(&mut self, form: &'static str, document: &mut Document, entity: &str, cells: Cells) {
        let form = CATALOGUE.form(form);
        let Some(at) = form.entity(entity) else { return };
        let fields = form.entities[at].fields.len();
        let mut row = Row { id: self.turn.ledger.row_id(), cells: vec![Cell::Empty; fields], source: None };
        for (key, cell) in cells {
            row.set(form, key, cell.clone());
        }
        preset_row(&self.turn, form, at, document, &mut row);
        document.rows[at].push(row);
    }

    fn store(&mut self, form: &'static str, mut document: Document) -> i64 {
        let form = CATALOGUE.form(form);
        super::save::derive(self.turn.ledger, form, &mut document);
        let id = document.id;
        self.turn.ledger.table_mut(form).put(form, document);
        id
    }

    fn stamp(&self, form: &FormMeta, document: &mut Document) {
        let (now, user) = (Cell::Time(self.turn.now()), Cell::Ref(self.turn.user));
        document.set(form, "FDocumentStatus", Cell::text("C"));
        document.set(form, "FMasterId", Cell::Int(document.id));
        for key in ["FCreatorId", "FModifierId", "FApproverId", "FAuditorId"] {
            document.set(form, key, user.clone());
        }
        for key in ["FCreateDate", "FModifyDate", "FApproveDate", "FAuditDate"] {
            document.set(form, key, now.clone());
        }
    }

    /// A reference to the document with that number.
    fn to(&self, form: &'static str, number: &str) -> Cell {
        let form = CATALOGUE.form(form);
        Cell::Ref(self.turn.ledger.table(form).ids_of(number).first().copied().unwrap_or(0))
    }
}

fn text(text: &str) -> Cell {
    Cell::text(text)
}
