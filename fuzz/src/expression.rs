//! Expressions: whatever is typed into a mapping is refused with a place, or runs over any record without a panic.

use std::sync::LazyLock;

use mapping::{Compiled, NoFiles, Resolve, Text};
use model::flow::{Flow, From, Located, Reference, ValueMap};
use model::{Value, json};

use crate::words;

/// A flow with one expression as its scope and one in its mapping.
static FLOW: LazyLock<Flow> = LazyLock::new(|| {
    let text = "kind: flow\nname: customers\nsource: { connection: crm, object: AccountObj }\n\
                target: { connection: erp, object: BD_Customer, key: FName }\n\
                scope: a\nmap: { FName: { expr: a } }\n";
    match mapping::read(text, &NoFiles) {
        Ok(Text::Flow(flow)) => flow,
        other => panic!("no flow: {other:?}"),
    }
});

/// A customer as the CRM has it, and values of every kind under short names.
static RECORD: LazyLock<Value<'static>> = LazyLock::new(|| {
    let text = r#"{"name":"上海启明机械有限公司","account_no":"C-0001","owner":["1000"],"amount":12.50,
        "create_time":1780276364000,"a":1,"b":"2026-06-01 09:12:44","c":[{"d":"桥","n":1.10},{"d":null,"n":"2"}],
        "e":{"FNumber":"603","f":[]},"g":null,"h":" ","t":true,"z":99999999999999999999.000000000000000001}"#;
    json::read(text).expect("it is JSON").into_owned()
});

/// No links, so that references stay open.
pub struct Unlinked;

impl Resolve for Unlinked {
    fn reference(&self, _reference: &Reference, _id: &str) -> Option<Value<'static>> {
        None
    }
}

/// A value map under whatever name.
pub fn any_values(_name: &str) -> Option<ValueMap> {
    let pairs = vec![("1".to_owned(), Value::from("直销")), ("2".to_owned(), Value::Null)];
    Some(ValueMap { pairs, otherwise: Some(Value::from("其他")), ..ValueMap::default() })
}

/// # Panics
/// When an expression that is typed passes the check and does not compile in a flow or the other way round, when a
/// mistake has no place or no words, or when the same record gives two results.
pub fn expression(input: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(input).ok()?;
    let checked = mapping::check_expression(text);
    let compiled = mapping::compile(with(text), &any_values);
    let findings = checked.as_ref().err().into_iter().chain(compiled.as_ref().err()).flatten();
    for finding in findings {
        assert!(finding.at.0 >= 1 && finding.at.1 >= 1, "{finding:?}");
        words::told(&finding.cause);
    }
    assert_eq!(checked.is_ok(), compiled.is_ok(), "{checked:?}");
    if let Ok(compiled) = compiled {
        run(&compiled, &RECORD);
    }
    Some(())
}

fn with(text: &str) -> Flow {
    let expression = Located { value: text.to_owned(), at: (1, 1) };
    let mut flow = FLOW.clone();
    flow.map[0].from = From::Expression(expression.clone());
    flow.scope = Some(expression);
    flow
}

/// Maps a record twice; the results are one and the same, and JSON.
pub fn run(compiled: &Compiled, record: &Value<'_>) {
    let (scope, mapped) = (compiled.scope(record), compiled.map(record, &Unlinked));
    assert_eq!((&scope, &mapped), (&compiled.scope(record), &compiled.map(record, &Unlinked)));
    scope.err().iter().chain(&mapped.problems).for_each(words::told);
    let created = compiled.create_document(&mapped.document);
    for document in [&mapped.document, &mapped.later, &created] {
        let document = Value::Map(document.borrow());
        assert_eq!(json::read(&json::write(&document)).as_ref(), Ok(&document));
    }
}
