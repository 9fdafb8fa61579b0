//! Finding the schema that is meant in an OpenAPI document.

use model::{Cause, Map, Value};

use super::Wanted;
use super::resolve::resolve;

pub(super) struct Document<'d> {
    pub root: &'d Value<'d>,
}

/// The words that are operations below a path.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// At most so many names are told when one is not found.
const TOLD: usize = 20;

impl<'d> Document<'d> {
    /// # Errors
    /// `objects.openapi.version` for anything but OpenAPI 3.
    pub fn of(root: &'d Value<'d>) -> Result<Document<'d>, Cause> {
        let version = ["openapi", "swagger"].iter().find_map(|key| root.get(key)).and_then(Value::plain);
        match version {
            Some(version) if version.starts_with("3.") => Ok(Document { root }),
            other => {
                let version = other.unwrap_or_else(|| "?".into());
                Err(Cause::new("objects.openapi.version").with("version", version))
            }
        }
    }

    pub fn find(&self, wanted: &Wanted) -> Result<&'d Value<'d>, Cause> {
        match wanted {
            Wanted::Schema(name) => {
                self.schemas().find(|(known, _)| known == name).map(|(_, schema)| schema).ok_or_else(|| {
                    unknown("objects.openapi.no_schema", name, self.schemas().map(|(name, _)| name))
                })
            }
            Wanted::Operation(name) => self.body(name),
            Wanted::Only => {
                let mut schemas = self.schemas();
                match (schemas.next(), schemas.next()) {
                    (Some((_, schema)), None) => Ok(schema),
                    _ => Err(Cause::new("objects.openapi.which")
                        .with("known", list(self.schemas().map(|(name, _)| name)))),
                }
            }
        }
    }

    fn schemas(&self) -> impl Iterator<Item = (&'d str, &'d Value<'d>)> + use<'d> {
        let schemas = self.root.get("components").and_then(|components| components.get("schemas"));
        schemas.and_then(Value::as_map).into_iter().flat_map(Map::iter)
    }

    /// Every operation, as `POST /orders`, with its `operationId` and its content.
    fn operations(&self) -> impl Iterator<Item = (String, Option<&'d str>, &'d Value<'d>)> + use<'d> {
        let paths = self.root.get("paths").and_then(Value::as_map).into_iter().flat_map(Map::iter);
        paths.flat_map(|(path, item)| {
            let members = item.as_map().into_iter().flat_map(Map::iter);
            members.filter(|(method, _)| METHODS.contains(method)).map(move |(method, operation)| {
                let id = operation.get("operationId").and_then(Value::as_text);
                (format!("{} {path}", method.to_uppercase()), id, operation)
            })
        })
    }

    fn body(&self, name: &str) -> Result<&'d Value<'d>, Cause> {
        let is_meant = |(route, id, _): &(String, Option<&str>, &Value)| {
            route.eq_ignore_ascii_case(name) || *id == Some(name)
        };
        let Some((.., operation)) = self.operations().find(is_meant) else {
            let known = self.operations().map(|(route, id, _)| id.map_or(route, str::to_owned));
            return Err(unknown("objects.openapi.no_operation", name, known));
        };
        let no_body = || Cause::new("objects.openapi.no_body").with("name", name);
        let body = resolve(self.root, operation.get("requestBody").ok_or_else(no_body)?)?;
        let content = body.get("content").and_then(Value::as_map).ok_or_else(no_body)?;
        let is_json = |(kind, _): &(&str, &Value)| kind.contains("json");
        let media = content.iter().find(is_json).or_else(|| content.iter().next()).ok_or_else(no_body)?;
        media.1.get("schema").ok_or_else(no_body)
    }
}

fn unknown(code: &'static str, name: &str, known: impl Iterator<Item = impl Into<String>>) -> Cause {
    Cause::new(code).with("name", name).with("known", list(known))
}

fn list(names: impl Iterator<Item = impl Into<String>>) -> String {
    let mut names: Vec<String> = names.map(Into::into).collect();
    if names.len() > TOLD {
        names.truncate(TOLD);
        names.push("…".into());
    }
    match names.is_empty() {
        true => "-".into(),
        false => names.join(", "),
    }
}
