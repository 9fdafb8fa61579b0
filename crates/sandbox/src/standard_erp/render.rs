//! A record as the ERP shows it: the order of the dictionary, and the programmer's taste in ids, decimals and times.

use jiff::tz::{Offset, TimeZone};
use model::{Map, Number, Value};

use super::dictionary::{
    CREATED, ENTRY_ID, Field, Kind, LAST_MODIFIED, NORMAL, Object, ROW_VERSION, SEQ, STATUS, VOID,
};
use super::ledger::{Document, Row};
use super::switches as s;
use crate::switchboard::Switchboard;

/// The ERP stands in China.
const OFFSET_HOURS: i8 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blanks {
    Null,
    Empty,
    Omitted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    TextSeconds,
    TextMillis,
    EpochMillis,
}

/// How values are shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    ids_are_numbers: bool,
    decimals_are_texts: bool,
    blanks: Blanks,
    times: Times,
}

impl Style {
    /// Of the ERP's own screens: everything, exactly.
    pub const SCREEN: Style = Style {
        ids_are_numbers: false,
        decimals_are_texts: true,
        blanks: Blanks::Null,
        times: Times::EpochMillis,
    };

    pub fn of(switches: &Switchboard) -> Style {
        Style {
            ids_are_numbers: switches.is(s::ID_FORM, "number"),
            decimals_are_texts: switches.is(s::DECIMALS, "text"),
            blanks: match switches.value(s::BLANKS) {
                Some("empty") => Blanks::Empty,
                Some("omitted") => Blanks::Omitted,
                _ => Blanks::Null,
            },
            times: match switches.value(s::TIMES) {
                Some("text_millis") => Times::TextMillis,
                Some("epoch_millis") => Times::EpochMillis,
                _ => Times::TextSeconds,
            },
        }
    }

    pub fn id(self, id: &str) -> Value<'static> {
        match Number::parse(id.to_owned()).filter(|_| self.ids_are_numbers && id.len() < 16) {
            Some(number) => Value::Number(number),
            None => Value::from(id.to_owned()),
        }
    }

    pub fn time(self, at_ms: i64) -> Value<'static> {
        match self.times {
            Times::TextSeconds => Value::from(clock(at_ms)),
            Times::TextMillis => Value::from(format!("{}.{:03}", clock(at_ms), at_ms.rem_euclid(1_000))),
            Times::EpochMillis => Value::from(at_ms),
        }
    }

    /// The master fields of a record.
    pub fn master(self, object: &Object, document: &Document) -> Map<'static> {
        let mut shown = Map::with_capacity(object.fields.len() + 5);
        shown.push(object.id, self.id(&document.id));
        self.fields(
            object.fields.iter().filter(|field| field.name != object.id),
            &document.fields,
            &mut shown,
        );
        shown.push(STATUS, if document.is_void { VOID } else { NORMAL });
        shown.push(CREATED, self.time(document.created_ms));
        shown.push(LAST_MODIFIED, self.time(document.modified_ms));
        shown.push(ROW_VERSION, document.version);
        shown
    }

    /// The rows of every detail.
    pub fn details(self, object: &Object, document: &Document) -> Map<'static> {
        let mut shown = Map::new();
        for detail in object.details {
            let rows = document.rows(detail.name).iter().zip(1..);
            let rows: Vec<Value> = rows.map(|(row, seq)| self.row(detail.fields, row, seq)).collect();
            shown.push(detail.name, rows);
        }
        shown
    }

    fn row(self, known: &'static [Field], row: &Row, seq: i64) -> Value<'static> {
        let mut shown = Map::with_capacity(known.len() + 2);
        shown.push(ENTRY_ID, self.id(&row.id));
        shown.push(SEQ, seq);
        self.fields(known.iter(), &row.fields, &mut shown);
        shown.into()
    }

    fn fields(
        self,
        known: impl Iterator<Item = &'static Field>,
        kept: &Map<'static>,
        shown: &mut Map<'static>,
    ) {
        for field in known {
            match (kept.get(field.name), self.blanks) {
                (Some(value), _) => shown.push(field.name, self.value(field.kind, value)),
                (None, Blanks::Null) => shown.push(field.name, Value::Null),
                (None, Blanks::Empty) => shown.push(field.name, ""),
                (None, Blanks::Omitted) => {}
            }
        }
    }

    fn value(self, kind: Kind, value: &Value<'static>) -> Value<'static> {
        match (kind, value) {
            (Kind::Decimal(_), Value::Number(number)) if self.decimals_are_texts => {
                Value::from(number.as_str().to_owned())
            }
            (_, value) => value.clone(),
        }
    }
}

/// `masterFieldVal` and, where they are asked for, `detailFieldVals`.
pub fn record(style: Style, object: &Object, document: &Document, with_details: bool) -> Map<'static> {
    let mut shown = Map::new();
    shown.push("masterFieldVal", style.master(object, document));
    if with_details {
        shown.push("detailFieldVals", style.details(object, document));
    }
    shown
}

/// `2026-11-24 15:00:00`, as a clock in China shows that moment.
pub fn clock(at_ms: i64) -> String {
    let zone = TimeZone::fixed(Offset::constant(OFFSET_HOURS));
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(zone).datetime();
    format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
}
