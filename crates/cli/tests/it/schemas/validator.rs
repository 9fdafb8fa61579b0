//! A validator of the part of JSON Schema (draft 7) that the schemas of texts use. It refuses a schema with a keyword
//! that it does not know, so that nothing is passed over.
//!
//! There are whole validators: the one that is well kept brings 26 crates, the light one doubles crates of ours and has
//! not moved for two years. The schemas are held to the drafts' own meta-schema by editors.

use regex::Regex;
use serde_json::{Map, Value};

/// Keywords that say something to people and nothing to a validator.
const SAID: &[&str] = &["$schema", "title", "description", "examples", "default", "definitions"];

/// Whether a schema takes a value; if not, where and why.
pub fn validate(schema: &Value, value: &Value) -> Result<(), String> {
    Validator { root: schema }.check(schema, value)
}

struct Validator<'s> {
    root: &'s Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        if let Value::Bool(taken) = schema {
            return said(*taken, value, "nothing is taken here");
        }
        let keywords = schema.as_object().expect("a schema is a map or a truth");
        for (keyword, wanted) in keywords {
            self.keyword(keywords, keyword, wanted, value)?;
        }
        Ok(())
    }

    fn keyword(
        &self,
        all: &Map<String, Value>,
        keyword: &str,
        wanted: &Value,
        value: &Value,
    ) -> Result<(), String> {
        match keyword {
            _ if SAID.contains(&keyword) => Ok(()),
            "const" => said(wanted == value, value, wanted),
            "enum" => said(list(wanted).contains(value), value, wanted),
            "type" => said(is_of_type(wanted, value), value, wanted),
            "pattern" => said(value.as_str().is_none_or(|text| matches(wanted, text)), value, wanted),
            "$ref" => {
                let place = wanted.as_str().and_then(|place| place.strip_prefix('#')).expect("a place");
                self.check(self.root.pointer(place).expect("a definition"), value)
            }
            "allOf" => list(wanted).iter().try_for_each(|schema| self.check(schema, value)),
            "anyOf" => said(self.how_many(wanted, value) > 0, value, "none of the forms it may have"),
            "oneOf" => said(self.how_many(wanted, value) == 1, value, "not exactly one of the forms"),
            "not" => said(self.check(wanted, value).is_err(), value, "a form it must not have"),
            "if" => match (self.check(wanted, value).is_ok(), all.get("then")) {
                (true, Some(then)) => self.check(then, value),
                _ => Ok(()),
            },
            "then" => Ok(()),
            _ => self.members(all, keyword, wanted, value),
        }
    }

    /// Keywords about the members of maps and lists; anything else passes them.
    fn members(
        &self,
        all: &Map<String, Value>,
        keyword: &str,
        wanted: &Value,
        value: &Value,
    ) -> Result<(), String> {
        let nothing = Map::new();
        let map = value.as_object().unwrap_or(&nothing);
        match keyword {
            "items" => value.as_array().into_iter().flatten().try_for_each(|item| self.check(wanted, item)),
            "minProperties" => {
                let enough = !value.is_object() || map.len() as u64 >= wanted.as_u64().expect("a count");
                said(enough, value, "too few members")
            }
            "minItems" => {
                let count = value.as_array().map(|list| list.len() as u64);
                said(
                    count.is_none_or(|count| count >= wanted.as_u64().expect("a count")),
                    value,
                    "too few items",
                )
            }
            "minimum" => said(value.as_i64() >= wanted.as_i64() || !value.is_number(), value, "too small"),
            "maximum" => said(value.as_i64() <= wanted.as_i64() || !value.is_number(), value, "too large"),
            "required" => list(wanted).iter().try_for_each(|name| {
                let name = name.as_str().expect("a name");
                said(!value.is_object() || map.contains_key(name), value, name)
            }),
            "properties" => map.iter().try_for_each(|(name, member)| match wanted.get(name) {
                Some(schema) => self.check(schema, member).map_err(|why| format!("{name}: {why}")),
                None => Ok(()),
            }),
            "additionalProperties" => {
                let known = all.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
                let mut others = map.iter().filter(|(name, _)| !known.contains_key(*name));
                others.try_for_each(|(name, member)| {
                    self.check(wanted, member).map_err(|why| format!("{name}: {why}"))
                })
            }
            "propertyNames" => {
                map.keys().try_for_each(|name| self.check(wanted, &Value::from(name.as_str())))
            }
            "dependencies" => map.keys().try_for_each(|name| match wanted.get(name) {
                Some(names @ Value::Array(_)) => self.members(all, "required", names, value),
                Some(schema) => self.check(schema, value),
                None => Ok(()),
            }),
            unknown => panic!("the schema uses {unknown}, which this validator does not know"),
        }
    }

    fn how_many(&self, schemas: &Value, value: &Value) -> usize {
        list(schemas).iter().filter(|schema| self.check(schema, value).is_ok()).count()
    }
}

fn said(holds: bool, value: &Value, why: impl ToString) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{value} is refused: {}", why.to_string())) }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn is_of_type(wanted: &Value, value: &Value) -> bool {
    let is_it = |name: &Value| match name.as_str().expect("the name of a type") {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        unknown => panic!("there is no type {unknown}"),
    };
    wanted.as_array().map_or_else(|| is_it(wanted), |names| names.iter().any(is_it))
}

fn matches(pattern: &Value, text: &str) -> bool {
    Regex::new(pattern.as_str().expect("a pattern")).expect("a sound pattern").is_match(text)
}
