//! The page as Markdown (CommonMark with tables). Text that means something to Markdown or HTML is escaped.

use std::fmt::Write;

use super::page::{Block, Span};

pub(super) fn write(page: &[Block]) -> String {
    let mut out = String::new();
    for block in page {
        match block {
            Block::Heading { level, text, .. } => {
                let _ = writeln!(out, "{} {}\n", "#".repeat(usize::from(*level)), escaped(text));
            }
            Block::Paragraph(line) => {
                let _ = writeln!(out, "{}\n", spans(line, false));
            }
            Block::Table { head, rows } => {
                let head: Vec<String> = head.iter().map(|cell| escaped(cell)).collect();
                let _ = writeln!(out, "| {} |", head.join(" | "));
                let _ = writeln!(out, "|{}", "---|".repeat(head.len()));
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| spans(cell, true)).collect();
                    let _ = writeln!(out, "| {} |", cells.join(" | "));
                }
                out.push('\n');
            }
            Block::Code { language, text } => {
                let fence = "`".repeat(longest_run(text).max(2) + 1);
                let _ = writeln!(out, "{fence}{language}\n{text}\n{fence}\n");
            }
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn spans(line: &[Span], in_table: bool) -> String {
    let written = line.iter().map(|span| match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => code(text, in_table),
    });
    written.collect()
}

/// Whatever stands in a code span stands as it is, so the ticks around it must be more than those inside. In a table a
/// bar would end the cell even there.
fn code(text: &str, in_table: bool) -> String {
    let text = one_line(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let text = if in_table { text.replace('|', "\\|") } else { text };
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
