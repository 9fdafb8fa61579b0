//! Texts of flows, connections and value maps, and samples for them: everything a person or a console writes.

use mapping::{Files, Severity, Text};
use model::{Lang, Value, json};

use crate::expression::{Unlinked, any_values, run};
use crate::words;

/// The same packet under any name.
struct AnyFile;

impl Files for AnyFile {
    fn load(&self, _relative: &str) -> Option<String> {
        Some(r#"{"FCUSTID":0,"FName":"","FT_BD_CUSTBANK":[{"FBANKCODE":"6222 0001"}]}"#.into())
    }
}

const RECORD: &str = r#"{"_id":"64a1","name":"上海启明机械有限公司","account_no":"C-0001","account_type":"1",
    "tel":" 021-5555 ","amount":"12.50","owner":["1000"],"create_time":1780276364000,"life_status":"normal",
    "contacts":[{"_id":"7b","name":"张三","mobile1":"13800001111"},{"_id":"7c","name":null}]}"#;

/// # Panics
/// When a text is taken that lint calls broken or the other way round, a finding has no place or no words, or a flow
/// that compiles maps one record in two ways.
pub fn flow_file(input: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(input).ok()?;
    let _ = mapping::samples(text, None);
    for document in mapping::split(text) {
        one(&document);
    }
    Some(())
}

fn one(text: &str) {
    let findings = mapping::lint(text, &AnyFile, &any_values);
    for finding in &findings {
        assert!(finding.at.0 >= 1 && finding.at.1 >= 1, "{finding:?}");
        words::told(&finding.cause);
    }
    let is_broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    let read = mapping::read(text, &AnyFile);
    let compiled = match read {
        Ok(Text::Flow(flow)) => mapping::compile(flow, &any_values),
        // Other texts have nothing to be compiled.
        Ok(_) => return assert!(!is_broken, "{findings:?}"),
        Err(findings) => Err(findings),
    };
    assert_eq!(compiled.is_err(), is_broken, "{findings:?}");
    if let Ok(compiled) = compiled {
        let record = json::read(RECORD).expect("it is JSON");
        run(&compiled, &record);
        run(&compiled, &Value::Null);
        compiled.needs(&record);
        compiled.explain(&record, &Unlinked).text(Lang::Zh, words::catalogue());
    }
}
