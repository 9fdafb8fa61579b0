//! What holds for any record and any text.

use proptest::prelude::*;

use super::*;

fn number() -> impl Strategy<Value = Value<'static>> {
    let text = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        (any::<i64>(), "[0-9]{1,12}").prop_map(|(n, fraction)| format!("{n}.{fraction}")),
        "-?[1-9][0-9]{0,30}[.][0-9]{1,20}",
        "[1-9]e[+-]?[0-9]{1,3}",
    ];
    text.prop_map(|text| Value::Number(model::Number::parse(text).unwrap()))
}

fn value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number(),
        "[a-zA-Z0-9 ]{0,8}".prop_map(Value::from),
        "[上海启明机械\"\\\\\n]{0,6}".prop_map(Value::from),
        Just(Value::from("1780276364000")),
        Just(Value::from("2026-06-01 09:12:44")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            map_of(inner.boxed()).prop_map(Value::Map),
        ]
    })
}

fn map_of(inner: BoxedStrategy<Value<'static>>) -> impl Strategy<Value = model::Map<'static>> {
    prop::collection::btree_map("[a-f]", inner, 0..6)
        .prop_map(|map| map.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn record() -> impl Strategy<Value = Value<'static>> {
    map_of(value().boxed()).prop_map(Value::Map)
}

/// A flow that has every kind of entry and takes any record.
fn everything() -> Compiled {
    compiled(&flow_text(
        r#"scope: a == 1 or b in [c, "x"] or (d is defined and not e)
base: { FNumber: "0", FLines: [{ T: 1 }] }
map:
  FNumber: { from: a, convert: text }
  FB: { from: b, required: true }
  FC.FD: c.a.b
  FE: { expr: "add(default(a, 0), mul(b, 1.10)) if c else upper(d) ~ e" }
  FF: { from: d, values: customer-type, otherwise: 0 }
  FG: { from: e, reference: AccountObj }
  FH: { from: f, reference: ContactObj, later: true, want: id }
  FM: { from: d, person: erp }
  FO: { from: e, department: erp, otherwise: 无 }
  FI: { from: a, convert: datetime, empty: send }
  FJ: { from: b, convert: [trim, decimal(2)] }
  FK: { expr: "[date(a), round(b, 2), sum(c, 'a'), join(d, ','), lookup('customer-type', e), max(f)]" }
  FLines:
    lines: c
    key: FA
    map: { FA: a, FB: $.a, FN: line_number, FX: { expr: "record.a or substring(a, 1, 2)" } }
"#,
    ))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mapping_never_panics_and_the_same_record_gives_the_same_document(record in record()) {
        let flow = everything();
        let (once, again) = (flow.map(&record, &linked()), flow.map(&record, &linked()));
        prop_assert_eq!(&once, &again);
        prop_assert_eq!(json::write(&Value::Map(once.document.borrow())), json::write(&Value::Map(again.document.borrow())));
        prop_assert_eq!(flow.scope(&record), flow.scope(&record));
        prop_assert_eq!(flow.needs(&record), flow.needs(&record));
        prop_assert_eq!(flow.people(&record), flow.people(&record));
        flow.create_document(&once.document);
        flow.explain(&record, &linked()).text(Lang::Zh, &catalogue());
    }

    #[test]
    fn a_plain_path_gives_the_very_value_of_the_source(value in value(), deep in value()) {
        let flow = compiled(&flow_text("map: { FNumber: a, F.G: b.c, FX: { expr: a } }\n"));
        let record = json::read(&format!(r#"{{"a":{},"b":{{"c":{}}}}}"#, json::write(&value), json::write(&deep))).unwrap().into_owned();
        let mapped = flow.map(&record, &linked());
        let written = json::write(&Value::Map(mapped.document));
        let document = json::read(&written).unwrap();
        for (path, source) in [("FNumber", &value), ("FX", &value), ("F.G", &deep)] {
            let found = model::Path::parse(path).unwrap().find(&document).cloned();
            if source.is_blank() {
                prop_assert_eq!(found, None);
            } else {
                prop_assert_eq!(found, Some(source.clone()), "{}", path);
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}|[a-z{}\\[\\]:,&*!|>'\"#%@` \n-]{0,120}") {
        let _ = mapping::read(&text, &Shelf::default());
        mapping::lint(&text, &Shelf::default(), &customer_types);
        let _ = mapping::samples(&text, None);
    }

    #[test]
    fn no_change_to_a_flow_makes_the_reader_panic(at in 0usize..600, put in "[a-z{}\\[\\]:,'\"\n ()|~+0-9]{0,3}", cut in 0usize..8) {
        let mut text = flow_text("scope: a == 1\nmap:\n  FNumber: { from: a, convert: [trim, upper] }\n  F: { expr: \"upper(b) ~ '-' ~ c\" }\n  L: { lines: d, key: E, map: { E: e, G: { from: g, values: { x: 1 } } } }\nvoid: { do: Forbid }\nretries: { waits: [20s] }\n");
        let at = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((at + cut).min(text.len()));
        text.replace_range(at..end, &put);
        for finding in mapping::lint(&text, &Shelf::default(), &customer_types) {
            prop_assert!(finding.at.0 >= 1 && finding.at.1 >= 1);
            prop_assert!(catalogue().contains(&finding.cause.code), "{}", finding.cause.code);
        }
    }

    #[test]
    fn no_expression_panics(text in "[a-z0-9_ .,'\"()\\[\\]{}+*/~|<>=!-]{0,60}", record in record()) {
        if let Ok(flow) = read_flow(&flow_text(&format!("map: {{ FNumber: {{ expr: {} }} }}\n", json::write(&Value::from(text.clone())))))
            && let Ok(flow) = mapping::compile(flow, &customer_types)
        {
            flow.map(&record, &linked());
        }
    }
}
