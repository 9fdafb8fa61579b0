//! Every `curl` line is taken by bash as it was meant.

use std::process::Command;

use super::super::calls::{self, Call};
use super::super::curl;
use super::super::wire::Wire;
use super::*;

/// What curl would be given, and the `TOKEN` that is set.
fn given(line: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{line}\n");
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &script])
        .env_clear()
        .env("TOKEN", "t'o \"k$en`")
        .env("ERP_TOKEN", "erp")
        .env("ERP_KEY", "key")
        .output()
        .expect("bash runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{line}\n{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn expected(call: &Call) -> Vec<String> {
    let mut arguments: Vec<String> = match call.query.is_empty() {
        true => vec!["--request".into(), call.method.into(), call.url()],
        false => vec!["--get".into(), call.url()],
    };
    let value = |value: &str| match value {
        "$TOKEN" => "t'o \"k$en`".to_owned(),
        "$ERP_TOKEN" => "erp".into(),
        "$ERP_KEY" => "key".into(),
        other => other.into(),
    };
    for header in &call.headers {
        arguments.extend(["--header".into(), format!("{}: {}", header.name, value(&header.value))]);
    }
    for (name, value) in &call.query {
        arguments.extend(["--data-urlencode".into(), format!("{name}={value}")]);
    }
    if call.method == "POST" {
        arguments.extend(["--data-raw".into(), call.body.clone().unwrap_or_default()]);
    }
    arguments
}

fn check(object: &Object, addresses: &Addresses) {
    let wire = Wire::of(object);
    for call in calls::all(&wire, object.connection.as_str(), addresses) {
        let line = curl::line(&call);
        assert_eq!(given(&line), expected(&call), "{line}");
        if call.body_language == "json"
            && let Some(body) = &call.body
        {
            json::read(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        }
    }
}

#[test]
fn bash_gives_curl_what_the_page_shows() {
    check(&order(), &addresses());
    check(&unit(), &addresses());
}

#[test]
fn no_name_and_no_value_reaches_the_shell() {
    let marks = [
        "it's",
        "$(touch /tmp/x)",
        "`id`",
        "\"$HOME\"",
        "a\nb",
        "\\",
        "!!",
        "; rm -rf .",
        "客'户",
        "<script>",
        "%s",
        "-x",
        "@/etc/passwd",
    ];
    for mark in marks {
        let mut order = order();
        order.code = mark.into();
        order.connection = mark.into();
        order.fields[1].name = mark.into();
        order.fields[2].label_zh = mark.into();
        order.fields[4].kind = FieldKind::Select(vec![choice(mark, mark)]);
        order.details[0].name = mark.into();
        let mut addresses = addresses();
        addresses.erp.headers = vec![(mark.into(), mark.into()), ("X y".into(), "$ERP_KEY".into())];
        addresses.ours.tenant_id = mark.into();
        addresses.erp.paths.update = mark.into();
        check(&order, &addresses);
    }
}
