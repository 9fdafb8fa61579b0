//! What `qiao` does for a script.

use crate::ground::Ground;

async fn check(rows: &[(&str, &str)]) {
    let ground = Ground::inline();
    for (expression, expected) in rows {
        let value = match ground.value(expression).await {
            Ok(value) => value,
            Err(fault) => fault.cause.inner().unwrap_or(fault.cause).code.into_owned(),
        };
        assert_eq!(value, *expected, "{expression}");
    }
}

#[tokio::test]
async fn amounts_and_dates() {
    check(&[
        ("qiao.decimal.add('0.1', '0.2')", "\"0.3\""),
        ("qiao.decimal.round(qiao.decimal.div(10, 3), 2)", "\"3.33\""),
        ("qiao.decimal.compare('1.50', 1.5)", "0"),
        ("qiao.decimal.sum([{ 额: '0.10' }, { 额: null }, { 额: '0.20' }], '额')", "\"0.30\""),
        ("qiao.decimal.add('一', 1)", "function.not_decimal"),
        ("qiao.decimal.add(undefined, 1)", "function.decimal_absent"),
        ("qiao.date.now()", "1780276364000"),
        ("qiao.date.format(qiao.date.now())", "\"2026-06-01 09:12:44\""),
        ("qiao.date.format('2026年6月1日', 'yyyyMMdd')", "\"20260601\""),
        ("qiao.date.format(qiao.date.add('2026-01-31', 1, 'months'), 'yyyy-MM-dd')", "\"2026-02-28\""),
        ("qiao.date.parse('2026-06-01 09:12:44', 'UTC')", "1780305164000"),
        ("qiao.date.parse('明天')", "function.threw"),
        ("qiao.date.format('明天')", "function.not_date"),
    ])
    .await;
}

#[tokio::test]
async fn dates_of_the_language_are_chinas_wherever_the_machine_stands() {
    check(&[
        ("Date.now()", "1780276364000"),
        ("new Date().getTime()", "1780276364000"),
        (
            "[new Date().getFullYear(), new Date().getMonth(), new Date().getDate(), new Date().getHours()]",
            "[2026,5,1,9]",
        ),
        ("new Date(2026, 5, 1, 9, 12, 44).getTime()", "1780276364000"),
        ("new Date('2026-06-01 09:12:44').getTime()", "1780276364000"),
        ("new Date('2026-06-01T01:12:44Z').getTime()", "1780276364000"),
        ("new Date(0).getTimezoneOffset()", "-480"),
        ("String(new Date(0))", "\"1970-01-01 08:00:00 +08:00\""),
        ("(d => { d.setHours(0, 0, 0, 0); return d.getTime(); })(new Date())", "1780243200000"),
        ("new Date('x').getTime() !== new Date('x').getTime()", "true"),
        ("new Date() instanceof Date", "true"),
    ])
    .await;
}

#[tokio::test]
async fn texts_bytes_and_digests() {
    check(&[
        ("qiao.text.encode('桥', 'gb18030').hex()", "\"c7c5\""),
        ("qiao.text.decode(qiao.hex.decode('c7c5', 'bytes'), 'gbk')", "\"桥\""),
        ("qiao.base64.encode('桥')", "\"5qGl\""),
        ("qiao.base64.decode('5qGl')", "\"桥\""),
        ("qiao.base64.decode('not base64!')", "function.not_base64"),
        ("qiao.hex.encode('桥')", "\"e6a1a5\""),
        ("qiao.url.encode('a b/桥')", "\"a%20b%2F%E6%A1%A5\""),
        ("qiao.url.query({ 名: '桥 梁', n: 1, none: undefined })", "\"%E5%90%8D=%E6%A1%A5%20%E6%A2%81&n=1\""),
        ("qiao.url.decode('%E6%A1%A5+x')", "\"桥 x\""),
        ("qiao.crypto.md5('abc').toUpperCase()", "\"900150983CD24FB0D6963F7D28E17F72\""),
        ("qiao.crypto.sha1('abc', 'base64')", "\"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\""),
        ("qiao.crypto.sm3('abc').slice(0, 8)", "\"66c7f0f4\""),
        ("qiao.crypto.hmac('sha256', 'Jefe', 'what do ya want for nothing?').slice(0, 8)", "\"5bdcc146\""),
        (
            "qiao.crypto.decrypt({ key: '0123456789abcdef', iv: 'abcdef0123456789', data: qiao.crypto.encrypt({ key: '0123456789abcdef', iv: 'abcdef0123456789', data: '桥梁' }) })",
            "\"桥梁\"",
        ),
        ("qiao.crypto.encrypt({ key: 'short', iv: '0123456789abcdef', data: 'x' })", "function.bad_key"),
        ("qiao.crypto.sha1(undefined)", "function.threw"),
        ("typeof qiao.hex.decode('c7c5', 'bytes') + String(qiao.base64.decode('5qGl', 'bytes'))", "\"object桥\""),
    ])
    .await;
}

#[tokio::test]
async fn xml_both_ways() {
    check(&[
        ("qiao.xml.parse('<a><行>1</行></a>', { lists: ['行'] }).a", r#"{"行":["1"]}"#),
        ("qiao.xml.parse('<s:a xmlns:s=\"u\"><s:b/></s:a>', { prefixes: false })", r#"{"a":{"b":""}}"#),
        ("qiao.xml.parse('<!DOCTYPE a><a/>')", "function.xml_doctype"),
        ("qiao.xml.stringify({ 单: { '@id': 1, 额: qiao.number('2.50'), 行: [1, 2] } }, { declaration: false })", r#""<单 id=\"1\"><额>2.50</额><行>1</行><行>2</行></单>""#),
        ("qiao.xml.stringify([])", "function.not_xml_value"),
    ])
    .await;
}

#[tokio::test]
async fn one_seed_gives_one_history() {
    let text = "function main(input, qiao) { return { a: Math.random() < 1, r: String(Math.random()), u: qiao.uuid(), d: String(new Date()) }; }";
    let (one, other) = (Ground::inline(), Ground::inline());
    let first = one.record(text, "{}").await.unwrap();
    assert_eq!(first, other.record(text, "{}").await.unwrap());
    assert_ne!(first, one.record(text, "{}").await.unwrap());
}
