//! Reading comma-separated text, as spreadsheets write it: cells in quotes may hold commas, quotes (doubled) and lines.

/// One row and the line of the file on which it begins, from 1.
pub type Row = (usize, Vec<String>);

/// The rows that say something.
///
/// # Errors
/// The line on which a quote was opened that is never closed.
pub fn rows(text: &str) -> Result<Vec<Row>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    let (mut row, mut cell): (Vec<String>, String) = (Vec::new(), String::new());
    let (mut line, mut begins, mut quoted) = (1, 1, None);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match (letter, quoted) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', Some(_)) => quoted = None,
            (letter, Some(_)) => cell.push(letter),
            ('"', None) if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some(line);
            }
            (',', None) => row.push(std::mem::take(&mut cell)),
            ('\r', None) => {}
            ('\n', None) => {
                row.push(std::mem::take(&mut cell));
                rows.push((begins, std::mem::take(&mut row)));
                begins = line;
            }
            (letter, None) => cell.push(letter),
        }
    }
    if let Some(opened) = quoted {
        return Err(opened);
    }
    row.push(cell);
    rows.push((begins, row));
    rows.iter_mut().flat_map(|(_, row)| row).for_each(|cell| *cell = cell.trim().to_owned());
    rows.retain(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        rows(text).unwrap()
    }

    fn row(line: usize, cells: &[&str]) -> Row {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn what_a_spreadsheet_writes_is_read() {
        assert_eq!(
            read("\u{feff}连接,id\r\ncrm, 1000\r\n\r\n,\r\ncrm,\"王强,\"\"销售\"\"\n华东\"\r\ncrm,1002"),
            [
                row(1, &["连接", "id"]),
                row(2, &["crm", "1000"]),
                row(5, &["crm", "王强,\"销售\"\n华东"]),
                row(7, &["crm", "1002"]),
            ]
        );
        assert_eq!(read(""), []);
        assert_eq!(read("a,\n"), [row(1, &["a", ""])]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_its_line() {
        assert_eq!(rows("a,b\nc,\"d\ne,f\n"), Err(2));
    }
}
