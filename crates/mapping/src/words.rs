//! The words of every cause of this crate, in Chinese and English.

mod alerts;
mod environments;
mod expressions;
mod hooks;
mod objects;
mod phrases;
mod records;
mod texts;

use model::{Phrase, Sentence};

/// What was written, in a table: code, Chinese, English, what to do in Chinese, in English.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// All sentences of the mapping engine.
pub fn sentences() -> Vec<Sentence> {
    let rows = [
        texts::ROWS,
        hooks::ROWS,
        objects::ROWS,
        environments::ROWS,
        alerts::ROWS,
        expressions::ROWS,
        records::ROWS,
    ];
    let sentence =
        |(code, zh, en, remedy_zh, remedy_en): &Row| Sentence::new(code, zh, en, remedy_zh, remedy_en);
    rows.iter().flat_map(|rows| rows.iter()).map(sentence).collect()
}

/// What the libraries say that read texts and expressions, in Chinese.
pub fn phrases() -> Vec<Phrase> {
    [phrases::YAML, phrases::EXPRESSIONS].concat()
}

#[cfg(test)]
mod tests;
