//! Columns that stand under one another, also where Chinese characters take two cells.

/// Rows as lines; the last column is not filled up. What is too long for its column is cut; the last one may hold a
/// sentence.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    let cut: Vec<[String; N]> = rows
        .iter()
        .map(|row| std::array::from_fn(|n| one_line(&row[n], if n + 1 < N { WIDEST } else { WIDEST_LAST })))
        .collect();
    for row in &cut {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cells(cell));
        }
    }
    let mut out = String::new();
    for row in &cut {
        for (n, (cell, width)) in row.iter().zip(widths).enumerate() {
            out.push_str(cell);
            if n + 1 < N {
                out.push_str(&" ".repeat(width - cells(cell) + 2));
            }
        }
        out.push('\n');
    }
    out
}

/// The most cells of one value, and of the last one of its row.
const WIDEST: usize = 60;
const WIDEST_LAST: usize = 240;

fn one_line(text: &str, widest: usize) -> String {
    let mut out = String::new();
    let mut width = 0;
    for character in text.chars() {
        width += cells_of(character);
        if width > widest {
            out.push('…');
            break;
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
    out
}

fn cells(text: &str) -> usize {
    text.chars().map(cells_of).sum()
}

/// Two for the wide characters of Chinese, Japanese and Korean text, one for all others.
fn cells_of(character: char) -> usize {
    let wide = matches!(
        character as u32,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
            | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd
    );
    1 + usize::from(wide)
}
