use super::*;

#[test]
fn a_record_survives_reading_and_writing() {
    for text in [
        r#"{"FName":"上海启明机械有限公司","FTEL":"021-5555","额":10.10,"n":12345678901234567890.000000001}"#,
        r#"[1,-2.50,1e3,true,false,null,"",[],{}]"#,
        r#""🚚 已发货""#,
    ] {
        assert_eq!(write(&read(text).unwrap()), text);
    }
}

#[test]
fn strings_without_escapes_are_borrowed() {
    let value = read(r#"["张三","李\n四"]"#).unwrap();
    let list = value.as_list().unwrap();
    assert!(matches!(&list[0], Value::Text(Cow::Borrowed(_))));
    assert!(matches!(&list[1], Value::Text(Cow::Owned(_))));
    assert_eq!(list[1].as_text(), Some("李\n四"));
}

#[test]
fn escapes_are_read() {
    assert_eq!(read(r#""\u5ba2\ud83d\ude9a\/\t""#).unwrap().as_text(), Some("客🚚/\t"));
}

#[test]
fn what_would_change_data_is_refused_with_its_place() {
    let check = |text: &str, kind: JsonErrorKind, line, column| {
        let error = read(text).unwrap_err();
        assert_eq!((error.kind, error.line, error.column), (kind, line, column), "{text}");
    };
    check("", JsonErrorKind::Ended, 1, 1);
    check("{\"a\":1,\n\"a\":2}", JsonErrorKind::DuplicateName("a".into()), 2, 4);
    check("[1,]", JsonErrorKind::Unexpected(']'), 1, 4);
    check("{} x", JsonErrorKind::Unexpected('x'), 1, 4);
    check(r#"["客户" 1]"#, JsonErrorKind::Unexpected('1'), 1, 7);
    check(r#""\ud800""#, JsonErrorKind::BadEscape, 1, 8);
    check("01", JsonErrorKind::Unexpected('1'), 1, 2);
    check("\"a\nb\"", JsonErrorKind::ControlCharacter, 1, 3);
    check("NaN", JsonErrorKind::Unexpected('N'), 1, 1);
}

#[test]
fn depth_is_bounded() {
    let deep = "[".repeat(10_000);
    assert_eq!(read(&deep).unwrap_err().kind, JsonErrorKind::TooDeep);
    let just = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(read(&just).is_ok());
}

#[test]
fn duplicate_names_are_found_in_wide_maps_too() {
    let mut text = String::from("{");
    for n in 0..200 {
        text.push_str(&format!("\"k{n}\":{n},"));
    }
    text.push_str("\"k7\":0}");
    assert_eq!(read(&text).unwrap_err().kind, JsonErrorKind::DuplicateName("k7".into()));
}

#[test]
fn invalid_utf8_is_refused_with_its_place() {
    let error = read_bytes(b"{\"a\":\"\xff\"}").unwrap_err();
    assert_eq!((error.kind, error.offset), (JsonErrorKind::NotUtf8, 6));
}
