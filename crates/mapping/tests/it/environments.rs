//! Environments: what placeholders come to, and what is said of those that come to nothing.

use mapping::{EnvironmentText, Files, NoFiles, SettingValue, Text};
use model::flow::From;

const LIVE: &str = "\
kind: environment
name: live
title: { zh: 正式账套, en: Live book }
values:
  组织: \"100\"
  limit: 12.50
  field: account_no
  erp_url: https://erp.example.com/k3cloud
  password: { env: LIVE_ERP_PASSWORD }
";

/// One packet, and perhaps an environment.
struct Around(Option<EnvironmentText>, &'static str);

impl Files for Around {
    fn load(&self, _relative: &str) -> Option<String> {
        Some(self.1.into())
    }

    fn environment(&self) -> Option<&EnvironmentText> {
        self.0.as_ref()
    }
}

fn environment(text: &str) -> EnvironmentText {
    match mapping::read(text, &NoFiles).expect("an environment without mistakes") {
        Text::Environment(environment) => environment,
        other => panic!("not an environment: {other:?}"),
    }
}

fn live() -> Around {
    Around(Some(environment(LIVE)), r#"{"FCreateOrgId":{"FNumber":"${组织}"},"note":"$${x}"}"#)
}

fn flow(map: &str) -> String {
    format!(
        "kind: flow\nname: customers\nsource: {{ connection: crm, object: AccountObj }}\n\
         target: {{ connection: erp, object: BD_Customer, key: FNumber }}\n{map}"
    )
}

/// Code and place of everything wrong.
fn wrong(text: &str, files: &dyn Files) -> Vec<(String, (usize, usize))> {
    let findings = mapping::read(text, files).map(|_| Vec::new()).unwrap_or_else(|findings| findings);
    findings.into_iter().map(|finding| (finding.cause.code.to_string(), finding.at)).collect()
}

#[test]
fn a_placeholder_is_what_the_environment_says() {
    let text = flow(
        "scope: org == \"${组织}\"\nbase: packets/customer.json\nmap:\n  FNumber: ${field}\n  FName: { value: \"${limit}\" }\n  \
         FLimit:\n    value: ${limit}\n  FNote: { value: \"组织 ${组织},$${不是}\" }\n",
    );
    let Ok(Text::Flow(flow)) = mapping::read(&text, &live()) else {
        panic!("a flow: {:?}", wrong(&text, &live()))
    };
    assert_eq!(flow.scope.expect("a scope").value, "org == \"100\"");
    assert!(matches!(&flow.map[0].from, From::Field(path) if path.as_str() == "account_no"));
    let constants: Vec<String> = flow.map[1..]
        .iter()
        .map(|entry| match &entry.from {
            From::Constant(value) => model::json::write(value),
            other => panic!("a constant: {other:?}"),
        })
        .collect();
    assert_eq!(constants, ["\"12.50\"", "12.50", "\"组织 100,${不是}\""]);
    let base = model::Value::Map(flow.base.expect("a packet"));
    assert_eq!(model::json::write(&base), r#"{"FCreateOrgId":{"FNumber":"100"},"note":"${x}"}"#);
}

#[test]
fn a_setting_may_be_a_variable_of_the_environment() {
    let text = "kind: connection\nname: erp\nconnector: kingdee-k3cloud\nsettings:\n  base_url: ${erp_url}\n  \
                password: \"${password}\"\n";
    let Ok(Text::Connection(connection)) = mapping::read(text, &live()) else { panic!("a connection") };
    let value = |n: usize| connection.settings[n].1.clone();
    assert!(value(0) == SettingValue::Text("https://erp.example.com/k3cloud".into()));
    assert!(value(1) == SettingValue::Env("LIVE_ERP_PASSWORD".into()));
}

#[test]
fn a_placeholder_that_comes_to_nothing_has_its_place() {
    let of = |map: &str| flow(&format!("map:\n{map}"));
    for (text, code, at) in [
        (of("  FNumber: no\n  FName: { value: \"客户 ${名称}\" }\n"), "mapping.placeholder_unknown", (7, 23)),
        (of("  FNumber: ${Field}\n"), "mapping.placeholder_unknown", (6, 12)),
        (of("  FNumber: { value: \"${组 织}\" }\n"), "mapping.placeholder_broken", (6, 22)),
        (of("  F${组织}: no\n"), "mapping.placeholder_fixed", (6, 3)),
        (of("  FNumber: { value: \"${password}\" }\n"), "mapping.placeholder_secret", (6, 22)),
        (
            of("  FNumber: no\n").replace("name: customers", "name: ${组织}"),
            "mapping.placeholder_fixed",
            (2, 7),
        ),
        (LIVE.replace("limit: 12.50", "limit: ${组织}"), "mapping.placeholder_fixed", (6, 10)),
        (LIVE.replace("limit:", "\"my limit\":"), "mapping.placeholder_name", (6, 3)),
    ] {
        assert_eq!(wrong(&text, &live()), [(code.to_owned(), at)], "{text}");
    }
    let without = Around(None, "{}");
    let text = of("  FNumber: ${field}\n");
    assert_eq!(wrong(&text, &without), [("mapping.placeholder_unchosen".to_owned(), (6, 12))]);
}

#[test]
fn the_placeholders_of_a_text_are_told_once_each_and_comments_hold_none() {
    let text = "# ${a}\nx: ${b} # ${c}\ny: [\"${b}${组织}\", \"$${d}\"]\n";
    let names: Vec<(String, (usize, usize))> = mapping::placeholders(text);
    assert_eq!(names, [("b".to_owned(), (2, 4)), ("组织".to_owned(), (3, 10))]);
}

#[test]
fn samples_are_filled_too() {
    let text = "tests:\n  - record: { org: \"${组织}\" }\n    skipped: true\n";
    let samples = mapping::samples(text, Some(&environment(LIVE))).expect("a sample");
    assert_eq!(model::json::write(&samples[0].record), r#"{"org":"100"}"#);
    assert!(mapping::samples(text, None).is_err());
}

#[test]
fn a_text_filled_for_show_says_where_a_secret_is_and_no_more() {
    let shown = mapping::filled_for_show("a: ${erp_url}/x\nb: ${password}\nc: ${没有}\n", &environment(LIVE));
    assert_eq!(shown, "a: https://erp.example.com/k3cloud/x\nb: { env: LIVE_ERP_PASSWORD }\nc: ${没有}\n");
}
