use model::json;

use super::*;

const RECORD: &str = r#"{
    "name": "上海启明", "tel": "", "mobile1": "13800000000", "life_status": "normal", "amount": 99.50,
    "count": 3, "zero": 0.00, "big": 12345678901234567890123456789012345.6, "owner": {"name": "张三", "id": "1000"},
    "tags": ["vip", "华东"], "lines": [{"qty": 1.5, "price": 10.10}, {"qty": 2, "price": 0.20}], "record_no": "R1",
    "null_field": null, "单位": "箱"
}"#;

fn run(text: &str) -> Result<Option<String>, Cause> {
    let record = json::read(RECORD).unwrap();
    let expression = Expression::compile(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    let value = expression.value(Scope { record: &record, line: None })?;
    Ok(value.map(|value| json::write(&value)))
}

#[test]
fn expressions_give_exact_values() {
    for (text, expected) in [
        ("tel or mobile1", Some(r#""13800000000""#)),
        ("fax or tel", Some(r#""""#)),
        ("fax", None),
        ("fax.area.code", None),
        ("null_field", None),
        ("amount", Some("99.50")),
        ("big", Some("12345678901234567890123456789012345.6")),
        ("单位", Some(r#""箱""#)),
        ("owner.name ~ '-' ~ count", Some(r#""张三-3""#)),
        ("owner", Some(r#"{"name":"张三","id":"1000"}"#)),
        ("record.owner['id']", Some(r#""1000""#)),
        ("tags[0]", Some(r#""vip""#)),
        ("tags[1:]", Some(r#"["华东"]"#)),
        ("amount if count > 2 else 0", Some("99.50")),
        ("10.10", Some("10.10")),
        ("-1.50", Some("-1.50")),
        ("mul(amount, count)", Some("298.50")),
        ("name | upper | length", Some("4")),
        ("length(name) + 1", Some("5")),
        ("{'a': amount, 'b': [fax]}", Some(r#"{"a":99.50,"b":[null]}"#)),
        ("sum(lines, 'qty')", Some("3.5")),
        ("'引号\\'和\\\\反斜线\\n'", Some(r#""引号'和\\反斜线\n""#)),
    ] {
        assert_eq!(run(text).unwrap().as_deref(), expected, "{text}");
    }
}

#[test]
fn conditions_compare_by_value() {
    for (text, expected) in [
        ("life_status == 'normal'", true),
        ("amount == 99.5", true),
        ("amount == 99.500", true),
        ("amount > 99.49 and amount < 100", true),
        ("90 < amount <= 99.5", true),
        ("amount != 99.5", false),
        ("count == 3.0", true),
        ("big > 1", true),
        ("count == '3'", false),
        ("zero", false),
        ("not zero", true),
        ("fax == none", true),
        ("fax == ''", false),
        ("fax is defined", false),
        ("tel is blank", true),
        ("tel is not blank", false),
        ("'vip' in tags", true),
        ("99.50 in [1, 99.5]", true),
        ("'x' not in tags", true),
        ("'启明' in name", true),
        ("tags == ['vip', '华东']", true),
        ("life_status in ['normal', 'ineffective'] and not fax", true),
    ] {
        let record = json::read(RECORD).unwrap();
        let expression = Expression::compile(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        assert_eq!(expression.holds(Scope { record: &record, line: None }), Ok(expected), "{text}");
    }
}

#[test]
fn what_has_no_answer_is_an_error_with_a_cause() {
    for (text, code) in [
        ("fax > 1", "mapping.compare_absent"),
        ("name > 1", "mapping.not_comparable"),
        ("name ~ fax", "mapping.concat_absent"),
        ("upper(owner)", "mapping.argument_not_text"),
        (
            "replace(replace(replace(pad('', 9000, 'a'), 'a', pad('', 9000, 'b')), 'b', 'cc'), 'c', 'dd')",
            "mapping.result_too_large",
        ),
    ] {
        assert_eq!(run(text).unwrap_err().code, code, "{text}");
    }
}

#[test]
fn mistakes_are_found_when_compiling_with_their_place() {
    for (text, code, at) in [
        ("amount * count", "mapping.arithmetic_operator", (1, 1)),
        ("1 +\n amount", "mapping.arithmetic_operator", (1, 1)),
        ("-amount", "mapping.arithmetic_operator", (1, 1)),
        ("4 / 2", "mapping.arithmetic_operator", (1, 1)),
        ("'x' * 99999999", "mapping.arithmetic_operator", (1, 1)),
        ("uper(name)", "mapping.unknown_function_near", (1, 1)),
        ("range(100000)", "mapping.unknown_function", (1, 1)),
        ("name | nosuchthing", "mapping.unknown_function", (1, 8)),
        ("name.upper()", "mapping.method_call", (1, 5)),
        ("upper()", "mapping.argument_count", (1, 1)),
        ("pad(name, width=3)", "mapping.argument_by_name", (1, 1)),
        ("name is even", "mapping.unknown_word", (1, 9)),
        ("length(record)", "mapping.whole_record", (1, 8)),
        ("lookup(name, tel)", "mapping.lookup_name_not_written", (1, 1)),
        ("tel or", "mapping.expression_broken", (1, 5)),
        ("客户 or )", "mapping.expression_broken", (1, 7)),
    ] {
        let mistakes = Expression::compile(text).unwrap_err();
        let found: Vec<_> = mistakes.iter().map(|(at, cause)| (&*cause.code, *at)).collect();
        assert_eq!(found, [(code, at)], "{text}");
    }
}

#[test]
fn an_expression_knows_the_fields_it_reads() {
    let reads = |text: &str| Expression::compile(text).unwrap().reads().clone();
    let names = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect();
    assert_eq!(reads("tel or owner.mobile or upper(record.code)").fields, names(&["owner", "tel"]));
    assert_eq!(reads("tel or record['单位'].name").record, names(&["单位"]));
}

#[test]
fn a_line_reads_its_own_fields_and_reaches_the_record() {
    let record = json::read(RECORD).unwrap();
    let line = json::read(r#"{"qty": 2.5, "price": 4}"#).unwrap();
    let expression =
        Expression::compile("record.record_no ~ '-' ~ line_number ~ ':' ~ mul(qty, price)").unwrap();
    let value = expression.value(Scope { record: &record, line: Some((&line, 2)) }).unwrap().unwrap();
    assert_eq!(value.as_text(), Some("R1-2:10.0"));
}

#[test]
fn an_expression_too_long_or_too_deep_is_refused() {
    let refused =
        |text: &str| Expression::compile(text).map(|_| ()).map_err(|mistakes| mistakes[0].1.code.clone());
    assert_eq!(refused(&format!("name{}", " ~ name".repeat(90))), Ok(()));
    assert_eq!(refused(&format!("{}name{}", "upper(".repeat(90), ")".repeat(90))), Ok(()));
    for text in ["name ~ ", "not ", "1 + ", "a or ", "a if b else "] {
        let chain = format!("{}1", text.repeat(8000 / text.len()));
        assert_eq!(refused(&chain), Err("mapping.expression_too_deep".into()), "{text}");
    }
    // The middle of a chain of comparisons is written twice.
    let nested = format!("{}1{}", "1 < (".repeat(60), ") < 1".repeat(60));
    assert_eq!(refused(&nested), Err("mapping.expression_too_deep".into()));
    assert_eq!(refused(&format!("{}1", "1 < ".repeat(1000))), Ok(()));
    assert_eq!(refused(&"(".repeat(5000)), Err("mapping.expression_broken".into()));
    assert_eq!(refused(&"name ~ ".repeat(2000)), Err("mapping.expression_too_long".into()));
}

#[test]
fn work_inside_one_expression_is_bounded() {
    let many = format!("[{}]", "length(name), ".repeat(500));
    assert!(run(&many).is_ok());
}
