//! The page as one HTML file: a small style inside, no script, nothing fetched from anywhere.

use std::fmt::Write;

use model::Lang;

use super::page::{Block, Span};

const STYLE: &str = "\
body{font:15px/1.7 system-ui,-apple-system,\"PingFang SC\",\"Microsoft YaHei\",sans-serif;color:#1f2329;max-width:960px;margin:0 auto;padding:24px}\
h1{font-size:26px}h2{font-size:20px;margin-top:40px;border-bottom:1px solid #dee0e3;padding-bottom:6px}h3{font-size:16px;margin-top:28px}\
table{border-collapse:collapse;width:100%;margin:12px 0}th,td{border:1px solid #dee0e3;padding:6px 10px;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f5f6f7}\
code{font:13px/1.5 ui-monospace,Consolas,Menlo,monospace;background:#f5f6f7;padding:1px 4px;border-radius:3px}\
pre{background:#f5f6f7;padding:12px;border-radius:6px;overflow-x:auto}pre code{padding:0;background:none}\
nav a{margin-right:16px}a{color:#245bdb;text-decoration:none}\
@media print{body{max-width:none;padding:0}nav{display:none}pre{white-space:pre-wrap;overflow-wrap:anywhere}h2,h3{break-after:avoid}tr{break-inside:avoid}}";

pub(super) fn write(page: &[Block], lang: Lang) -> String {
    let mut out = String::from("<!DOCTYPE html>\n");
    let _ = writeln!(out, "<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">", lang.choose("zh-CN", "en"));
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    let title = page.iter().find_map(|block| match block {
        Block::Heading { level: 1, text, .. } => Some(escaped(text)),
        _ => None,
    });
    let _ = writeln!(
        out,
        "<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        title.unwrap_or_default()
    );
    for block in page {
        write_block(&mut out, block);
        if matches!(block, Block::Heading { level: 1, .. }) {
            contents(&mut out, page);
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn contents(out: &mut String, page: &[Block]) {
    out.push_str("<nav>");
    for block in page {
        if let Block::Heading { level: 2, anchor, text } = block {
            let _ = write!(out, "<a href=\"#{}\">{}</a>", escaped(anchor), escaped(text));
        }
    }
    out.push_str("</nav>\n");
}

fn write_block(out: &mut String, block: &Block) {
    let _ = match block {
        Block::Heading { level, anchor, text } => {
            writeln!(out, "<h{level} id=\"{}\">{}</h{level}>", escaped(anchor), escaped(text))
        }
        Block::Paragraph(line) => writeln!(out, "<p>{}</p>", spans(line)),
        Block::Code { language, text } => {
            writeln!(out, "<pre><code class=\"{language}\">{}</code></pre>", escaped(text))
        }
        Block::Table { head, rows } => {
            let head: String = head.iter().map(|cell| format!("<th>{}</th>", escaped(cell))).collect();
            let _ = writeln!(out, "<table>\n<thead><tr>{head}</tr></thead>\n<tbody>");
            for row in rows {
                let cells: String = row.iter().map(|cell| format!("<td>{}</td>", spans(cell))).collect();
                let _ = writeln!(out, "<tr>{cells}</tr>");
            }
            writeln!(out, "</tbody>\n</table>")
        }
    };
}

fn spans(line: &[Span]) -> String {
    let written = line.iter().map(|span| match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) if text.trim().is_empty() => String::new(),
        Span::Code(text) => format!("<code>{}</code>", escaped(text)),
    });
    written.collect()
}

/// A text as HTML shows it, in elements and in quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML has no place for other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
