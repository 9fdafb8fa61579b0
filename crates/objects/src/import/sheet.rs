//! An object from a spreadsheet with one row for each field, as an ERP's vendor hands it over: XLSX, or CSV in UTF-8 or
//! GB18030.
//!
//! A row that cannot be understood is a finding with its row number, and then nothing is made: an object that silently
//! lacks a field is worse than none.

mod cells;
mod columns;
mod rows;
mod template;
mod types;

use model::{Cause, Lang};

use crate::draft::{Drafted, Naming};

/// Drafts an object from the first sheet, or from the one of that name.
///
/// # Errors
/// Everything that is wrong, each with its `row` where it has one, from 1 as the spreadsheet counts.
pub fn import(naming: &Naming, bytes: &[u8], sheet: Option<&str>) -> Result<Drafted, Vec<Cause>> {
    let cells = cells::read(bytes, sheet).map_err(|cause| vec![cause])?;
    let (columns, rows) = columns::find(&cells).map_err(|cause| vec![cause])?;
    let read = rows::read(&columns, rows)?;
    naming.object(None, read.parts, &|_| true, read.notes).map_err(|cause| vec![cause])
}

/// An empty sheet to fill in (XLSX), with its headings, an example and lists to choose from.
///
/// It is written as XLSX because a spreadsheet program that opens a CSV file has to guess its encoding and turns `0012`
/// into a number; and because lists of types and of yes and no keep most wrong rows from being written.
///
/// # Errors
/// `objects.sheet.unwritable` with the library's reason.
pub fn template(lang: Lang) -> Result<Vec<u8>, Cause> {
    template::write(lang).map_err(|error| Cause::new("objects.sheet.unwritable").with("reason", error))
}

#[cfg(test)]
mod tests;
