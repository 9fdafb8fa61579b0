//! References and combined schemas of an OpenAPI document, made one.

use model::{Cause, Map, Value};

/// So many references may lead to each other, so deep may schemas stand inside each other.
pub(super) const MAX_DEPTH: usize = 32;

/// What a reference leads to; a value without `$ref` is itself.
///
/// # Errors
/// `objects.openapi.outside` for a reference that leaves the document, `objects.openapi.dangling` for one that leads
/// nowhere or in a circle.
pub(super) fn resolve<'d>(root: &'d Value<'d>, from: &'d Value<'d>) -> Result<&'d Value<'d>, Cause> {
    let mut value = from;
    for _ in 0..MAX_DEPTH {
        let Some(reference) = reference(value) else { return Ok(value) };
        let Some(pointer) = reference.strip_prefix('#') else {
            return Err(Cause::new("objects.openapi.outside").with("reference", reference));
        };
        let found = follow(root, pointer);
        value = found.ok_or_else(|| Cause::new("objects.openapi.dangling").with("reference", reference))?;
    }
    Err(Cause::new("objects.openapi.dangling").with("reference", reference(from).unwrap_or("?")))
}

pub(super) fn reference<'v>(value: &'v Value) -> Option<&'v str> {
    value.get("$ref").and_then(Value::as_text)
}

/// A JSON pointer in a URI fragment.
fn follow<'d>(root: &'d Value<'d>, pointer: &str) -> Option<&'d Value<'d>> {
    if pointer.is_empty() {
        return Some(root);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(root, |value, part| {
        let name = percent_decoded(part)?.replace("~1", "/").replace("~0", "~");
        match value {
            Value::List(list) => list.get(name.parse::<usize>().ok()?),
            value => value.get(&name),
        }
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A schema with what its references and its `allOf` add, and the first way of a `oneOf` or `anyOf` that is not null.
#[derive(Debug, Default)]
pub(super) struct Schema<'d> {
    pub properties: Vec<(&'d str, &'d Value<'d>)>,
    pub required: Vec<&'d str>,
    /// Everything else, the outermost first.
    members: Vec<&'d Map<'d>>,
    /// The schemas that this one is part of, itself the last, so that a circle is seen.
    pub trail: Vec<&'d Value<'d>>,
    /// Whether one of several ways was taken.
    pub chose: bool,
}

impl<'d> Schema<'d> {
    pub fn of(
        root: &'d Value<'d>,
        schema: &'d Value<'d>,
        trail: &[&'d Value<'d>],
    ) -> Result<Schema<'d>, Cause> {
        let mut whole = Schema { trail: trail.to_vec(), ..Schema::default() };
        whole.trail.push(resolve(root, schema)?);
        whole.add(root, schema, 0)?;
        Ok(whole)
    }

    fn add(&mut self, root: &'d Value<'d>, schema: &'d Value<'d>, depth: usize) -> Result<(), Cause> {
        if depth > MAX_DEPTH {
            return Err(Cause::new("objects.openapi.dangling")
                .with("reference", reference(schema).unwrap_or("allOf")));
        }
        // In 3.1 a reference may have neighbours that say more.
        if reference(schema).is_some()
            && let Some(map) = schema.as_map()
        {
            self.members.push(map);
            self.required.extend(texts(map.get("required")));
        }
        let Some(map) = resolve(root, schema)?.as_map() else { return Ok(()) };
        self.members.push(map);
        self.properties.extend(map.get("properties").and_then(Value::as_map).into_iter().flat_map(Map::iter));
        self.required.extend(texts(map.get("required")));
        for part in map.get("allOf").and_then(Value::as_list).unwrap_or_default() {
            self.add(root, part, depth + 1)?;
        }
        let ways = ["oneOf", "anyOf"].iter().find_map(|key| map.get(key)).and_then(Value::as_list);
        let mut ways = ways.unwrap_or_default().iter().filter(|way| !is_null(way));
        // Ways that are constants are options, not shapes.
        if let Some(first) = ways.next().filter(|way| way.get("const").is_none()) {
            self.chose |= ways.next().is_some();
            self.add(root, first, depth + 1)?;
        }
        Ok(())
    }

    /// Whether what this leads to is a schema that this one is part of.
    pub fn is_within(&self, root: &'d Value<'d>, schema: &'d Value<'d>) -> Result<bool, Cause> {
        let meant = resolve(root, schema)?;
        Ok(self.trail.iter().any(|outer| std::ptr::eq(*outer, meant)))
    }

    /// The outermost that says it.
    pub fn get(&self, key: &str) -> Option<&'d Value<'d>> {
        self.members.iter().find_map(|map| map.get(key))
    }

    pub fn text(&self, key: &str) -> Option<&'d str> {
        self.get(key).and_then(Value::as_text)
    }

    /// The type, without `null`; guessed from what else there is where it is not said.
    pub fn kind(&self) -> &'d str {
        let said = self.get("type").and_then(|kind| match kind {
            Value::List(_) => texts(Some(kind)).find(|kind| *kind != "null"),
            kind => kind.as_text(),
        });
        match said {
            Some(kind) => kind,
            None if !self.properties.is_empty() => "object",
            None if self.get("items").is_some() => "array",
            None => "string",
        }
    }
}

pub(super) fn texts<'d>(value: Option<&'d Value<'d>>) -> impl Iterator<Item = &'d str> {
    value.and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_text)
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_text) == Some("null")
}
