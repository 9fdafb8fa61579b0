//! Tables of texts as files for those who work in spreadsheets.

use rust_xlsxwriter::{Workbook, XlsxError};

/// The longest text that a cell takes.
const CELL: usize = 32_000;

/// A table as CSV, with a mark of its encoding: without one, spreadsheets take Chinese for something else. A text that a
/// spreadsheet would take for a formula is quoted for it: what people enter in one system is not to run in another.
///
/// # Errors
/// Why it cannot be written, in the library's words.
pub fn csv(headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(headings).map_err(|error| error.to_string())?;
    for row in rows {
        writer.write_record(row.iter().map(|text| harmless(text))).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn harmless(text: &str) -> String {
    match text.starts_with(['=', '@', '+', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// A table as XLSX. All cells are texts: numbers keep their digits, and nothing is a formula.
///
/// # Errors
/// Why it cannot be written, in the library's words; more rows than a sheet has, above all.
pub fn xlsx(headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    workbook(headings, rows).map_err(|error| error.to_string())
}

fn workbook(headings: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(0, column, *heading)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string(line, column, text.chars().take(CELL).collect::<String>())?;
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_chinese_and_runs_nothing() {
        let rows = vec![vec!["桥梁公司,\"股份\"".to_owned(), "=1+1".to_owned(), "-5.00".to_owned()]];
        let text = String::from_utf8(csv(&["名称", "备注", "金额"], &rows).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}名称,备注,金额\n\"桥梁公司,\"\"股份\"\"\",'=1+1,-5.00\n");
        let book = xlsx(&["名称", "备注", "金额"], &rows).unwrap();
        assert!(book.starts_with(b"PK"));
    }
}
