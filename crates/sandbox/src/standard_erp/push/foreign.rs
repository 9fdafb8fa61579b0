//! Bodies in the ERP's own forms, with many records each: no two ERPs do it alike, and this is how this one does.
//!
//! * JSON: `{"sender", "sendTime", "docType", "count", "docs": [{"head": {…}, "rows": {"saleOrderEntry": [{…}]}}]}`
//! * XML: `<ErpMessage sender docType sendTime count>`, in it a `<Doc id no>` for each record with an element for each
//!   field, and `<Rows name="saleOrderEntry">` around a `<Row>` for each row.
//! * Text: lines of values between `|`. `S` says sender, object, time and how many; `F` the names of the master's
//!   fields and `G` those of a detail's; then for each record a line `D` and for each of its rows one `R` with the
//!   name of the detail. A value that is not told is `~`. In values `\`, `|`, line feed and carriage return are
//!   `\\`, `\|`, `\n` and `\r`.

use model::{Map, Value, json};

use super::super::form::{Charset, Form, Lists, character_data, element, escaped};
use super::super::render::clock;
use super::Snapshot;

/// Who the ERP says it is.
const SENDER: &str = "恒信ERP";

pub fn body(form: Form, records: &[&Snapshot], now_ms: i64, lists: Lists) -> Vec<u8> {
    match form {
        Form::Json => own_json(records, now_ms).into_bytes(),
        Form::Xml(charset) => charset.encode(own_xml(records, now_ms, lists, charset)),
        Form::Text(charset) => charset.encode(own_text(records, now_ms)),
    }
}

fn object(records: &[&Snapshot]) -> &'static str {
    records.first().map_or("", |first| first.object.name)
}

fn own_json(records: &[&Snapshot], now_ms: i64) -> String {
    let docs: Vec<Value> = records
        .iter()
        .map(|record| {
            let mut doc = Map::new();
            doc.push("head", record.master.clone());
            doc.push("rows", record.details.clone());
            doc.into()
        })
        .collect();
    let mut whole = Map::new();
    whole.push("sender", SENDER);
    whole.push("sendTime", clock(now_ms));
    whole.push("docType", object(records));
    whole.push("count", records.len() as i64);
    whole.push("docs", docs);
    json::write(&whole.into())
}

fn own_xml(records: &[&Snapshot], now_ms: i64, lists: Lists, charset: Charset) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"{}\"?>\n<ErpMessage sender=\"{SENDER}\" docType=\"{}\" sendTime=\"{}\" count=\"{}\">\n",
        charset.name(),
        attribute(object(records)),
        clock(now_ms),
        records.len()
    );
    for record in records {
        out.push_str(&format!("<Doc id=\"{}\" no=\"{}\">", attribute(&record.id), attribute(&record.number)));
        record.master.iter().for_each(|(name, value)| element(&mut out, name, value, lists));
        for (name, rows) in record.details.iter() {
            out.push_str(&format!("<Rows name=\"{}\">", attribute(name)));
            rows.as_list().unwrap_or_default().iter().for_each(|row| element(&mut out, "Row", row, lists));
            out.push_str("</Rows>");
        }
        out.push_str("</Doc>\n");
    }
    out.push_str("</ErpMessage>\n");
    out
}

fn attribute(text: &str) -> String {
    character_data(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

fn own_text(records: &[&Snapshot], now_ms: i64) -> String {
    let mut out = format!("S|{SENDER}|{}|{}|{}\n", object(records), clock(now_ms), records.len());
    let columns = names(records.iter().map(|record| &record.master));
    line(&mut out, "F", columns.iter().map(|name| escape(name)));
    let details = names(records.iter().map(|record| &record.details));
    let details: Vec<(&str, Vec<&str>)> = details
        .into_iter()
        .map(|detail| (detail, names(records.iter().flat_map(|record| rows(record, detail)))))
        .collect();
    for (detail, columns) in &details {
        line(&mut out, &format!("G|{}", escape(detail)), columns.iter().map(|name| escape(name)));
    }
    for record in records {
        line(&mut out, "D", columns.iter().map(|name| told(&record.master, name)));
        for (detail, columns) in &details {
            for row in rows(record, detail) {
                line(&mut out, &format!("R|{}", escape(detail)), columns.iter().map(|name| told(row, name)));
            }
        }
    }
    out
}

fn rows<'r>(record: &'r Snapshot, detail: &str) -> impl Iterator<Item = &'r Map<'static>> {
    let list = record.details.get(detail).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_map)
}

/// The names of all maps, each once, in the order in which they first come.
fn names<'m>(maps: impl Iterator<Item = &'m Map<'static>>) -> Vec<&'m str> {
    let mut names = Vec::new();
    for (name, _) in maps.flat_map(Map::iter) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn line(out: &mut String, mark: &str, values: impl Iterator<Item = String>) {
    out.push_str(mark);
    for value in values {
        out.push('|');
        out.push_str(&value);
    }
    out.push('\n');
}

fn told(map: &Map, name: &str) -> String {
    match map.get(name) {
        None => "~".into(),
        Some(value) => escape(&value.plain().unwrap_or_default()),
    }
}

fn escape(text: &str) -> String {
    escaped(text).replace('|', "\\|")
}
