//! `qiao object describe`: the API description of an object in force (生成 API).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use model::connection::Connection;
use model::object::Object;
use model::{Cause, ConnectionName, Lang};
use objects::description::{self, Addresses, Erp, Ours, Paths, Success};
use serde_json::json;

use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "CONNECTION/OBJECT")]
    object: String,
    #[arg(long)]
    format: Option<Format>,
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[arg(long, value_name = "ID", default_value = "default")]
    tenant_id: String,
    #[arg(long, value_name = "ID")]
    data_center_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Openapi,
    Markdown,
    Html,
}

impl Format {
    const ALL: [Format; 3] = [Format::Openapi, Format::Markdown, Format::Html];

    fn write(self, object: &Object, addresses: &Addresses, lang: Lang) -> String {
        match self {
            Format::Openapi => description::openapi(object, addresses, lang),
            Format::Markdown => description::markdown(object, addresses, lang),
            Format::Html => description::html(object, addresses, lang),
        }
    }

    /// `SaleOrder.md`, `SaleOrder.en.md`
    fn file(self, object: &Object, lang: Lang) -> String {
        let ending = match self {
            Format::Openapi => "openapi.json",
            Format::Markdown => "md",
            Format::Html => "html",
        };
        format!("{}{}.{ending}", object.name, lang.choose("", ".en"))
    }
}

/// Prints one format, or writes one or all of them into a folder.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let screen = &context.screen;
    let Some((connection, name)) = options.object.split_once('/') else {
        let cause = Cause::new("cli.object.no_name").with("value", &options.object);
        return Err(Failure::new(Exit::Usage, cause));
    };
    let in_force = wire::in_force(&context.settings).await?;
    let Some(line) = in_force.setup.lines.get(&ConnectionName::new(connection)) else {
        let unknown = Cause::new("cli.unknown_connection").with("connection", connection);
        return Err(Failure::configuration(unknown));
    };
    let Some(object) = described(&line.connection, name) else {
        let unknown = Cause::new("cli.object.unknown").with("connection", connection).with("object", name);
        return Err(Failure::configuration(unknown));
    };
    let ours = Ours {
        base: options.address.clone().unwrap_or_else(|| format!("http://{}", context.settings.listen)),
        token: "$TOKEN".into(),
        tenant_id: options.tenant_id.clone(),
        data_center_id: options.data_center_id.clone(),
    };
    let addresses = Addresses { erp: erp(&line.connection, &object), ours };
    let Some(folder) = &options.out else {
        let text = options.format.unwrap_or(Format::Markdown).write(&object, &addresses, screen.lang);
        match screen.json {
            true => screen.result(&json!({ "text": text })),
            false => screen.raw(text.trim_end()),
        }
        return Ok(Exit::Ok);
    };
    let mut written = Vec::new();
    for format in Format::ALL.into_iter().filter(|format| options.format.is_none_or(|only| only == *format)) {
        let path = folder.join(format.file(&object, screen.lang));
        write(&path, &format.write(&object, &addresses, screen.lang))?;
        screen.line(path.display().to_string());
        written.push(path);
    }
    screen.result(&json!({ "written": written }));
    Ok(Exit::Ok)
}

fn described(connection: &Connection, name: &str) -> Option<Arc<Object>> {
    connection.object(name).cloned()
}

/// What the connection says of its ERP (`connectors/standard-erp/connector.yaml`). Nothing secret is among it: tokens and
/// the values of secret headers are variables of the shell.
fn erp(connection: &Connection, object: &Object) -> Erp {
    let text = |name: &str, usual: &str| connection.setting(name).unwrap_or(usual).to_owned();
    let (paths, success) = (Paths::default(), Success::default());
    let first = |codes: String| codes.split(',').next().unwrap_or_default().trim().to_owned();
    let plain = headers(connection.setting("headers").unwrap_or_default());
    let secret = headers(connection.secret("secret_headers").map(model::Secret::reveal).unwrap_or_default());
    let hidden = secret.map(|(name, _)| (name.to_owned(), variable(name)));
    let format = connection.setting("format").and_then(description::Format::of_name).unwrap_or_default();
    Erp {
        base: text("base_url", "http://erp.example.com/path"),
        paths: Paths {
            create: text("create_path", &paths.create),
            update: text("update_path", &paths.update),
            query_batch: text("batch_path", &paths.query_batch),
            query_by_id: text("by_id_path", &paths.query_by_id),
        },
        token: "$ERP_TOKEN".into(),
        headers: plain.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(hidden).collect(),
        success: Success {
            code_name: text("code_name", &success.code_name),
            message_name: text("message_name", &success.message_name),
            data_name: text("data_name", &success.data_name),
            code: first(text("success_code", &success.code)),
        },
        gives_ids: connection.setting("id_by") != Some("caller"),
        void: object.void.clone().or_else(|| {
            let void = connection.setting("void_field").zip(connection.setting("void_value"));
            void.map(|(field, value)| (field.into(), value.into()))
        }),
        format,
        // What it answers is told by what comes, mostly in the form in which it is asked.
        answers: connection.setting("answers").and_then(description::Format::of_name).unwrap_or(format),
    }
}

/// `X-Company: 603; X-Env: test`
fn headers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split([';', '\n']).filter_map(|pair| pair.split_once(':'));
    pairs.map(|(name, value)| (name.trim(), value.trim())).filter(|(name, _)| !name.is_empty())
}

/// `X-Api-Key` is `$ERP_X_API_KEY`.
fn variable(header: &str) -> String {
    let letters =
        header.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("$ERP_{}", letters.collect::<String>())
}

/// A description is derived: a newer one takes the place of an older one.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    fs::write(path, text).map_err(|error| Failure::file(path, &error))
}
