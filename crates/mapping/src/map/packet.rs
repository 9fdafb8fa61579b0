//! The packet that fills creates: a complete document in which the mapped fields are laid over the flow's own.

use model::{Map, Value};

use crate::compile::{Compiled, Origin};

impl Compiled {
    /// The complete document for a create: the packet with the mapped fields laid over it. Mapped fields win, maps are
    /// merged, lists replaced; where the packet's list is one template row, each mapped line is laid over that row.
    pub fn create_document<'r>(&'r self, mapped: &'r Map<'r>) -> Map<'r> {
        let Some(base) = &self.flow().base else { return mapped.borrow() };
        let mut document = base.borrow();
        for rule in &self.rules {
            // The row of a list that is mapped is a template: without lines nothing of it is sent.
            if matches!(rule.origin, Origin::Lines { .. }) && find(mapped, &rule.to).is_none() {
                remove(&mut document, &rule.to);
            }
        }
        lay_over(&mut document, mapped);
        document
    }
}

fn find<'m, 'r>(map: &'m Map<'r>, to: &[Box<str>]) -> Option<&'m Value<'r>> {
    let (first, rest) = to.split_first()?;
    let found = map.get(first)?;
    if rest.is_empty() { Some(found) } else { find(found.as_map()?, rest) }
}

fn remove(map: &mut Map, to: &[Box<str>]) {
    match to {
        [] => {}
        [last] => {
            map.remove(last);
        }
        [first, rest @ ..] => {
            if let Some(Value::Map(inner)) = map.get_mut(first) {
                remove(inner, rest);
            }
        }
    }
}

fn lay_over<'r>(under: &mut Map<'r>, over: &'r Map<'r>) {
    for (name, value) in over.iter() {
        match (under.get_mut(name), value) {
            (Some(Value::Map(inner)), Value::Map(value)) => lay_over(inner, value),
            (Some(Value::List(rows)), Value::List(lines)) => match rows.as_slice() {
                [Value::Map(template)] if lines.iter().all(|line| line.as_map().is_some()) => {
                    *rows = lines.iter().map(|line| over_template(template, line)).collect();
                }
                _ => *rows = lines.iter().map(Value::borrow).collect(),
            },
            (Some(place), value) => *place = value.borrow(),
            (None, value) => under.push(name.to_owned(), value.borrow()),
        }
    }
}

fn over_template<'r>(template: &Map<'r>, line: &'r Value<'r>) -> Value<'r> {
    let mut row = template.clone();
    if let Some(line) = line.as_map() {
        lay_over(&mut row, line);
    }
    Value::Map(row)
}
