//! The cells of a spreadsheet as texts, whatever its format.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};
use model::{Cause, charset};

/// A row that says something, with its number from 1.
pub(super) type Row = (usize, Vec<String>);

/// Larger files are no lists of fields.
const MOST_BYTES: usize = 8 << 20;
const MOST_ROWS: u32 = 5_000;
/// Cells to the right of it are not read.
const MOST_COLUMNS: u32 = 64;

/// # Errors
/// `charset.wrong`, `objects.sheet.too_large`, `objects.sheet.no_sheet`, `objects.sheet.unreadable` with the library's reason.
pub(super) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, Cause> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large());
    }
    let mut rows = match bytes.starts_with(b"PK\x03\x04") {
        true => xlsx(bytes, sheet)?,
        false => comma_separated(bytes)?,
    };
    rows.retain(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
    Ok(rows)
}

/// Cells are read one by one: a sheet with one cell at its far end must not become a table of that size.
fn xlsx(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, Cause> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) => names.iter().find(|name| *name == wanted),
        None => names.first(),
    };
    let Some(name) = name.cloned() else {
        let cause = Cause::new("objects.sheet.no_sheet").with("sheet", sheet.unwrap_or("1"));
        return Err(cause.with("known", names.join(", ")));
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        if row >= MOST_ROWS {
            return Err(too_large());
        }
        let (row, column) = (row as usize + 1, column as usize);
        if rows.last().is_none_or(|(last, _)| *last != row) {
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = text;
        }
    }
    Ok(rows)
}

fn text(value: &DataRef) -> String {
    // A whole number is shown without its point, as the spreadsheet shows it.
    let data = Data::from(value.clone());
    match &data {
        Data::Error(_) | Data::Empty => String::new(),
        data => data.to_string().trim().to_owned(),
    }
}

fn comma_separated(bytes: &[u8]) -> Result<Vec<Row>, Cause> {
    // A spreadsheet saved in Chinese is in GB18030 unless it says otherwise.
    let text = charset::decode(bytes, None).or_else(|_| charset::decode(bytes, Some("GB18030")))?;
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter(&text));
    let mut rows = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(rows.len() + 1, |position| position.line() as usize);
        if rows.len() >= MOST_ROWS as usize {
            return Err(too_large());
        }
        let cells = record.iter().take(MOST_COLUMNS as usize).map(|cell| cell.trim().to_owned());
        rows.push((line, cells.collect()));
    }
    Ok(rows)
}

/// What is copied out of a spreadsheet has tabs.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' }
}

fn too_large() -> Cause {
    Cause::new("objects.sheet.too_large").with("rows", MOST_ROWS).with("megabytes", MOST_BYTES >> 20)
}

fn unreadable(error: impl std::fmt::Display) -> Cause {
    Cause::new("objects.sheet.unreadable").with("reason", error)
}
