//! The files that travel with a record: what a flow says of them, and what a record has.

use super::*;

const FLOW: &str =
    "map:\n  FNumber: account_no\n  FEntity: { lines: items, id: _id, map: { FName: name } }\n";

fn flow(files: &str) -> String {
    flow_text(&format!("{FLOW}files:\n{files}"))
}

#[test]
fn rules_are_read_with_their_limits() {
    let text = flow(
        "  - { from: contract__c, to: attachments }\n  - { from: items.drawing__c, to: FEntity.attachments, limit: 500KB }\n",
    );
    let compiled = compiled(&text);
    let told: Vec<String> = compiled
        .file_rules()
        .map(|rule| format!("{} → {} {} {:?}", rule.from, rule.to, rule.limit, rule.at))
        .collect();
    assert_eq!(
        told,
        [
            "contract__c → attachments 20971520 (9, 5)",
            "items.drawing__c → FEntity.attachments 512000 (10, 5)"
        ]
    );
    let fields = compiled.source_fields();
    for field in ["contract__c", "items", "items.drawing__c"] {
        assert!(fields.contains(field), "{fields:?}");
    }
    assert!(compiled.target_fields().iter().all(|field| !field.contains("attachments")));
}

#[test]
fn what_leads_nowhere_is_refused_at_its_place() {
    for (files, code) in [
        ("  - { from: a, to: FNumber }\n", "mapping.files_field_written"),
        ("  - { from: a, to: FEntity.attachments }\n", "mapping.files_across"),
        ("  - { from: items.a, to: attachments }\n", "mapping.files_across"),
        ("  - { from: others.a, to: FEntity.attachments }\n", "mapping.files_without_lines"),
        ("  - { from: a, to: b, limit: 20 apples }\n", "mapping.not_size"),
        ("  - { from: a, to: b, limit: 0 MB }\n", "mapping.not_size"),
        ("  - { from: a, to: b, limit: 99999999999999 GB }\n", "mapping.not_size"),
        ("  - { from: a }\n", "mapping.key_missing"),
        ("  - { from: a, to: b }\n  - { from: a, to: b, limit: 1 MB }\n", "mapping.files_twice"),
        ("  - { from: a, to: upper(b) }\n", "mapping.path_is_expression"),
        ("  - a\n", "mapping.not_map"),
    ] {
        let findings = read_flow(&flow(files)).unwrap_err();
        let codes: Vec<&str> = findings.iter().map(|finding| &*finding.cause.code).collect();
        assert_eq!(codes, [code], "{files}");
        assert!(findings[0].at.0 >= 9, "{files} {:?}", findings[0].at);
    }
    let notice = flow("  - { from: a, to: b }\n").replacen("map:", "mode: notify\nmap:", 1);
    let findings = read_flow(&notice).unwrap_err();
    assert!(findings.iter().any(|finding| finding.cause.code == "mapping.files_of_notice"), "{findings:?}");
}

#[test]
fn a_record_tells_what_its_fields_and_lines_hold() {
    let compiled = compiled(&flow(
        "  - { from: contract__c, to: attachments }\n  - { from: items.drawing__c, to: FEntity.attachments }\n",
    ));
    let record = r#"{"account_no":"C1","contract__c":[{"name":"合同.pdf"}],"items":[{"_id":7,"drawing__c":[{"name":"图.dwg"}]},
        {"_id":"8","drawing__c":[]},{"name":"没有编号","drawing__c":[{"name":"丢.dwg"}]}]}"#;
    let record = json::read(record).unwrap();
    let held: Vec<_> = compiled
        .files(&record)
        .into_iter()
        .map(|held| (held.rule.to.to_string(), held.line, json::write(held.value)))
        .collect();
    assert_eq!(
        held,
        [
            ("attachments".to_owned(), None, r#"[{"name":"合同.pdf"}]"#.to_owned()),
            ("FEntity.attachments".to_owned(), Some("7".to_owned()), r#"[{"name":"图.dwg"}]"#.to_owned()),
        ]
    );
    let explained = compiled.explain(&record, &Linked::default()).text(Lang::Zh, &catalogue());
    assert!(explained.contains("FEntity[7].attachments  附件 items.drawing__c(上限 20 MB)"), "{explained}");
    assert!(compiled.outline().text(Lang::En).contains("files of contract__c"));
}
