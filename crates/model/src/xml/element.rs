//! An element while it is read: what stands in it so far.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::TEXT;
use crate::{Map, Value};

/// Beyond so many names a scan for one would be quadratic over the document.
const FEW: usize = 32;

#[derive(Default)]
pub(super) struct Element {
    pub name: String,
    pub is_nil: bool,
    members: Vec<(String, Value<'static>)>,
    /// Where the member of a name is, once there are many.
    places: HashMap<String, usize>,
    text: String,
}

impl Element {
    pub fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    pub fn add_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds what stands in it: the second of a name makes a list of both.
    pub fn add(&mut self, name: String, value: Value<'static>) {
        match self.place(&name) {
            None => self.members.push((name, value)),
            Some(place) => {
                let Some((_, member)) = self.members.get_mut(place) else { return };
                match member {
                    Value::List(list) => list.push(value),
                    one => *one = Value::List(vec![std::mem::take(one), value]),
                }
            }
        }
    }

    /// Where the member of that name is. One that is new is noted to be the next.
    fn place(&mut self, name: &str) -> Option<usize> {
        if self.members.len() < FEW {
            return self.members.iter().position(|(known, _)| known == name);
        }
        if self.places.is_empty() {
            self.places.extend(self.members.iter().enumerate().map(|(n, (name, _))| (name.clone(), n)));
        }
        match self.places.entry(name.to_owned()) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => {
                new.insert(self.members.len());
                None
            }
        }
    }

    pub fn into_value(self) -> Value<'static> {
        if self.is_nil {
            return Value::Null;
        }
        if self.members.is_empty() {
            return Value::from(self.text);
        }
        let mut map: Map<'static> =
            self.members.into_iter().map(|(name, value)| (name.into(), value)).collect();
        if !self.text.trim().is_empty() {
            map.push(TEXT, self.text.trim().to_owned());
        }
        Value::Map(map)
    }
}
