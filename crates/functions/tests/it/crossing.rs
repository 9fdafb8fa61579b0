//! How values cross, in both directions.

use crate::ground::Ground;

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let ground = Ground::inline();
    let same = "function main(input) { return input.record; }";
    for (record, back) in [
        (r#"{"名":"桥梁公司","空":null,"真":true,"行":[{"数":1},[]],"层":{"深":"😀"}}"#, None),
        (r#"{"数":10,"负":-3,"零":0}"#, None),
        (r#"{"价":12.50}"#, Some(r#"{"价":"12.50"}"#)),
        (r#"{"号":1234567890123456789}"#, Some(r#"{"号":"1234567890123456789"}"#)),
        (r#"{"指":1e3,"零":-0}"#, Some(r#"{"指":"1e3","零":"-0"}"#)),
        (r#"{"b":1,"a":2,"__proto__":3,"toString":4,"constructor":5}"#, None),
    ] {
        assert_eq!(ground.record(same, record).await.as_deref(), Ok(back.unwrap_or(record)), "{record}");
    }
}

#[tokio::test]
async fn what_scripts_give_is_exact_or_refused() {
    let ground = Ground::inline();
    for (expression, expected) in [
        ("0.1 + 0.2", "function.float"),
        ("2.5 * 2", "5"),
        ("2.5", "2.5"),
        ("2 ** 53", "function.float"),
        ("0 / 0", "function.result_kind"),
        ("1 / 0", "function.result_kind"),
        ("Number('一百')", "function.result_kind"),
        ("undefined", "{}"),
        ("[undefined, null]", "[null,null]"),
        ("new Set([1])", "function.result_kind"),
        ("new Map()", "function.result_kind"),
        ("() => 1", "{}"),
        ("Symbol('x')", "{}"),
        ("'\\ud83d'", "function.result_text"),
        ("new Date(0)", "\"1970-01-01T00:00:00.000Z\""),
        ("qiao.number('12345678901234567890.10')", "12345678901234567890.10"),
        ("qiao.number(0.5)", "0.5"),
        ("qiao.json.stringify({ 额: qiao.number('12.50') })", r#""{\"额\":12.50}""#),
        (
            "qiao.json.parse('{\"额\":12.50,\"数\":3,\"号\":12345678901234567890}')",
            r#"{"额":"12.50","数":3,"号":"12345678901234567890"}"#,
        ),
    ] {
        let value = match ground.value(expression).await {
            Ok(value) => value,
            Err(fault) => fault.cause.code.into_owned(),
        };
        assert_eq!(value, expected, "{expression}");
    }
}

#[tokio::test]
async fn what_is_no_number_is_found_with_its_path() {
    let ground = Ground::inline();
    let text = "function main() { return { 行: [{ 额: Number('一') }] }; }";
    let fault = ground.record(text, "{}").await.unwrap_err();
    let found = (fault.cause.param("path"), fault.cause.param("found"));
    assert_eq!(found, (Some("result.行.0.额"), Some("NaN")));
}

#[tokio::test]
async fn a_result_that_is_too_large_is_refused() {
    let mut ground = Ground::inline();
    ground.limits.result = 1 << 20;
    assert_eq!(ground.code("return { v: 'x'.repeat(2 ** 20) };").await, "function.result_too_large");
}
