//! What holds for any value and any text.

use proptest::prelude::*;

use super::*;

fn value() -> impl Strategy<Value = Value<'static>> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,25})([.][0-9]{1,20})?([eE][+-]?[0-9]{1,4})?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|text| Value::Number(Number::parse(text).expect("in JSON's grammar"))),
        "\\PC{0,12}".prop_map(Value::from),
        "[\"\\\\/\u{0}-\u{1f}桥🚚]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map("[a-z客户\"]{0,4}", inner, 0..6).prop_map(|map| Value::Map(
                map.into_iter().map(|(name, value)| (name.into(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_the_very_same_value(value in value()) {
        let text = write(&value);
        let again = read(&text).expect("what we write is JSON");
        prop_assert_eq!(&again, &value);
        prop_assert_eq!(write(&again), text);
    }

    #[test]
    fn we_take_what_serde_json_takes_and_refuse_what_it_refuses(text in "[\\[\\]{}:,\"0-9.eE+a \\\\/untrfals-]{0,24}") {
        let (ours, theirs) = (read(&text), serde_json::from_str::<serde_json::Value>(&text));
        match (&ours, &theirs) {
            (Ok(_), Ok(_)) => {}
            (Err(error), Ok(_)) => {
                let duplicate = matches!(error.kind, JsonErrorKind::DuplicateName(_));
                prop_assert!(duplicate, "{text}: {error}");
            }
            (Err(_), Err(_)) => {}
            // serde_json has no room for 1e999; we have.
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range"), "{text}: {error}"),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = read_bytes(&bytes) {
            prop_assert!(error.line >= 1 && error.column >= 1 && error.offset <= bytes.len());
        }
    }

    #[test]
    fn a_borrowed_and_an_owned_value_are_the_same(value in value()) {
        prop_assert_eq!(&value.borrow().into_owned(), &value);
        prop_assert_eq!(crate::Hash::of(&value.borrow()), crate::Hash::of(&value));
    }
}
