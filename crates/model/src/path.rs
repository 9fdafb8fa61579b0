//! Dotted paths into a value: `FCreateOrgId.FNumber`, `details.0.price`.

use std::fmt;

use crate::{Map, Value};

/// Where a field is inside a document. A segment that is a whole number points into a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Box<str>);

impl Path {
    /// Takes a dotted path. `None` when a segment is empty.
    pub fn parse(text: &str) -> Option<Path> {
        (!text.is_empty() && text.split('.').all(|segment| !segment.trim().is_empty()))
            .then(|| Path(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// The first segment: the field of the document that holds all the rest.
    pub fn first(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// The value at this path, or `None` where a segment is absent. A present null is `Some`.
    pub fn find<'v, 'a>(&self, value: &'v Value<'a>) -> Option<&'v Value<'a>> {
        self.segments().try_fold(value, |value, segment| match value {
            Value::Map(map) => map.get(segment),
            Value::List(list) => list.get(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Sets the value at this path, making the maps on the way. A scalar on the way is replaced by a map.
    pub fn set<'a>(&self, document: &mut Map<'a>, value: Value<'a>) {
        set_below(document, &self.0, value);
    }
}

fn set_below<'a>(map: &mut Map<'a>, path: &str, value: Value<'a>) {
    let Some((first, rest)) = path.split_once('.') else {
        map.set(path.to_owned(), value);
        return;
    };
    if !matches!(map.get(first), Some(Value::Map(_))) {
        map.set(first.to_owned(), Map::new());
    }
    if let Some(Value::Map(inner)) = map.get_mut(first) {
        set_below(inner, rest, value);
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_and_sets_below_maps() {
        let mut document = Map::new();
        Path::parse("FCreateOrgId.FNumber").unwrap().set(&mut document, "603".into());
        Path::parse("FName").unwrap().set(&mut document, "桥梁公司".into());
        let document = Value::Map(document);
        assert_eq!(crate::json::write(&document), r#"{"FCreateOrgId":{"FNumber":"603"},"FName":"桥梁公司"}"#);
        assert_eq!(Path::parse("FCreateOrgId.FNumber").unwrap().find(&document), Some(&"603".into()));
        assert_eq!(Path::parse("FCreateOrgId.FName").unwrap().find(&document), None);
    }

    #[test]
    fn an_empty_segment_is_no_path() {
        for text in ["", ".", "a..b", "a."] {
            assert!(Path::parse(text).is_none(), "{text}");
        }
    }
}
