//! The recorded exchanges of every built-in connector, and the judge of them.

use model::json;

use super::*;

#[tokio::test]
async fn every_built_in_connector_does_as_recorded() {
    let registry = crate::registry(None).unwrap();
    let mut catalogue = model::Catalogue::default();
    catalogue.add(registry.sentences());
    let mut failures = Vec::new();
    for manifest in registry.manifests() {
        let outcomes = run(&registry, manifest.name()).await.unwrap();
        assert!(!outcomes.is_empty(), "{} has no recorded exchanges", manifest.name());
        for outcome in outcomes {
            let problems = outcome.problems.iter().map(|cause| catalogue.text(cause, model::Lang::En));
            failures.extend(problems.map(|text| format!("{}: {}: {text}", manifest.name(), outcome.test)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_result_holds_when_the_named_members_do() {
    for (expected, got, outcome) in [
        (r#"{"id":"1"}"#, r#"{"id":"1","name":"桥"}"#, true),
        (r#"{"id":"1","void":null}"#, r#"{"id":"1"}"#, true),
        (r#"{"id":"1"}"#, r#"{"id":"2"}"#, false),
        (r#"{"id":"1"}"#, r#"{}"#, false),
        (r#"[1.0]"#, r#"[1]"#, true),
        (r#"[1]"#, r#"[1,2]"#, false),
        (r#""a*c""#, r#""abc""#, true),
        (r#""a*c""#, r#""abcd""#, false),
        (r#""桥*""#, r#""桥""#, true),
        (r#"[]"#, r#"{}"#, false),
    ] {
        let (expected, got) = (json::read(expected).unwrap(), json::read(got).unwrap());
        assert_eq!(holds(&expected, &got), outcome, "{expected:?} {got:?}");
    }
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_place() {
    for (text, line, key) in [
        ("tests: 1", 1, "tests"),
        ("tests:\n  - name: a\n    do: check\n", 2, "gives | refused"),
        ("tests:\n  - name: a\n    does: check\n    gives: []\n", 3, "does"),
        ("tests:\n  - {name: a, do: check, gives: [], calls: [{send: GET}]}\n", 2, "send"),
        ("tests:\n  - {name: a, do: check, gives: [], now: gestern}\n", 2, "now"),
    ] {
        let cause = read::tests(text, "x").err().unwrap();
        let line = line.to_string();
        assert_eq!((cause.param("line"), cause.param("key")), (Some(line.as_str()), Some(key)), "{text}");
    }
}

#[tokio::test]
async fn calls_that_were_not_recorded_and_answers_left_over_are_problems() {
    use contract::Wire;
    use contract::transport::Call;
    let wire = ScriptedWire::new(connection("x", &[], &[])).expect(Exchange {
        method: Some("POST".into()),
        url: Some("https://a.example/*".into()),
        headers: vec![("content-type".into(), "application/json".into())],
        body: Some(json::read(r#"{"b":1.0,"a":"桥*"}"#).unwrap()),
        reply: Reply::ok("{}"),
    });
    let codes = |wire: &ScriptedWire| -> Vec<String> {
        wire.problems().iter().map(|cause| cause.code.to_string()).collect()
    };
    assert_eq!(codes(&wire), ["exchanges.not_called"]);
    wire.send(Call::post_json("x", "https://a.example/x", r#"{"a":"桥梁","b":1}"#)).await.unwrap();
    assert_eq!(codes(&wire), [""; 0]);
    wire.send(Call::get("x", "https://a.example/")).await.unwrap_err();
    assert_eq!(codes(&wire), ["exchanges.unexpected"]);
    let wire =
        wire.expect(Exchange { url: Some("https://b.example/".into()), ..Exchange::any(Reply::ok("")) });
    wire.send(Call::get("x", "https://a.example/")).await.unwrap();
    assert_eq!(codes(&wire), ["exchanges.unexpected", "exchanges.differs"]);
}
