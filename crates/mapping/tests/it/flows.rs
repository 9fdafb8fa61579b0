//! Reading whole texts.

use std::time::Duration;

use mapping::{SettingValue, Text};
use model::flow::{Keep, Mode, Retries, Void, WriteBack};

use super::*;

const WHOLE: &str = r#"
kind: flow
name: customers-to-erp
title: { zh: 客户 → 金蝶客户, en: Customers to K/3 Cloud }
source:
  connection: crm
  object: AccountObj
  within: 6m
  sweep: 7d
  history: true
  filter: "life_status = 'normal'"
  fields: [remark]
  open: close_status__c == "A"
  reread: 30m
  include: { contacts: { object: ContactObj, by: account_id } }
  becomes: { AccountObj: main_account_id }
target:
  connection: erp
  object: BD_Customer
  status: audited
  options: { IsVerifyBaseDataField: true, Rate: 10.10 }
  key: FNumber
  match: [FNumber, FCreateOrgId]
scope: life_status == "normal" and record.region != none
base: packets/customer.json
map:
  FNumber: { from: account_no, required: true, convert: [trim, upper] }
  FName: name
  FCreateOrgId.FNumber: { value: "603" }
  FCustTypeId.FNumber: { from: account_type, values: customer-type }
  FTEL: { expr: "tel or mobile1", empty: send }
  FParent.FNumber: { from: parent_id, reference: AccountObj, later: true }
  FT_BD_CUSTCONTACT:
    lines: contacts
    key: FNUMBER1
    map:
      FNUMBER1: { expr: "account_no ~ '-' ~ line_number" }
      FNAME1: name
      FOwner.FNumber: { from: $.owner_no, reference: PersonnelObj, want: id }
void: { do: Forbid }
write_back: { erp_no__c: target.number, erp_status__c: task.state }
retries: { waits: [20s, 5m], classes: [transient, throttled] }
reconcile: { every: 1d, filter: "FUseOrgId.FNumber = '603'", only_there: ignore }
tests: tests/customers-to-erp.yaml
"#;

fn whole() -> Compiled {
    let files = Shelf(BTreeMap::from([(
        "packets/customer.json",
        r#"{"FCreateOrgId": {"FNumber": "100"}, "Rate": 10.10}"#,
    )]));
    match mapping::read(WHOLE, &files) {
        Ok(Text::Flow(flow)) => mapping::compile(flow, &customer_types).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_part_of_a_flow_is_read() {
    let compiled = whole();
    let flow = compiled.flow();
    assert_eq!(flow.title.0, "客户 → 金蝶客户");
    assert_eq!(flow.mode, Mode::Document);
    assert_eq!(flow.source.within, Some(Duration::from_secs(360)));
    assert_eq!(flow.source.sweep, Some(Duration::from_secs(7 * 86_400)));
    assert!(flow.source.history);
    assert_eq!(flow.source.filter.as_deref(), Some("life_status = 'normal'"));
    assert_eq!(flow.source.fields, ["remark"]);
    assert_eq!(flow.source.open.as_ref().map(|open| open.at), Some((13, 9)));
    assert_eq!(flow.source.reread, Duration::from_secs(1_800));
    let include = &flow.source.include[0];
    assert_eq!(
        (&*include.name, include.object.as_str(), &*include.by),
        ("contacts", "ContactObj", "account_id")
    );
    let becoming = &flow.source.becomes[0];
    assert_eq!((becoming.object.as_str(), &*becoming.by), ("AccountObj", "main_account_id"));
    assert_eq!(
        json::write(&Value::Map(flow.target.options.clone())),
        r#"{"IsVerifyBaseDataField":true,"Rate":10.10}"#
    );
    assert_eq!(
        (flow.target.status.as_deref(), flow.target.key.as_deref()),
        (Some("audited"), Some("FNumber"))
    );
    assert_eq!(flow.target.matching, ["FNumber", "FCreateOrgId"]);
    assert_eq!(flow.void, Void::Do("Forbid".into()));
    assert_eq!(flow.write_back[1], ("erp_status__c".into(), WriteBack::TaskState));
    assert_eq!(flow.retries.waits, [20, 300].map(Duration::from_secs));
    assert_eq!(flow.retries.classes.as_ref().map(Vec::len), Some(2));
    let reconcile = &flow.reconcile;
    assert_eq!(reconcile.every, Some(Duration::from_secs(86_400)));
    assert_eq!(reconcile.grace, Duration::from_secs(600), "where the flow says nothing");
    assert_eq!(reconcile.filter.as_deref(), Some("FUseOrgId.FNumber = '603'"));
    assert!(!reconcile.reports_only_there);
    assert_eq!(flow.tests.as_deref(), Some("tests/customers-to-erp.yaml"));
}

#[test]
fn a_compiled_flow_knows_what_it_reads_writes_and_refers_to() {
    let compiled = whole();
    let read: Vec<String> = compiled.source_fields().into_iter().collect();
    assert_eq!(
        read,
        [
            "account_no",
            "account_type",
            "close_status__c",
            "contacts",
            "life_status",
            "mobile1",
            "name",
            "owner_no",
            "parent_id",
            "region",
            "tel"
        ]
    );
    assert_eq!(
        compiled.target_fields(),
        [
            "FNumber",
            "FName",
            "FCreateOrgId.FNumber",
            "FCustTypeId.FNumber",
            "FTEL",
            "FParent.FNumber",
            "FT_BD_CUSTCONTACT.FNUMBER1",
            "FT_BD_CUSTCONTACT.FNAME1",
            "FT_BD_CUSTCONTACT.FOwner.FNumber",
        ]
    );
    let list = &compiled.lists()[0];
    assert_eq!(
        (list.list.as_str(), list.key.as_deref(), list.has_ids),
        ("FT_BD_CUSTCONTACT", Some("FNUMBER1"), false)
    );
    let references: Vec<_> = compiled.references().iter().map(|r| (r.object.as_str(), r.later)).collect();
    assert_eq!(references, [("AccountObj", true), ("PersonnelObj", false)]);
}

#[test]
fn a_flow_that_notifies_says_which_notices_go_out() {
    for (text, keep) in [
        ("mode: notify\n", Keep::Latest),
        ("mode: notify\nkeep: every\n", Keep::Every),
        ("mode: { notify: every }\n", Keep::Every),
        ("mode: { notify: latest }\n", Keep::Latest),
    ] {
        let flow = read_flow(&flow_text(&format!("{text}map: {{ FNumber: no }}\n"))).unwrap();
        assert_eq!(flow.mode, Mode::Notify { keep }, "{text}");
    }
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let flow =
        read_flow(&flow_text("map: { FNumber: no }\nretries: off\ntitle: 客户\nvoid: keep\n")).unwrap();
    assert_eq!(flow.title, ("客户".into(), "客户".into()));
    assert_eq!(flow.void, Void::Keep);
    assert!(flow.retries.waits.is_empty());
    assert!(!flow.source.history && flow.source.within.is_none());
    assert_eq!(flow.source.sweep, Some(Duration::from_secs(86_400)), "nightly, unasked");
    let flow = read_flow(&flow_text("map: { FNumber: no }\n")).unwrap();
    assert_eq!(flow.retries, Retries::default());
    assert_eq!(flow.title.0, "customers-to-erp");
}

#[test]
fn ids_are_swept_as_often_as_a_flow_says_or_never() {
    let swept = |sweep: &str| {
        let text = flow_text("map: { FNumber: no }\n");
        let line = format!("object: AccountObj, sweep: {sweep}");
        assert!(text.contains("object: AccountObj"), "{text}");
        read_flow(&text.replacen("object: AccountObj", &line, 1))
    };
    assert_eq!(swept("never").unwrap().source.sweep, None);
    assert_eq!(swept("6h").unwrap().source.sweep, Some(Duration::from_secs(6 * 3_600)));
    assert!(swept("sometimes").is_err());
}

#[test]
fn a_connection_keeps_its_settings_as_they_are_written() {
    let text = "kind: connection\nname: erp\nconnector: kingdee-k3cloud\ntitle: { zh: 正式账套, en: Live book }\n\
                settings:\n  base_url: https://erp.example.com/k3cloud\n  lcid: 2052\n  app_secret: { env: ERP_SECRET }\n\
                hosts: [erp.example.com]\n";
    let Ok(Text::Connection(connection)) = mapping::read(text, &Shelf::default()) else {
        panic!("a connection")
    };
    assert_eq!(connection.connector, "kingdee-k3cloud");
    assert_eq!(connection.title.1, "Live book");
    assert_eq!(connection.hosts, ["erp.example.com"]);
    assert_eq!(connection.settings[1], ("lcid".into(), SettingValue::Text("2052".into())));
    assert_eq!(connection.settings[2], ("app_secret".into(), SettingValue::Env("ERP_SECRET".into())));
    assert!(!format!("{connection:?}").contains("2052"), "a setting may be a secret");
}

#[test]
fn a_value_map_keeps_numbers_and_texts_apart() {
    let text = "kind: values\nname: rates\nmap: { a: 10.10, b: \"603\", 3: 三 }\notherwise: 0\n";
    let Ok(Text::Values(values)) = mapping::read(text, &Shelf::default()) else { panic!("a value map") };
    let written: Vec<String> =
        values.map.pairs.iter().map(|(k, v)| format!("{k}={}", json::write(v))).collect();
    assert_eq!(written, ["a=10.10", "b=\"603\"", "3=\"三\""]);
    assert_eq!(values.map.otherwise.map(|value| json::write(&value)).as_deref(), Some("0"));
}
