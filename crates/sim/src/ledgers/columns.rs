//! Some columns of a vendor's table, as a person would export them.

use serde_json::{Value, json};

use crate::cents::Cents;
use crate::world::World;

/// Rows of named columns.
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    columns: &'t [String],
    cells: &'t [Value],
}

/// Those fields of all records of an object of the CRM.
pub fn crm(world: &World, object: &str, fields: &[&str]) -> Table {
    let answer =
        world.screens.edit(world.now_ms(), "fxiaoke/rows", &json!({ "object": object, "fields": fields }));
    let Value::Array(records) = answer else { panic!("{object}: {answer}") };
    let cells = |mut record: Value| fields.iter().map(|field| record[*field].take()).collect();
    Table {
        columns: fields.iter().map(|field| (*field).to_owned()).collect(),
        rows: records.into_iter().map(cells).collect(),
    }
}

/// Those keys of all documents of a form of the ERP for which the condition holds; one row for each line where a key is
/// one of a list.
pub fn erp(world: &World, form: &str, keys: &str, condition: &str) -> Table {
    let packet = json!({ "FormId": form, "FieldKeys": keys, "FilterString": condition });
    let answer = world.screens.edit(world.now_ms(), "kingdee-k3cloud/query", &packet);
    let Value::Array(rows) = answer else { panic!("{form}: {answer}") };
    let cells = |row| match row {
        Value::Array(cells) => cells,
        other => panic!("{form}: {other}"),
    };
    Table {
        columns: keys.split(',').map(str::to_owned).collect(),
        rows: rows.into_iter().map(cells).collect(),
    }
}

impl Table {
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { columns: &self.columns, cells })
    }

    /// The rows with that text in a column.
    pub fn only(mut self, column: &str, text: &str) -> Table {
        let columns = std::mem::take(&mut self.columns);
        self.rows.retain(|cells| Row { columns: &columns, cells }.text(column) == text);
        self.columns = columns;
        self
    }
}

impl Row<'_> {
    /// A cell as a person would write it.
    pub fn text(&self, column: &str) -> String {
        match self.cell(column) {
            Value::Null => String::new(),
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        }
    }

    /// A decimal without closing zeros.
    pub fn number(&self, column: &str) -> String {
        let text = self.text(column);
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    }

    /// An amount, which both systems keep to the cent.
    pub fn cents(&self, column: &str) -> Cents {
        let cell = self.cell(column);
        Cents::read(cell).unwrap_or_else(|| panic!("{column}: {cell} is no amount in whole cents"))
    }

    fn cell(&self, column: &str) -> &Value {
        let at = self.columns.iter().position(|name| name == column);
        &self.cells[at.unwrap_or_else(|| panic!("{column} was not asked for"))]
    }
}
