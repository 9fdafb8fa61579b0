//! Mistakes name their file, line and column, and have sentences; lint finds those that can be found without a call.

use contract::functions::{Function, Functions};
use model::{AnswerClass, Catalogue, Lang};

use crate::ground::Ground;

#[tokio::test]
async fn what_is_thrown_names_its_place() {
    let ground = Ground::inline();
    for (text, code, line, message) in [
        (
            "function main(input) {\n  return input.record.客户.名称;\n}",
            "function.threw",
            Some(2),
            "TypeError",
        ),
        ("function main() {\n\n  throw new Error('缺少订单号');\n}", "function.threw", Some(3), "缺少订单号"),
        ("function main() { throw new Error('一行'); }", "function.threw", Some(1), "一行"),
        (
            "const inner = () => {\n  null.x;\n};\nfunction main() { inner(); }",
            "function.threw",
            Some(2),
            "TypeError",
        ),
        (
            "async function main() {\n  await null;\n  throw new RangeError('后');\n}",
            "function.threw",
            Some(3),
            "RangeError: 后",
        ),
        ("function main() { throw '只有文字'; }", "function.threw_somewhere", None, "只有文字"),
        ("function main() { throw undefined; }", "function.threw_somewhere", None, ""),
        ("function main() {\n  JSON.parse('{');\n}", "function.threw", Some(2), "SyntaxError"),
        ("function main() { undefinedName; }", "function.threw", Some(1), "undefinedName"),
        ("no.such;\nfunction main() {}", "function.threw", Some(1), "ReferenceError"),
        ("function main() {\n  let a = ;\n}", "function.syntax", Some(2), ""),
        ("function main() {\n  if (true) {\n", "function.syntax", Some(2), ""),
        (
            "function main(input, qiao) {\n  return qiao.decimal.add('一', 1);\n}",
            "function.failed",
            Some(2),
            "",
        ),
    ] {
        let fault = ground.record(text, "{}").await.unwrap_err();
        let seen = (&*fault.cause.code, fault.place.map(|place| place.line));
        assert_eq!(seen, (code, line), "{text}: {fault:?}");
        assert_eq!(
            (fault.cause.param("name"), fault.class),
            (Some("functions/试.js"), AnswerClass::Rejected)
        );
        assert!(fault.cause.param("message").unwrap_or_default().contains(message), "{fault:?}");
    }
}

#[tokio::test]
async fn columns_count_what_the_writer_wrote() {
    let ground = Ground::inline();
    let fault = ground.record("function main() { throw new Error('x'); }", "{}").await.unwrap_err();
    let column = fault.place.unwrap().column;
    assert!((18..=35).contains(&column), "{column}");
}

#[tokio::test]
async fn a_long_message_is_cut() {
    let ground = Ground::inline();
    let fault =
        ground.record("function main() { throw new Error('长'.repeat(1e5)); }", "{}").await.unwrap_err();
    assert_eq!(fault.cause.param("message").map(|message| message.chars().count()), Some(501));
}

#[tokio::test]
async fn lint_says_what_is_wrong_without_a_call() {
    let ground = Ground::inline();
    for (text, expected) in [
        ("function main(input, qiao) { return input.record; }", None),
        ("const main = async (input) => input.record;", None),
        ("/* 空 */", Some("function.no_main")),
        ("const main = 1;", Some("function.no_main")),
        ("export default function (input) {}", Some("function.syntax")),
        ("function main( {}", Some("function.syntax")),
        ("while (true) {}\nfunction main() {}", Some("function.too_slow")),
        ("const id = Math.random();\nfunction main() {}", Some("function.failed")),
        ("function main() { while (true) {} }", None),
        ("function main() {}\0", Some("function.text_has_nul")),
        ("\u{feff}function main() {} // 结尾没有换行", None),
    ] {
        let faults = ground.scripts.lint(&Function::new("functions/查.js", text)).await;
        assert_eq!(faults.first().map(|fault| &*fault.cause.code), expected, "{text}: {faults:?}");
    }
    let long = "//".to_owned() + &"x".repeat(600_000);
    let faults = ground.scripts.lint(&Function::new("functions/查.js", long)).await;
    assert_eq!(faults[0].cause.code, "function.text_too_long");
}

#[tokio::test]
async fn every_fault_has_whole_sentences() {
    let ground = Ground::inline();
    let mut catalogue = Catalogue::default();
    catalogue.add(functions::sentences());
    for body in [
        "for (;;) {}",
        "return 1;",
        "throw 1;",
        "null.x;",
        "return { v: 0.1 + 0.2 };",
        "return new Promise(() => {});",
        "return { v: qiao.hex.decode('x') };",
        "const f = () => f(); f();",
        "let s = 'x'; for (;;) s += s;",
    ] {
        let fault =
            ground.record(&format!("function main(input, qiao) {{ {body} }}"), "{}").await.unwrap_err();
        for lang in [Lang::Zh, Lang::En] {
            let text = catalogue.text(&fault.cause, lang);
            assert!(!text.contains('?') && !text.starts_with("function."), "{body}: {text}");
        }
    }
}
