//! Tables for people, with Chinese characters counted as the two columns they take.

/// A table: the headings, then the rows, in columns as wide as their widest cell. A column whose heading ends with a
/// space is set to the right.
pub fn render(headings: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(n, heading)| {
            let cells = rows.iter().filter_map(|row| row.get(n)).map(|cell| width(cell));
            cells.chain([width(heading.trim_end())]).max().unwrap_or(0)
        })
        .collect();
    let mut lines = vec![line(headings, &widths, headings.iter().map(|heading| heading.trim_end()))];
    lines.extend(rows.iter().map(|row| line(headings, &widths, row.iter().map(String::as_str))));
    lines.join("\n")
}

fn line<'a>(headings: &[&str], widths: &[usize], cells: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (n, cell) in cells.enumerate() {
        let padding = " ".repeat(widths[n].saturating_sub(width(cell)));
        if n > 0 {
            out.push_str("  ");
        }
        match headings[n].ends_with(' ') {
            true => out.extend([padding.as_str(), cell]),
            false => out.extend([cell, padding.as_str()]),
        }
    }
    out.trim_end().to_owned()
}

/// How many columns of a terminal the text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Shortened to so many columns, with `…` where something was left out.
pub fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if width(&out) + width(c.encode_utf8(&mut [0; 4])) + 1 > columns {
            break;
        }
        out.push(c);
    }
    out + "…"
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_cells_line_up() {
        let rows = vec![vec!["客户 → 金蝶客户".into(), "12".into()], vec!["notice".into(), "3".into()]];
        assert_eq!(
            render(&["集成流", "已同步 "], &rows),
            "集成流           已同步\n客户 → 金蝶客户      12\nnotice                3"
        );
    }

    #[test]
    fn a_long_text_is_cut_at_a_column() {
        for (text, columns, expected) in
            [("杭州桥梁机械", 20, "杭州桥梁机械"), ("杭州桥梁机械", 7, "杭州桥…"), ("abcdef", 4, "abc…")]
        {
            assert_eq!(shortened(text, columns), expected);
        }
    }
}
