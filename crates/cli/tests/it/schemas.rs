//! The schemas and the reader say the same of a text.

mod validator;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mapping::{EnvironmentText, Files, Finding};
use serde_json::Value;

use crate::tidy::root;

/// Whether the schema of a kind takes the text.
fn validates(kind: &str, text: &str) -> Result<(), String> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    validator::validate(&cli::schema::of(kind).expect("a kind"), &value)
}

/// Every file is there, and no environment.
struct Around;

impl Files for Around {
    fn load(&self, _relative: &str) -> Option<String> {
        Some("{}".into())
    }

    fn environment(&self) -> Option<&EnvironmentText> {
        None
    }
}

/// What the reader says of a text.
fn read(kind: &str, text: &str) -> Vec<Finding> {
    match kind {
        "tests" => mapping::samples(text, None).err().unwrap_or_default(),
        _ => mapping::read(text, &Around).err().unwrap_or_default(),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
        match entry.path().is_dir() {
            true => files(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
}

#[test]
fn every_example_that_the_reader_takes_validates() {
    let mut found = Vec::new();
    files(&root().join("examples"), &mut found);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut validated = 0;
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a text");
        let kind = text.lines().find_map(|line| line.strip_prefix("kind: ")).unwrap_or("tests").trim();
        if !read(kind, &text).is_empty() {
            continue;
        }
        validated += 1;
        if let Err(error) = validates(kind, &text) {
            panic!("{}: {error}", path.display());
        }
    }
    assert!(validated >= 20, "{validated}");
}

const FLOW: &str = "\
# yaml-language-server: $schema=https://example.com/flow.json
kind: flow
name: 客户
source: { connection: crm, object: AccountObj, include: { contacts: { object: ContactObj, by: account_id } }, becomes: { AccountObj: parent_id }, hook: {\
 signature: { header: X-Sig, separator: \",\", timestamp: { header: X-Time, within: 5m } },\
 only: { header: X-Topic, is: [orders/paid] }, records: $/data, id: /order/id, void: { at: /state, is: 作废 },\
 challenge: { query: echo, secret: token } } }
target: { connection: erp, object: BD_Customer, key: FNumber }
retries: { waits: [20s], classes: [transient] }
reconcile: { every: 1d, grace: 10m, only_there: ignore }
mode: document
functions: { before_mapping: functions/total.js, after_success: functions/tell.js }
void: { do: Forbid }
conflict: latest
map:
  FNumber: account_no
  FName: { from: name, required: true, conflict: ask }
  FLines: { lines: contacts, key: FNo, id: _id, map: { FNo: _id } }
files:
  - { from: scans__c, to: attachments, limit: 20 MB }
  - { from: contacts.cards__c, to: FLines.attachments }
";

const CONNECTION: &str = "kind: connection\nname: erp\nconnector: mine\nsettings:\n  a: { env: A }\n";
const OBJECT: &str = "\
kind: object
connection: erp
name: 客户
code: BD_CUST
id: custId
number: custNo
push: partial
fields:
  - { name: custId, label: 客户内码, type: text, required: true, max_length: 80 }
  - { name: custNo, type: text }
  - { name: credit, type: decimal, scale: 2 }
  - { name: kind, type: select, options: { \"1\": 零售, \"2\": 批发 } }
  - { name: tags, type: multi_select, options: [甲, 乙] }
  - { name: parent, type: reference, object: 客户 }
details:
  - { name: contacts, title: 联系人, id: contactId, fields: [{ name: contactId, type: text }] }
functions: { parse: functions/customer.js }
";
const VALUES: &str = "kind: values\nname: 类型\nmap: { \"1\": A }\n";
const ALERTS: &str = "kind: alerts\nname: 告警\nwindow: 5m\nquiet: { from: \"22:00\", to: \"07:00\" }\nrules:\n\
    \x20 - { type: record_failed, flows: [订单], severity: critical, after: 1h, to: [it] }\nreceivers:\n\
    \x20 - { name: it, connection: robot, mobiles: [\"13800001111\"], least: normal }\n";
const ENVIRONMENT: &str = "kind: environment\nname: live\nvalues:\n  组织: \"100\"\n";
const TESTS: &str = "tests:\n  - { record: { a: 1 }, skipped: true }\n";

#[test]
fn both_take_what_is_right() {
    for (kind, text) in [
        ("flow", FLOW),
        ("connection", CONNECTION),
        ("object", OBJECT),
        ("values", VALUES),
        ("environment", ENVIRONMENT),
        ("alerts", ALERTS),
        ("tests", TESTS),
    ] {
        assert_eq!(read(kind, text), [], "{kind}");
        assert_eq!(validates(kind, text), Ok(()), "{kind}");
    }
}

/// A text, what is replaced in it, and by what: each makes it wrong.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("alerts", ALERTS, "type: record_failed, ", ""),
    ("alerts", ALERTS, "connection: robot", "robot: yes"),
    ("alerts", ALERTS, "severity: critical", "severity: grave"),
    ("alerts", ALERTS, "window: 5m", "window: soon"),
    ("alerts", ALERTS, ", to: \"07:00\"", ""),
    ("flow", FLOW, "name: 客户\n", ""),
    ("flow", FLOW, "functions/total.js", "functions/total.py"),
    ("flow", FLOW, "before_mapping: ", "before: "),
    ("flow", FLOW, "connection: crm, ", ""),
    ("flow", FLOW, "object: AccountObj", "objekt: AccountObj"),
    ("flow", FLOW, "becomes: { AccountObj: parent_id }", "becomes: { AccountObj: [parent_id] }"),
    ("flow", FLOW, "X-Sig", "\"X Sig\""),
    ("flow", FLOW, "separator: \",\"", "separator: comma"),
    ("flow", FLOW, "header: X-Sig, ", ""),
    ("flow", FLOW, "conflict: latest", "conflict: newest"),
    ("flow", FLOW, "conflict: ask", "conflict: crm"),
    ("flow", FLOW, "map: { FNo: _id }", "map: { FNo: { from: _id, conflict: ask } }"),
    ("flow", FLOW, "within: 5m", "within: soon"),
    ("flow", FLOW, "header: X-Topic, is: [orders/paid]", "header: X-Topic"),
    ("flow", FLOW, "header: X-Topic, is", "is"),
    ("flow", FLOW, "header: X-Topic, is", "header: X-Topic, at: /topic, is"),
    ("flow", FLOW, "is: [orders/paid]", "is: []"),
    ("flow", FLOW, "id: /order/id", "id: order.id"),
    ("flow", FLOW, "query: echo, ", ""),
    ("flow", FLOW, "account_no\n", "{ form: account_no }\n"),
    ("flow", FLOW, "account_no\n", "{ from: account_no, value: 1 }\n"),
    ("flow", FLOW, "account_no\n", "{ required: true }\n"),
    ("flow", FLOW, "account_no\n", "603\n"),
    ("flow", FLOW, "account_no\n", "add(a, b)\n"),
    ("flow", FLOW, "account_no\n", "$\n"),
    ("flow", FLOW, "account_no\n", "[a]\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, convert: hex }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, convert: decimal(99) }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, want: id }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, values: 类型, reference: X }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, values: 类型, by: number }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, line_of: FEntity }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, reference: X, missing: fail }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, id: b }\n"),
    ("flow", FLOW, "account_no\n", "{ value: 1, values: 类型 }\n"),
    ("flow", FLOW, "account_no\n", "{ value: 1, convert: text }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, later: true }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, empty: sometimes }\n"),
    ("flow", FLOW, "account_no\n", "{ from: a, key: b }\n"),
    ("flow", FLOW, "  FNumber: account_no", "  FNumber.0: account_no"),
    ("flow", FLOW, "required: true", "required: maybe"),
    ("flow", FLOW, "limit: 20 MB", "limit: 20 apples"),
    ("flow", FLOW, "limit: 20 MB", "limit: 0 MB"),
    ("flow", FLOW, "from: scans__c, ", ""),
    ("flow", FLOW, "from: scans__c", "from: upper(scans__c)"),
    ("flow", FLOW, ", map: { FNo: _id }", ""),
    ("flow", FLOW, "map: { FNo: _id }", "map: {}"),
    ("flow", FLOW, "map: { FNo: _id }", "map: { FNo: { lines: x, map: { a: b } } }"),
    ("flow", FLOW, "map: { FNo: _id }", "map: { FNo: { from: a, reference: X, later: true } }"),
    ("flow", FLOW, ", by: account_id", ""),
    ("flow", FLOW, "[20s]", "[20]"),
    ("flow", FLOW, "20s", "20 seconds"),
    ("flow", FLOW, "transient", "rainy"),
    ("flow", FLOW, "mode: document", "mode: sync"),
    ("flow", FLOW, "every: 1d", "every: daily"),
    ("flow", FLOW, "only_there: ignore", "only_there: void"),
    ("flow", FLOW, "{ do: Forbid }", "forget"),
    ("flow", FLOW, "{ do: Forbid }", "{}"),
    ("flow", FLOW, "key: FNumber", "key: FNumber, create: sometimes"),
    ("connection", CONNECTION, "connector: mine\n", ""),
    ("connection", CONNECTION, "{ env: A }", "{ variable: A }"),
    ("connection", CONNECTION, "{ env: A }", "[a]"),
    ("connection", CONNECTION, "connector: mine\n", "connector: mine\nhosts: a.example.com\n"),
    ("object", OBJECT, "connection: erp\n", ""),
    ("object", OBJECT, "name: 客户\n", "name: 客户/1\n"),
    ("object", OBJECT, "id: custId\n", ""),
    ("object", OBJECT, "push: partial", "push: some"),
    ("object", OBJECT, "push: partial", "split: contacts"),
    ("object", OBJECT, "required: true", "required: perhaps"),
    ("object", OBJECT, "max_length: 80", "max_length: 0"),
    ("object", OBJECT, "max_length: 80", "max_length: long"),
    ("object", OBJECT, "{ name: custNo, type: text }", "{ name: custNo }"),
    ("object", OBJECT, "{ name: custNo, type: text }", "{ name: custNo, type: texts }"),
    ("object", OBJECT, "{ name: custNo, type: text }", "{ name: custNo, type: text, scale: 2 }"),
    ("object", OBJECT, "{ name: custNo, type: text }", "{ name: custNo, type: text, object: 客户 }"),
    ("object", OBJECT, "{ name: custNo, type: text }", "{ name: cust.No, type: text }"),
    ("object", OBJECT, ", scale: 2", ""),
    ("object", OBJECT, ", scale: 2", ", scale: 99"),
    ("object", OBJECT, ", scale: 2", ", scale: 2, max_length: 3"),
    ("object", OBJECT, ", options: [甲, 乙]", ""),
    ("object", OBJECT, "[甲, 乙]", "[]"),
    ("object", OBJECT, ", object: 客户", ""),
    ("object", OBJECT, ", fields: [{ name: contactId, type: text }]", ""),
    ("object", OBJECT, "[{ name: contactId, type: text }]", "[]"),
    ("object", OBJECT, "functions/customer.js", "functions/customer.py"),
    ("object", OBJECT, "parse: ", "parses: "),
    ("values", VALUES, "map: { \"1\": A }\n", ""),
    ("values", VALUES, "map: ", "maps: "),
    ("values", VALUES, "map: { \"1\": A }\n", "map: { \"1\": A }\nback: [A]\n"),
    ("environment", ENVIRONMENT, "\"100\"", "[a]"),
    ("environment", ENVIRONMENT, "\"100\"", "{ secret: A }"),
    ("environment", ENVIRONMENT, "\"100\"", "\"${其它}\""),
    ("environment", ENVIRONMENT, "组织", "\"组 织\""),
    ("tests", TESTS, "skipped: true", "expected: {}"),
    ("tests", TESTS, "skipped: true", "skipped: true, expect: {}"),
    ("tests", TESTS, "record: { a: 1 }, ", ""),
];

#[test]
fn both_refuse_what_is_wrong() {
    for (kind, text, from, to) in WRONG {
        assert!(text.contains(from), "{from}");
        let wrong = text.replacen(from, to, 1);
        assert!(!read(kind, &wrong).is_empty(), "the reader takes\n{wrong}");
        assert!(validates(kind, &wrong).is_err(), "the schema takes\n{wrong}");
    }
}

/// A text with an unknown key in one of its maps, and where the schema has that map.
const MAPS: &[(&str, &str, &str, &str)] = &[
    ("flow", FLOW, "kind: flow\n", ""),
    ("flow", FLOW, "source: {", "/properties/source"),
    ("flow", FLOW, "contacts: {", "/properties/source/properties/include/additionalProperties"),
    ("flow", FLOW, "hook: {", "/properties/source/properties/hook"),
    ("flow", FLOW, "signature: {", "/properties/source/properties/hook/properties/signature/anyOf/1"),
    (
        "flow",
        FLOW,
        "timestamp: {",
        "/properties/source/properties/hook/properties/signature/anyOf/1/properties/timestamp/anyOf/1",
    ),
    ("flow", FLOW, "only: {", "/properties/source/properties/hook/properties/only"),
    ("flow", FLOW, "challenge: {", "/properties/source/properties/hook/properties/challenge/anyOf/1"),
    ("flow", FLOW, "target: {", "/properties/target"),
    ("flow", FLOW, "retries: {", "/properties/retries/anyOf/1"),
    ("flow", FLOW, "functions: {", "/properties/functions"),
    ("flow", FLOW, "FName: {", "/definitions/entry/anyOf/1"),
    ("flow", FLOW, "  - {", "/properties/files/items"),
    ("connection", CONNECTION, "kind: connection\n", ""),
    ("object", OBJECT, "kind: object\n", ""),
    ("object", OBJECT, "  - { name: custNo,", "/properties/fields/items"),
    ("object", OBJECT, "  - { name: contacts,", "/properties/details/items"),
    ("object", OBJECT, "functions: {", "/properties/functions"),
    ("values", VALUES, "kind: values\n", ""),
    ("environment", ENVIRONMENT, "kind: environment\n", ""),
    ("alerts", ALERTS, "kind: alerts\n", ""),
    ("alerts", ALERTS, "quiet: {", "/properties/quiet"),
    ("alerts", ALERTS, "  - {", "/properties/rules/items"),
    ("alerts", ALERTS, "{ name: it,", "/properties/receivers/items"),
    ("tests", TESTS, "  - {", "/properties/tests/items"),
];

#[test]
fn the_schema_has_the_keys_that_the_reader_knows_and_no_others() {
    for (kind, text, before, place) in MAPS {
        let stray = if before.ends_with('\n') { "zzzzzzzz: 1\n" } else { " zzzzzzzz: 1," };
        let findings = read(kind, &text.replacen(before, &format!("{before}{stray}"), 1));
        let known = findings.iter().find_map(|finding| finding.cause.param("known")).unwrap_or_default();
        let known: BTreeSet<&str> = known.split(", ").collect();
        let schema = cli::schema::of(kind).expect("a kind");
        let map = schema.pointer(place).unwrap_or_else(|| panic!("{kind} has no {place}"));
        let properties = map["properties"].as_object().expect("a map of keys");
        let described: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(described, known, "{kind} {place}: docs/recipes/add-a-key.md says where a key goes");
    }
}

#[test]
fn the_settings_of_a_connector_are_its_manifests() {
    let text = "kind: connection\nname: erp\nconnector: kingdee-k3cloud\nsettings: { base_url: http://x/k3cloud/ }\n";
    assert_eq!(validates("connection", text), Ok(()));
    assert!(validates("connection", &text.replace("base_url", "colour")).is_err());
}
