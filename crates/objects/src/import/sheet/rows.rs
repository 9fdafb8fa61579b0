//! The fields that the rows describe, or everything that is wrong with them.

use model::object::{Field, FieldKind};
use model::{Cause, ObjectName};

use super::cells::Row;
use super::columns::{Column, Columns};
use super::types::{self, Kind, Role};
use crate::draft::{self, Parts, Roles};

/// What the rows make together.
pub(super) struct Read {
    pub parts: Parts,
    pub notes: Vec<Cause>,
}

/// Taken where nothing says how many places a decimal has.
const USUAL_SCALE: u32 = 2;

pub(super) fn read(columns: &Columns, rows: &[Row]) -> Result<Read, Vec<Cause>> {
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    for heading in &columns.unknown {
        notes.push(Cause::new("objects.sheet.heading_unknown").with("heading", heading));
    }
    let (mut master, mut roles) = (Vec::new(), Roles::default());
    let mut lists: Vec<List> = Vec::new();
    for (number, cells) in rows {
        let row = ReadRow { number: *number, cells, columns };
        let Some(field) = row.field(&mut findings, &mut notes) else { continue };
        let list = row.cell(Column::Detail);
        let fields = match list {
            None => &mut master,
            Some(list) => {
                let place = lists.iter().position(|known| known.name == list).unwrap_or_else(|| {
                    lists.push(List { name: list.to_owned(), fields: Vec::new(), id: None });
                    lists.len() - 1
                });
                &mut lists[place].fields
            }
        };
        if fields.iter().any(|known: &Field| known.name == field.name) {
            findings.push(row.wrong("objects.sheet.name_twice", Column::Name));
            continue;
        }
        let name = field.name.clone();
        fields.push(field);
        let line_id =
            list.and_then(|list| lists.iter_mut().find(|known| known.name == list)).map(|list| &mut list.id);
        row.role(name, &mut roles, line_id, &mut findings);
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut details = Vec::new();
    for List { name, fields, id } in lists {
        match id {
            Some(_) => {
                let detail = draft::detail(&name, None, fields, &mut Vec::new());
                details.push(model::object::Detail { id, ..detail });
            }
            None => details.push(draft::detail(&name, None, fields, &mut notes)),
        }
    }
    Ok(Read { parts: Parts { fields: master, details, roles }, notes })
}

struct List {
    name: String,
    fields: Vec<Field>,
    id: Option<String>,
}

struct ReadRow<'r> {
    number: usize,
    cells: &'r [String],
    columns: &'r Columns,
}

impl<'r> ReadRow<'r> {
    fn cell(&self, column: Column) -> Option<&'r str> {
        self.columns.cell(self.cells, column)
    }

    fn wrong(&self, code: &'static str, column: Column) -> Cause {
        Cause::new(code).with("row", self.number).with("value", shown(self.cell(column).unwrap_or_default()))
    }

    /// The field, or nothing where there is a finding.
    fn field(&self, findings: &mut Vec<Cause>, notes: &mut Vec<Cause>) -> Option<Field> {
        let before = findings.len();
        let name = self.cell(Column::Name);
        if name.is_none_or(|name| name.contains('.') || name.chars().any(char::is_control)) {
            findings.push(self.wrong("objects.sheet.no_name", Column::Name));
        }
        let required = match self.cell(Column::Required) {
            None => false,
            Some(cell) => types::yes_or_no(cell).unwrap_or_else(|| {
                findings.push(self.wrong("objects.sheet.bad_required", Column::Required));
                false
            }),
        };
        let kind = self.kind(findings, notes);
        let (kind, length) = kind?;
        if findings.len() > before {
            return None;
        }
        let name = name?;
        let label = self.cell(Column::Label).or(self.cell(Column::EnglishLabel)).unwrap_or(name);
        let english = self.cell(Column::EnglishLabel).unwrap_or(label);
        let field = draft::field(name, kind, required, length);
        Some(Field { label_zh: label.to_owned(), label_en: english.to_owned(), ..field })
    }

    /// The type, and the length where it takes one.
    fn kind(&self, findings: &mut Vec<Cause>, notes: &mut Vec<Cause>) -> Option<(FieldKind, Option<u32>)> {
        let Some((kind, inside)) = self.cell(Column::Type).and_then(types::kind) else {
            let cause = self.wrong("objects.sheet.bad_type", Column::Type);
            findings.push(cause.with("known", types::known()));
            return None;
        };
        if self.cell(Column::Length) == Some("0") {
            findings.push(self.wrong("objects.sheet.bad_length", Column::Length));
        }
        let length = self.number(Column::Length, "objects.sheet.bad_length", findings);
        let scale = self.number(Column::Scale, "objects.sheet.bad_scale", findings);
        if scale.is_some_and(|scale| scale > 18) {
            findings.push(self.wrong("objects.sheet.bad_scale", Column::Scale));
        }
        let takes_length = matches!(kind, Kind::Text | Kind::LongText);
        let length = length.or(inside.first().copied()).filter(|_| takes_length);
        if let Some(kind) = kind.simple() {
            return Some((kind, length));
        }
        let kind = match kind {
            Kind::Decimal => FieldKind::Decimal {
                scale: scale.or(inside.get(1).copied()).unwrap_or_else(|| {
                    let field = self.cell(Column::Name).unwrap_or_default();
                    let cause = Cause::new("objects.scale_guessed").with("field", field);
                    notes.push(cause.with("scale", USUAL_SCALE));
                    USUAL_SCALE
                }),
            },
            Kind::Select | Kind::MultiSelect => {
                let Some(choices) = self.cell(Column::Options).and_then(types::options) else {
                    findings.push(self.wrong("objects.sheet.bad_options", Column::Options));
                    return None;
                };
                match kind {
                    Kind::Select => FieldKind::Select(choices),
                    _ => FieldKind::MultiSelect(choices),
                }
            }
            _ => {
                let Some(object) = self.cell(Column::Object).map(ObjectName::new) else {
                    findings.push(self.wrong("objects.sheet.no_object", Column::Object));
                    return None;
                };
                match kind {
                    Kind::MasterDetail => FieldKind::MasterDetail(object),
                    _ => FieldKind::Reference(object),
                }
            }
        };
        Some((kind, None))
    }

    fn number(&self, column: Column, code: &'static str, findings: &mut Vec<Cause>) -> Option<u32> {
        let cell = self.cell(column)?;
        // Vendors write the length of a decimal as `18,2`.
        let first = cell.split([',', '\u{ff0c}']).next().unwrap_or_default().trim();
        match first.parse() {
            Ok(number) => Some(number),
            Err(_) => {
                findings.push(self.wrong(code, column));
                None
            }
        }
    }

    fn role(
        &self,
        name: String,
        roles: &mut Roles,
        line_id: Option<&mut Option<String>>,
        findings: &mut Vec<Cause>,
    ) {
        let Some(cell) = self.cell(Column::Role) else { return };
        let place = match (types::role(cell), line_id) {
            (Some(Role::Id), Some(line_id)) => line_id,
            (Some(Role::Id), None) => &mut roles.id,
            (Some(Role::Number), None) => &mut roles.number,
            (Some(Role::Name), None) => &mut roles.display,
            (Some(Role::Version), None) => &mut roles.version,
            _ => {
                findings.push(self.wrong("objects.sheet.bad_role", Column::Role));
                return;
            }
        };
        if place.replace(name).is_some() {
            findings.push(self.wrong("objects.sheet.role_twice", Column::Role));
        }
    }
}

/// A cell short enough for a sentence.
fn shown(cell: &str) -> String {
    match cell.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}
