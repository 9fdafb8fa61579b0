//! The pages of `docs/reference/`, made from what they describe. Tests hold them to the files; `UPDATE_GOLDEN=1` writes
//! them anew.

mod command_line;
mod connectors;
mod errors;
mod functions;
mod stand_ins;

/// Every page: its file below `docs/reference/`, and its text.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("cli.md", command_line::page()),
        ("errors.md", errors::page()),
        ("connectors.md", connectors::page()),
        ("functions.md", functions::page()),
        ("sandbox.md", stand_ins::page()),
        ("openapi.json", format!("{}\n", api::description())),
        ("schema/flow.json", schema("flow")),
        ("schema/connection.json", schema("connection")),
        ("schema/object.json", schema("object")),
        ("schema/values.json", schema("values")),
        ("schema/environment.json", schema("environment")),
        ("schema/alerts.json", schema("alerts")),
        ("schema/tests.json", schema("tests")),
    ]
}

fn schema(kind: &str) -> String {
    crate::schema::of(kind).as_ref().map(crate::schema::text).unwrap_or_default()
}
