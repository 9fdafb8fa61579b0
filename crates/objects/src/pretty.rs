//! JSON for people: two spaces for each level, members in their order, numbers as they are, Chinese unescaped.

use model::{Value, json};

/// The value over several lines, without a line end at its end.
pub(crate) fn write(value: &Value) -> String {
    let mut out = String::new();
    append(&mut out, value, 0);
    out
}

fn append(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::List(list) if !list.is_empty() && list.iter().all(|member| member.plain().is_some()) => {
            out.push('[');
            for (n, member) in list.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                json::write_to(out, member);
            }
            out.push(']');
        }
        Value::List(list) if !list.is_empty() => {
            let members = list.iter().map(|member| (None, member));
            members_in(out, ('[', ']'), members, depth);
        }
        Value::Map(map) if !map.is_empty() => {
            let members = map.iter().map(|(name, member)| (Some(name), member));
            members_in(out, ('{', '}'), members, depth);
        }
        scalar => json::write_to(out, scalar),
    }
}

fn members_in<'v>(
    out: &mut String,
    (open, close): (char, char),
    members: impl Iterator<Item = (Option<&'v str>, &'v Value<'v>)>,
    depth: usize,
) {
    out.push(open);
    for (n, (name, member)) in members.enumerate() {
        out.push_str(if n > 0 { ",\n" } else { "\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            json::write_to(out, &Value::from(name));
            out.push_str(": ");
        }
        append(out, member, depth + 1);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_for_people() {
        let value = json::read(r#"{"名称":"华桥","价":[1.50,2],"行":[{"a":null},{}],"空":[]}"#).unwrap();
        let expected = "{\n  \"名称\": \"华桥\",\n  \"价\": [1.50, 2],\n  \"行\": [\n    {\n      \"a\": null\n    },\n    {}\n  ],\n  \"空\": []\n}";
        assert_eq!(write(&value), expected);
    }
}
