//! One call on the page.

use model::Lang;

use super::super::calls::Call;
use super::super::curl;
use super::{Block, code, heading, text, titles};

pub(super) fn blocks(call: &Call, lang: Lang, page: &mut Vec<Block>) {
    page.push(heading(3, call.key, lang.choose(call.title.0, call.title.1)));
    page.push(Block::Paragraph(vec![text(lang.choose(call.about.0, call.about.1))]));
    page.push(Block::Paragraph(vec![code(format!("{} {}", call.method, call.url()))]));
    let headers = call.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    let head = [("请求头", "Header"), ("值", "Value")];
    page.push(pairs(&head, headers, lang));
    if !call.query.is_empty() {
        let head = [("参数", "Parameter"), ("示例", "Example")];
        page.push(pairs(&head, call.query.iter().map(|(name, value)| (*name, value.as_str())), lang));
    }
    if let Some(body) = &call.body {
        page.push(label(lang.choose("请求示例：", "A request:")));
        page.push(Block::Code { language: call.body_language, text: body.clone() });
    }
    page.push(label(lang.choose("应答示例：", "An answer:")));
    page.push(Block::Code { language: call.forms.1.language(), text: call.answer_text() });
    page.push(label(lang.choose("curl 命令：", "With curl:")));
    page.push(Block::Code { language: "bash", text: curl::line(call) });
}

fn label(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

fn pairs<'p>(head: &[(&str, &str)], pairs: impl Iterator<Item = (&'p str, &'p str)>, lang: Lang) -> Block {
    let rows = pairs.map(|(name, value)| vec![vec![code(name)], vec![code(value)]]);
    Block::Table { head: titles(head, lang), rows: rows.collect() }
}
