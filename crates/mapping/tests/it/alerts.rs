//! The text of the alerts: what it says, and every mistake in it.

use std::time::Duration;

use mapping::{NoFiles, Text};
use model::Lang;
use model::alert::{AlertKind, AlertPlan, Quiet, Severity};

const WHOLE: &str = "kind: alerts\nname: alerts\nlanguage: en\nzone: Asia/Tokyo\nwindow: 5m\n\
    quiet: { from: \"22:30\", to: \"7:00\" }\nrules:\n\
    \x20 - { type: record_failed, flows: [订单], severity: critical, after: 1h, to: [销售] }\n\
    \x20 - { type: quota_low, connections: [crm], off: true }\nreceivers:\n\
    \x20 - { name: 销售, connection: crm, users: [FSUID_1], mobiles: [\"13800001111\"], \
    emails: [\"it@example.com\"], least: important }\n\
    owners:\n  - { connection: dingtalk, field: salesman, flows: [订单] }\n  - { connection: crm }\n\
    link: https://qiao.example.com/\nlink_for: 7d\n";

fn read(text: &str) -> Result<AlertPlan, Vec<String>> {
    match mapping::read(text, &NoFiles) {
        Ok(Text::Alerts(plan)) => Ok(plan),
        Ok(other) => panic!("{other:?}"),
        Err(findings) => Err(findings.iter().map(|finding| finding.cause.code.to_string()).collect()),
    }
}

#[test]
fn a_plan_says_which_how_grave_when_and_to_whom() {
    let plan = read(WHOLE).unwrap();
    assert_eq!((plan.lang, &*plan.zone, plan.window), (Lang::En, "Asia/Tokyo", Duration::from_secs(300)));
    assert_eq!(plan.quiet, Some(Quiet { from: 22 * 60 + 30, to: 7 * 60 }));
    let [first, second] = &plan.rules[..] else { panic!("{:?}", plan.rules) };
    assert_eq!((first.kind, first.severity), (AlertKind::RecordFailed, Some(Severity::Critical)));
    assert_eq!((first.after, &first.to[..]), (Some(Duration::from_secs(3600)), &["销售".to_owned()][..]));
    assert!(second.off && !first.off);
    let [sales] = &plan.receivers[..] else { panic!("{:?}", plan.receivers) };
    assert_eq!((sales.connection.as_str(), sales.least), ("crm", Severity::Important));
    assert_eq!(sales.emails, ["it@example.com"]);
    assert_eq!(plan.link.as_deref(), Some("https://qiao.example.com"));
    assert_eq!(plan.link_for, Duration::from_secs(7 * 86_400));
    let owners = |flow| plan.owners_of(flow).map(|rule| (rule.connection.as_str(), rule.field.as_str()));
    assert_eq!(owners("订单"), Some(("dingtalk", "salesman")));
    assert_eq!(owners("客户"), Some(("crm", "owner")), "the field that the CRM has");
    let one = read("kind: alerts\nname: alerts\nowners: { connection: dingtalk }\n").unwrap();
    assert_eq!(one.owners.len(), 1);
    assert_eq!(
        (&sales.users[..], &sales.mobiles[..]),
        (&["FSUID_1".to_owned()][..], &["13800001111".to_owned()][..])
    );
}

#[test]
fn what_is_not_said_is_as_usual() {
    let plan = read("kind: alerts\nname: alerts\n").unwrap();
    assert_eq!(plan, AlertPlan { name: "alerts".into(), ..AlertPlan::usual() });
}

#[test]
fn every_mistake_has_its_word() {
    for (from, to, code) in [
        ("Asia/Tokyo", "东京", "mapping.alerts_zone"),
        ("5m", "25h", "mapping.alerts_window"),
        ("5m", "soon", "mapping.not_duration"),
        ("22:30", "24:00", "mapping.alerts_hour"),
        ("7:00", "7:5", "mapping.alerts_hour"),
        ("to: [销售]", "to: [财务]", "mapping.alerts_no_receiver"),
        ("record_failed", "record_lost", "mapping.unknown_word"),
        ("critical", "grave", "mapping.unknown_word"),
        ("connection: crm,", "", "mapping.key_missing"),
        ("off: true", "off: 1", "mapping.not_flag"),
        ("https://qiao.example.com/", "qiao.example.com", "mapping.alerts_link"),
        ("https://qiao.example.com/", "https://a@qiao.example.com/", "mapping.alerts_link"),
        ("https://qiao.example.com/", "https://qiao.example.com/?x=1", "mapping.alerts_link"),
        ("7d", "week", "mapping.not_duration"),
        ("{ connection: crm }", "{ field: owner }", "mapping.key_missing"),
        ("{ connection: crm }", "{ connection: crm, person: erp }", "mapping.unknown_key"),
        ("it@example.com", "it.example.com", "mapping.alerts_email"),
        ("it@example.com", "it@example.com>\\r\\nBcc: x@example.com", "mapping.alerts_email"),
        (
            "receivers:\n",
            "receivers:\n  - { name: 销售, connection: erp }\n",
            "mapping.alerts_receiver_twice",
        ),
    ] {
        let found = read(&WHOLE.replacen(from, to, 1)).unwrap_err();
        assert!(found.iter().any(|found| found == code), "{from} → {to}: {found:?}");
    }
}
