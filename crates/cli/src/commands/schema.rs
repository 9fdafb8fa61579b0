//! `qiao schema`: the JSON Schema of a kind of texts, for editors.

use clap::Args;
use model::Cause;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::{schema, table};

#[derive(Debug, Args)]
pub struct Options {
    kind: Option<String>,
}

/// Prints one schema as it is, or lists the kinds there are schemas of.
pub fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let Some(kind) = &options.kind else {
        let kinds = schema::KINDS.map(|(kind, files)| json!({ "kind": kind, "files": files }));
        screen.result(&Value::Array(kinds.to_vec()));
        let rows = schema::KINDS.map(|(kind, files)| vec![kind.to_owned(), files.to_owned()]);
        let headings = [screen.words("类别", "kind"), screen.words("文件", "files")];
        screen.line(table::render(&headings, &rows));
        return Ok(Exit::Ok);
    };
    let Some(schema) = schema::of(kind) else {
        let known = schema::KINDS.map(|(kind, _)| kind).join(", ");
        let cause = Cause::new("cli.usage.value_of").with("argument", "KIND").with("value", kind);
        return Err(Failure::new(Exit::Usage, cause.with("valid", known)));
    };
    screen.raw(schema::text(&schema).trim_end());
    Ok(Exit::Ok)
}
