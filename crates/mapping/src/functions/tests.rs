use model::{Value, json};

use super::*;
use crate::expression::{Expression, Scope};

fn value(expression: &str) -> Result<Option<Value<'static>>, Cause> {
    let record = Value::Map(model::Map::new());
    Expression::compile(expression)
        .unwrap_or_else(|mistakes| panic!("{expression}: {mistakes:?}"))
        .value(Scope { record: &record, line: None })
}

#[test]
fn every_function_does_what_its_example_says() {
    for function in functions() {
        let (expression, expected) = function.example;
        if function.name == "lookup" {
            continue; // Needs a value map; its tests are with those of flows.
        }
        let found = value(expression).unwrap().map(|value| json::write(&value));
        assert_eq!(found.as_deref(), Some(expected), "{expression}");
    }
}

#[test]
fn every_function_is_described_in_both_languages_and_once() {
    let mut names = std::collections::BTreeSet::new();
    for function in functions() {
        assert!(!function.zh.is_empty() && !function.en.is_empty() && function.least <= function.most);
        assert!(names.insert(function.name), "{} twice", function.name);
    }
}

#[test]
fn what_cannot_be_exact_is_an_error() {
    for (expression, code) in [
        ("add(12345678901234567890123456789, 0.1)", "mapping.number_too_long"),
        ("mul(1.00000000000000000001, 1.00000000000000000001)", "mapping.number_too_long"),
        ("div(1, 0.00)", "mapping.divide_by_zero"),
        ("rem(1, 0)", "mapping.divide_by_zero"),
        ("add('一', 1)", "mapping.argument_not_number"),
        ("add(none, 1)", "mapping.argument_absent"),
        ("round(1.5, 99)", "mapping.argument_not_small"),
        ("pad('1', 99999)", "mapping.argument_not_small"),
        ("date('明天')", "mapping.argument_not_date"),
        ("date(1780276364000, 'Asia/Nowhere')", "mapping.unknown_zone"),
        ("date_add('2026-06-01', 1, 'weeks')", "mapping.unknown_unit"),
        ("upper(['a'])", "mapping.argument_not_text"),
        ("min(1, 'a')", "mapping.not_comparable"),
        ("sum({'a': 1})", "mapping.argument_not_list"),
    ] {
        let cause = value(expression).unwrap_err();
        assert_eq!(cause.code, code, "{expression}");
        assert!(cause.param("expression").is_some(), "{expression}");
    }
}

#[test]
fn absent_texts_and_dates_stay_absent() {
    for expression in
        ["upper(x)", "trim(none)", "date(x)", "date('')", "join(x)", "substring(x, 1)", "max(x)", "first([])"]
    {
        assert_eq!(value(expression).unwrap(), None, "{expression}");
    }
}

#[test]
fn more_of_the_functions() {
    for (expression, expected) in [
        ("add('10.10', 0.05)", "10.15"),
        ("add(1, 2)", "3"),
        ("div(1, 8)", "0.125"),
        ("div(2, 3, 4)", "0.6667"),
        ("round(-2.5)", "-3"),
        ("round(10.1, 2)", "10.10"),
        ("sum(['1.5', '', none, 2])", "3.5"),
        ("substring('上海启明机械', -2)", "\"机械\""),
        ("substring('ab', 5)", "\"\""),
        ("replace('aaa', '', 'b')", "\"aaa\""),
        ("join(['', '张三', none], '、')", "\"张三\""),
        ("join('张三', '、')", "\"张三\""),
        ("length(none)", "0"),
        ("length([1, 2])", "2"),
        ("date_add(1780276364000, 1, 'days')", "1780362764000"),
        ("datetime('2026-06-01T01:12:44Z')", "\"2026-06-01 09:12:44\""),
        ("datetime(1780276364000, 'UTC')", "\"2026-06-01 01:12:44\""),
        ("coalesce(x, y, '无')", "\"无\""),
        ("text(007)", "\"7\""),
    ] {
        let found = value(expression).unwrap().map(|value| json::write(&value));
        assert_eq!(found.as_deref(), Some(expected), "{expression}");
    }
}
