//! What was pushed of a record, together with what is known of it.

use model::Map;
use model::object::{Object, Push};

/// The record as it is after the push. A list of lines that came replaces the one that is known, one that did not come
/// leaves it; of the other fields, those that did not come are empty where the object's pushes are full, and as they were
/// where they are partial. A void without content leaves all as it was.
pub(super) fn merged(
    object: &Object,
    known: Option<Map<'static>>,
    came: Map<'static>,
    void: bool,
) -> Map<'static> {
    let Some(mut known) = known else { return came };
    let says_only_which = came.iter().all(|(name, _)| name == object.id);
    if void && says_only_which || object.push == Push::Partial {
        for (name, value) in came {
            known.set(name, value);
        }
        return known;
    }
    let mut merged = came;
    for detail in &object.details {
        if merged.get(&detail.name).is_none()
            && let Some(lines) = known.remove(&detail.name)
        {
            merged.set(detail.name.clone(), lines);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use model::object::{Detail, Field, FieldKind};
    use model::{Value, json};

    use super::*;

    fn field(name: &str) -> Field {
        let (label_zh, label_en) = (name.to_owned(), name.to_owned());
        Field {
            name: name.into(),
            label_zh,
            label_en,
            kind: FieldKind::Text,
            required: false,
            max_length: None,
            personal: false,
        }
    }

    fn order(push: Push) -> Object {
        Object {
            connection: "erp".into(),
            name: "Order".into(),
            code: "Order".into(),
            title_zh: "订单".into(),
            title_en: "Order".into(),
            part: Default::default(),
            id: "billId".into(),
            number: None,
            display: None,
            version: None,
            push,
            void: None,
            fields: ["billId", "客户", "备注"].map(field).into(),
            details: vec![Detail {
                name: "明细".into(),
                title_zh: "明细".into(),
                title_en: "lines".into(),
                id: None,
                fields: vec![field("qty")],
            }],
            hooks: Default::default(),
        }
    }

    fn map(text: &str) -> Map<'static> {
        match json::read(text).unwrap().into_owned() {
            Value::Map(map) => map,
            other => panic!("{other:?}"),
        }
    }

    fn after(push: Push, came: &str, void: bool) -> String {
        let known = r#"{"billId":"1","客户":"商店","备注":"急","明细":[{"qty":"2"}]}"#;
        json::write(&Value::Map(merged(&order(push), Some(map(known)), map(came), void)))
    }

    #[test]
    fn a_push_says_what_is_known_from_now_on() {
        let cases = [
            (
                Push::Full,
                r#"{"billId":"1","客户":"新店"}"#,
                false,
                r#"{"billId":"1","客户":"新店","明细":[{"qty":"2"}]}"#,
            ),
            (Push::Full, r#"{"billId":"1","明细":[]}"#, false, r#"{"billId":"1","明细":[]}"#),
            (Push::Full, r#"{"billId":"1","明细":null}"#, false, r#"{"billId":"1","明细":null}"#),
            (
                Push::Partial,
                r#"{"billId":"1","备注":null}"#,
                false,
                r#"{"billId":"1","客户":"商店","备注":null,"明细":[{"qty":"2"}]}"#,
            ),
            (
                Push::Partial,
                r#"{"billId":"1","明细":[{"qty":"5"}]}"#,
                false,
                r#"{"billId":"1","客户":"商店","备注":"急","明细":[{"qty":"5"}]}"#,
            ),
            (
                Push::Full,
                r#"{"billId":"1"}"#,
                true,
                r#"{"billId":"1","客户":"商店","备注":"急","明细":[{"qty":"2"}]}"#,
            ),
            (Push::Full, r#"{"billId":"1"}"#, false, r#"{"billId":"1","明细":[{"qty":"2"}]}"#),
        ];
        for (push, came, void, wanted) in cases {
            assert_eq!(after(push, came, void), wanted, "{push:?} {came}");
        }
    }

    #[test]
    fn what_is_not_known_is_what_came() {
        let came = map(r#"{"billId":"1","客户":"商店"}"#);
        assert_eq!(merged(&order(Push::Partial), None, came.clone(), false), came);
    }
}
