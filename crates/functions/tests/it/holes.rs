//! Every way that was found by which a script could go on for ever or eat everything: each is stopped, by its own limit,
//! and the next call is served.

use std::time::Duration;

use crate::ground::Ground;

async fn check(rows: &[(&str, &[&str])]) {
    let mut ground = Ground::inline();
    // What is stopped by memory must not be stopped by time first, on however slow a machine.
    ground.limits.processor = Duration::from_millis(200);
    for (body, codes) in rows {
        let code = ground.code(body).await;
        assert!(codes.contains(&code.as_str()), "{body}: {code}");
        assert_eq!(ground.code("return { 好: 1 };").await, r#"{"好":1}"#, "after {body}");
    }
}

const SLOW: &[&str] = &["function.too_slow", "function.too_slow_somewhere"];
const MEMORY: &[&str] = &["function.too_much_memory"];
const THREW: &[&str] = &["function.threw"];
/// Either limit may be met first.
const EITHER: &[&str] = &["function.too_slow", "function.too_slow_somewhere", "function.too_much_memory"];

#[tokio::test]
async fn what_never_ends_is_stopped() {
    check(&[
        ("while (true) {}", SLOW),
        ("for (;;) { try { while (true) {} } catch (e) {} finally {} }", SLOW),
        ("const f = () => Promise.resolve().then(f); return f();", EITHER),
        ("return (async () => { for (;;) await null; })();", SLOW),
        ("const go = () => { queueMicrotask(go); }; go(); return new Promise(() => {});", SLOW),
        ("return /^(a+)+$/.test('a'.repeat(40) + 'b');", SLOW),
        ("return { v: [].map.call({ length: 4e9 }, x => x) };", EITHER),
        ("return [2, 1].sort(() => { for (;;) {} });", SLOW),
        ("return { get a() { for (;;) {} } };", SLOW),
        ("return { toJSON() { for (;;) {} } };", SLOW),
        ("return { then(f) { for (;;) {} } };", SLOW),
        ("throw { get message() { for (;;) {} } };", &["function.threw_somewhere", "function.too_slow", "function.too_slow_somewhere"]),
        ("let n = 0; for (const x of { [Symbol.iterator]: () => ({ next: () => ({ value: n++, done: false }) }) }) {}", SLOW),
        ("return new Promise(() => {});", &["function.never_ends"]),
    ])
    .await;
}

#[tokio::test]
async fn loops_of_the_engine_over_huge_lists_are_stopped() {
    check(&[
        ("return { v: new Array(1e9) + '' };", THREW),
        ("return { v: new Array(5e7).join('') };", THREW),
        ("return { v: [].join.call({ length: 2 ** 53 - 1 }) };", THREW),
        ("return { v: [].toString.call({ length: 1e9, join: [].join }) };", THREW),
        ("return { v: [].toLocaleString.call({ length: 1e9 }) };", THREW),
        ("const a = []; a.length = 1e9; return { v: a.toLocaleString() };", THREW),
        ("const a = []; a.length = 1e9; return { v: String(a) };", THREW),
        ("const a = []; a.length = 1e9; return { v: `${a}` };", THREW),
        ("const a = []; a.length = 1e9; return { v: a.indexOf(1) };", THREW),
        ("const a = []; a.length = 1e9; return { v: a.includes(1) };", THREW),
        ("const a = []; a.length = 1e9; return { v: a.reverse() };", THREW),
        ("const a = []; a.length = 1e9; return { v: [].concat(a) };", THREW),
        ("const a = []; a.length = 1e9; a.sort(); return {};", THREW),
        ("const a = []; a.length = 1e9; return { v: a.map(x => x) };", EITHER),
        ("const a = []; a.length = 4e9; a.forEach(x => x); return {};", EITHER),
        ("const a = []; a.length = 4e9; return { v: a.find(x => x) };", EITHER),
        (
            "const a = []; a.length = 1e9; return a;",
            &["function.result_too_large", "function.too_slow_somewhere"],
        ),
        ("const a = []; a.length = 1e9; return { v: [...a] };", EITHER),
        ("const a = []; a.length = 1e9; return { v: JSON.stringify(a) };", EITHER),
        ("return Array.from({ length: 1e9 });", THREW),
        ("return Object.keys('x'.repeat(3e6));", EITHER),
        ("return new Array(1e9);", THREW),
        ("return Array(1e9);", THREW),
    ])
    .await;
}

#[tokio::test]
async fn what_eats_memory_is_stopped() {
    check(&[
        ("const a = []; for (;;) a.push('桥'.repeat(1000) + a.length);", MEMORY),
        ("let s = 'x'; for (;;) s += s;", &["function.too_much_memory", "function.threw"]),
        ("return { v: 'x'.repeat(1e9) };", &["function.too_much_memory", "function.threw"]),
        ("return { v: 'x'.padStart(1e9) };", &["function.too_much_memory", "function.threw"]),
        ("let a = []; for (let n = 0; n < 40; n++) a = [a, a]; return { v: JSON.stringify(a) };", EITHER),
        ("let a = []; for (let n = 0; n < 40; n++) a = [a, a]; return { v: a };", EITHER),
        ("let a = []; for (let n = 0; n < 40; n++) a = [a, a]; return { v: String(a) };", EITHER),
        ("let a = []; for (let n = 0; n < 40; n++) a = [a, a]; return { v: a.flat(Infinity) };", EITHER),
        ("const a = 'a'.repeat(1e7); return { v: a.indexOf(a.slice(5e6) + 'b') };", THREW),
        ("const a = 'a'.repeat(1e7); return { v: a.split(a.slice(5e6) + 'b') };", THREW),
        ("const m = new Map(); for (let n = 0; ; n++) m.set(n, n);", EITHER),
        ("const f = (n) => f(n + 1) + 1; return { v: f(0) };", &["function.too_deep"]),
        ("let a = {}; a.a = a; return a;", &["function.result_deep"]),
        ("let a = {}; a.a = a; return { v: JSON.stringify(a) };", &["function.failed"]),
        (
            "let a = []; for (let n = 0; n < 1e5; n++) a = [a]; return { v: a };",
            &["function.too_deep", "function.result_deep"],
        ),
        ("return { v: JSON.parse('['.repeat(1e5)) };", &["function.too_deep", "function.threw"]),
        ("return { v: new RegExp('('.repeat(1e5)) };", &["function.too_deep", "function.threw"]),
    ])
    .await;
}

#[tokio::test]
async fn there_is_no_bigint_to_calculate_with() {
    let ground = Ground::inline();
    assert_eq!(ground.value("typeof BigInt").await.as_deref(), Ok("\"undefined\""));
    assert_eq!(ground.code("return { v: 10n };").await, "function.result_kind");
    // Literals are of the language; the engine bounds their size, so that each step of this ends.
    let mut ground = Ground::inline();
    ground.limits.processor = Duration::from_millis(100);
    let code = ground.code("let x = 3n; for (;;) x = x * x;").await;
    assert!(
        ["function.threw", "function.too_slow", "function.too_much_memory"].contains(&code.as_str()),
        "{code}"
    );
}

#[tokio::test]
async fn an_endless_loop_can_catch_nothing() {
    let ground = Ground::inline();
    let caught =
        "try { for (;;) {} } catch (e) { qiao.log('caught') } finally { qiao.log('finally') } return {};";
    assert_eq!(ground.code(caught).await, "function.too_slow");
    assert!(ground.host.log.lock().unwrap().is_empty());
}

/// The engine does not note where in a loop it stands: the innermost function is named by the line where it begins.
#[tokio::test]
async fn what_is_stopped_names_its_function_and_limit() {
    let ground = Ground::inline();
    let text = "const a = 1;\n\nfunction 合计(行) {\n  let n = 0;\n  while (true) n++;\n}\nfunction main(input) {\n  合计();\n}";
    let fault = ground.record(text, "{}").await.unwrap_err();
    assert_eq!(fault.place.map(|place| place.line), Some(3), "{fault:?}");
    assert_eq!((fault.cause.param("line"), fault.cause.param("limit")), (Some("3"), Some("50")));
}
