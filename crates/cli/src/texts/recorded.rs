//! Files of samples as they are recorded: a sample as text, added to a file or put in the place of an older one. What
//! people wrote in the file, comments among it, stays.

use std::collections::BTreeMap;

use engine::looking::{Answer, Asked, Becomes, Look};
use mapping::{EnvironmentText, Finding};
use model::{Map, Value, json};

/// A file of samples.
#[derive(Debug)]
pub struct Samples {
    lines: Vec<String>,
    /// Name, and the lines it takes.
    samples: Vec<(String, std::ops::Range<usize>)>,
}

/// Why a file cannot be added to.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    Mistake(Finding),
    /// The sample on this line is no item of its own.
    Style(usize),
}

impl Samples {
    /// Reads a file; an empty text is a new one.
    pub fn read(text: String, environment: Option<&EnvironmentText>) -> Result<Samples, Unreadable> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if text.trim().is_empty() {
            lines = vec!["tests:".to_owned()];
            return Ok(Samples { lines, samples: Vec::new() });
        }
        let read = mapping::samples(&text, environment);
        let read = read.map_err(|findings| Unreadable::Mistake(findings[0].clone()))?;
        let mut samples = Vec::new();
        for (n, sample) in read.iter().enumerate() {
            let begins = sample.at.0 - 1;
            if !lines[begins].trim_start().starts_with("- ") {
                return Err(Unreadable::Style(sample.at.0));
            }
            let next = read.get(n + 1).map_or(lines.len(), |next| next.at.0 - 1);
            let says = |line: &String| !line.trim().is_empty() && !line.trim_start().starts_with('#');
            let ends = lines[begins..next].iter().rposition(says).map_or(begins, |last| begins + last) + 1;
            samples.push((sample.name.clone(), begins..ends));
        }
        Ok(Samples { lines, samples })
    }

    /// The text of the sample of that name, set to the margin.
    pub fn find(&self, name: &str) -> Option<String> {
        let (_, range) = self.samples.iter().find(|(known, _)| known == name)?;
        let lines = &self.lines[range.clone()];
        let margin = lines[0].len() - lines[0].trim_start().len();
        let cut = |line: &String| line.get(margin..).unwrap_or(line.trim_start()).to_owned();
        Some(lines.iter().map(cut).collect::<Vec<_>>().join("\n") + "\n")
    }

    /// Adds a sample at the end.
    pub fn add(&mut self, sample: &str) {
        let margin = self.margin();
        self.lines.extend(sample.lines().map(|line| format!("{margin}{line}")));
    }

    /// Puts a sample in the place of the one of that name.
    pub fn replace(&mut self, name: &str, sample: &str) {
        let margin = self.margin();
        let Some(at) = self.samples.iter().position(|(known, _)| known == name) else { return };
        let range = self.samples[at].1.clone();
        let new: Vec<String> = sample.lines().map(|line| format!("{margin}{line}")).collect();
        let moved = new.len() as isize - range.len() as isize;
        self.samples[at].1 = range.start..range.start + new.len();
        for (_, later) in &mut self.samples[at + 1..] {
            *later = later.start.saturating_add_signed(moved)..later.end.saturating_add_signed(moved);
        }
        self.lines.splice(range, new);
    }

    pub fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// What stands before the items of the list.
    fn margin(&self) -> String {
        match self.samples.first() {
            Some((_, range)) => {
                let first = &self.lines[range.start];
                first[..first.len() - first.trim_start().len()].to_owned()
            }
            None => "  ".to_owned(),
        }
    }
}

/// A record and what it becomes, as an item of a list of samples.
pub fn sample(name: &str, look: &Look) -> String {
    let mut sample = Map::new();
    sample.push("name", name);
    sample.push("record", look.record.borrow());
    for (key, wanted) in [("links", 0), ("people", 1), ("departments", 2)] {
        let answers = answers(&look.answers, wanted);
        if !answers.is_empty() {
            sample.push(key, answers);
        }
    }
    match &look.becomes {
        Becomes::Document(document) => sample.push("expect", document.borrow()),
        Becomes::OutOfScope => sample.push("skipped", true),
        Becomes::Problem(cause) => sample.push("problem", cause.code.to_string()),
    }
    let mut text = String::from("-");
    members(&sample, 1, true, &mut text);
    text.push('\n');
    text
}

/// Object or connection → id → value.
fn answers(answers: &[Answer], wanted: usize) -> Map<'static> {
    let mut by: BTreeMap<&str, Map> = BTreeMap::new();
    for answer in answers {
        let (kind, of) = match &answer.of {
            Asked::Link(object) => (0, object),
            Asked::Person(connection) => (1, connection),
            Asked::Department(connection) => (2, connection),
        };
        if kind == wanted {
            by.entry(of).or_default().set(answer.id.clone(), answer.value.clone());
        }
    }
    by.into_iter().map(|(of, ids)| (of.to_owned().into(), Value::Map(ids))).collect()
}

/// The members of a map, each on a line of its own; the first beside what stands there when it is an item of a list.
fn members(map: &Map, depth: usize, is_item: bool, out: &mut String) {
    for (n, (name, value)) in map.iter().enumerate() {
        match is_item && n == 0 {
            true => out.push(' '),
            false => new_line(depth, out),
        }
        out.push_str(&scalar(&Value::from(name)));
        out.push(':');
        below(value, depth, out);
    }
}

fn below(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Map(map) if !map.is_empty() => members(map, depth + 1, false, out),
        Value::List(list) if !list.is_empty() => {
            for item in list {
                new_line(depth + 1, out);
                out.push('-');
                match item {
                    Value::Map(map) if !map.is_empty() => members(map, depth + 2, true, out),
                    other => {
                        out.push(' ');
                        out.push_str(&flow(other));
                    }
                }
            }
        }
        other => {
            out.push(' ');
            out.push_str(&flow(other));
        }
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Map(_) => json::write(value).replace("${", "$${"),
        other => scalar(other),
    }
}

/// A scalar as YAML: texts that could be taken for something else are quoted.
fn scalar(value: &Value) -> String {
    let Value::Text(text) = value else { return json::write(value) };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_plain = text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| is_word(c) || c == '-')
        && !matches!(
            text.to_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match is_plain {
        true => text.to_string(),
        false => json::write(value).replace("${", "$${"),
    }
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# 手写的说明
tests:
  # 第一个
  - name: KH1
    record: { a: 1 } # 原样
    skipped: true

  # 第二个
  - name: 另一个
    record: { a: 2 }
    skipped: true
";

    const NEW: &str = "- name: KH1\n  record:\n    a: 3\n  skipped: true\n";

    #[test]
    fn a_sample_takes_the_place_of_an_older_one_and_all_else_stays() {
        let mut samples = Samples::read(FILE.into(), None).unwrap();
        assert_eq!(samples.find("KH1").unwrap(), "- name: KH1\n  record: { a: 1 } # 原样\n  skipped: true\n");
        samples.replace("KH1", NEW);
        samples.replace("另一个", "- name: 另一个\n  record: {}\n  skipped: true\n");
        samples.add("- name: 新的\n  record: {}\n  skipped: true\n");
        let expected = FILE
            .replace("    record: { a: 1 } # 原样\n", "    record:\n      a: 3\n")
            .replace("{ a: 2 }", "{}")
            + "  - name: 新的\n    record: {}\n    skipped: true\n";
        assert_eq!(samples.text(), expected);
        assert_eq!(samples.find("没有的"), None);
    }

    #[test]
    fn a_new_file_begins_with_its_first_sample() {
        let mut samples = Samples::read(String::new(), None).unwrap();
        samples.add(NEW);
        assert_eq!(samples.text(), "tests:\n  - name: KH1\n    record:\n      a: 3\n    skipped: true\n");
        let list = Samples::read("tests: [{ record: {}, skipped: true }]\n".into(), None);
        assert_eq!(list.unwrap_err(), Unreadable::Style(1));
    }

    #[test]
    fn what_is_written_is_read_again_as_it_was() {
        let record = r#"{"name":"杭州 桥梁","org":"100","ok":true,"是":"yes","n":10.10,"x":"${不是}","list":["a",1],"none":null,"lines":[{"_id":"5f","qty":2,"in":{"a":"b"}},{}],"empty":[],"line\nbreak":"a\nb"}"#;
        let Value::Map(read) = json::read(record).unwrap().into_owned() else { panic!("a map") };
        let mut sample = Map::new();
        sample.push("record", Value::Map(read.borrow()));
        sample.push("skipped", true);
        let mut text = String::from("-");
        members(&sample, 1, true, &mut text);
        let mut samples = Samples::read(String::new(), None).unwrap();
        samples.add(&text);
        let again = mapping::samples(&samples.text(), None).unwrap();
        assert_eq!(json::write(&again[0].record), record, "{}", samples.text());
    }
}
