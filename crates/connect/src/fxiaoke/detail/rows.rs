//! Which observed row holds which mapped line. Pure.
//!
//! A line's row is its linked one while that is there; else the row with its key; else, among the rows that no line
//! has, the first that holds what is mapped.

use contract::connector::DetailLines;
use model::{Path, Value};

use super::super::alike::{alike, canonical};
use super::super::record::ID;

/// For each mapped line, in order, where its row stands among the observed.
pub(super) fn places(lines: &DetailLines, mapped: &[Value], observed: &[Value]) -> Vec<Option<usize>> {
    let mut places = vec![None; mapped.len()];
    let mut used = vec![false; observed.len()];
    for (place, linked) in places.iter_mut().zip(&lines.rows) {
        let at = linked.as_deref().and_then(|id| observed.iter().position(|row| id_of(row) == Some(id)));
        take(place, at.filter(|at| !used[*at]), &mut used);
    }
    // Rows of other lines, here or gone, are nobody else's.
    let is_linked = |row: &Value| {
        let id = id_of(row).unwrap_or_default();
        lines.rows.iter().flatten().chain(&lines.gone).any(|linked| linked == id)
    };
    let is_free = |at: usize, used: &[bool]| !used[at] && !is_linked(&observed[at]);
    if let Some(key) = &lines.key {
        for (place, line) in places.iter_mut().zip(mapped).filter(|(place, _)| place.is_none()) {
            let Some(wanted) = key_of(key, line) else { continue };
            let at = (0..observed.len())
                .find(|at| is_free(*at, &used) && key_of(key, &observed[*at]).as_ref() == Some(&wanted));
            take(place, at, &mut used);
        }
    }
    for (place, line) in places.iter_mut().zip(mapped).filter(|(place, _)| place.is_none()) {
        let at = (0..observed.len()).find(|at| is_free(*at, &used) && holds(&observed[*at], line));
        take(place, at, &mut used);
    }
    places
}

fn take(place: &mut Option<usize>, at: Option<usize>, used: &mut [bool]) {
    if let Some(at) = at {
        *place = Some(at);
        used[at] = true;
    }
}

/// As [`places`], by the rows' ids.
pub(in super::super) fn ids(
    lines: &DetailLines,
    mapped: &[Value],
    observed: &[Value],
) -> Vec<Option<String>> {
    let id = |at: usize| id_of(&observed[at]).map(str::to_owned);
    places(lines, mapped, observed).into_iter().map(|at| at.and_then(id)).collect()
}

pub(super) fn id_of<'v>(row: &'v Value) -> Option<&'v str> {
    row.get(ID).and_then(Value::as_text)
}

/// The text by which a key is compared; `None` where the line has no key.
pub(super) fn key_of(key: &str, line: &Value) -> Option<String> {
    let value = Path::parse(key)?.find(line).filter(|value| !value.is_blank())?;
    canonical(value).map(|text| text.trim().to_owned())
}

/// Whether the row has every value of the line; amounts are compared as exact decimals.
pub(in super::super) fn holds(row: &Value, line: &Value) -> bool {
    let Some(line) = line.as_map() else { return false };
    line.iter().filter(|(name, _)| *name != ID).all(|(name, value)| alike(value, row.get(name)))
}

#[cfg(test)]
mod tests {
    use model::json::read;

    use super::*;

    const ROWS: &str = r#"[{"_id":"r1","product_id":"p1","quantity":"2.00","no":"1"},
        {"_id":"r2","product_id":"p1","quantity":"2.00","no":"2"},
        {"_id":"r3","product_id":"p2","quantity":"0.10","no":"3"}]"#;

    #[test]
    fn a_line_finds_its_linked_row_then_its_key_then_a_row_that_holds_it() {
        let (p1, p2, p9) = (
            r#"{"product_id":"p1","quantity":2}"#,
            r#"{"product_id":"p2","quantity":"0.1"}"#,
            r#"{"product_id":"p9"}"#,
        );
        for (mapped, key, links, gone, expected) in [
            (vec![p1, p2], None, vec![], "", "r1 r3"),
            (vec![p1, p1, p1], None, vec![], "", "r1 r2 -"),
            // Two equal lines: the link says which is whose.
            (vec![p1, p1], None, vec![Some("r2"), Some("r1")], "", "r2 r1"),
            // A row that is another line's, or one that has to go, is not taken.
            (vec![p1, p1], None, vec![None, Some("r1")], "r2", "- r1"),
            // A changed line still has its row; a link to a row that went leads nowhere.
            (vec![p9], None, vec![Some("r3")], "", "r3"),
            (vec![p2], None, vec![Some("old")], "", "r3"),
            (vec![r#"{"no":3,"quantity":"9"}"#], Some("no"), vec![], "", "r3"),
            (vec![r#"{"no":"4"}"#, p9], Some("no"), vec![], "", "- -"),
        ] {
            let mapped: Vec<Value> = mapped.iter().map(|line| read(line).unwrap()).collect();
            let rows = read(ROWS).unwrap();
            let lines = DetailLines {
                list: "details.SalesOrderProductObj".into(),
                key: key.map(str::to_owned),
                rows: links.iter().map(|link| link.map(str::to_owned)).collect(),
                gone: gone.split_whitespace().map(str::to_owned).collect(),
                others: Vec::new(),
            };
            let found = ids(&lines, &mapped, rows.as_list().unwrap());
            let found: Vec<&str> = found.iter().map(|id| id.as_deref().unwrap_or("-")).collect();
            assert_eq!(found.join(" "), expected, "{mapped:?} {lines:?}");
        }
    }
}
