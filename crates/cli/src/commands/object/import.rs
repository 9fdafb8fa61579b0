//! `qiao object import`: an object from an API description or from a spreadsheet.

use std::path::PathBuf;

use clap::Args;
use objects::import::{openapi, sheet};
use serde_json::{Value, json};

use super::naming::{Called, read};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "SCHEMA", conflicts_with = "operation")]
    schema: Option<String>,
    #[arg(long, value_name = "OPERATION")]
    operation: Option<String>,
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    #[command(flatten)]
    called: Called,
}

pub fn run(screen: &Screen, options: &Options) -> Outcome {
    let bytes = read(&options.file)?;
    let naming = options.called.naming();
    if !options.is_sheet(&bytes) {
        let wanted = match (&options.schema, &options.operation) {
            (Some(schema), _) => openapi::Wanted::Schema(schema.clone()),
            (None, Some(operation)) => openapi::Wanted::Operation(operation.clone()),
            (None, None) => openapi::Wanted::Only,
        };
        let drafted = openapi::import(&naming, &bytes, &wanted).map_err(Failure::configuration)?;
        return options.called.tell(screen, &drafted);
    }
    match sheet::import(&naming, &bytes, options.sheet.as_deref()) {
        Ok(drafted) => options.called.tell(screen, &drafted),
        Err(findings) => {
            for cause in &findings {
                screen.line(format!("{}: {}", options.file.display(), screen.sentence(cause)));
            }
            let told: Vec<Value> = findings.iter().map(|cause| screen.cause_json(cause)).collect();
            screen.result(&json!({ "findings": told }));
            screen.line(screen.words("没有生成任何内容。", "Nothing was made."));
            Ok(Exit::Finding)
        }
    }
}

impl Options {
    /// A spreadsheet is an archive, or a file of that name.
    fn is_sheet(&self, bytes: &[u8]) -> bool {
        let extension = self.file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_named = ["csv", "tsv", "txt", "xlsx"].contains(&extension.to_lowercase().as_str());
        self.sheet.is_some() || is_named || bytes.starts_with(b"PK\x03\x04")
    }
}
