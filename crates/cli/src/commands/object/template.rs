//! `qiao object template`: a spreadsheet to list an object's fields in.

use std::path::PathBuf;

use clap::Args;
use objects::import::sheet;
use serde_json::json;

use super::naming::write_new;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub fn run(screen: &Screen, options: &Options) -> Outcome {
    let bytes = sheet::template(screen.lang).map_err(Failure::configuration)?;
    write_new(&options.file, &bytes)?;
    let file = options.file.display();
    screen.line(screen.words(
        &format!("模板已写入 {file}。每个字段填一行,再用 qiao object import 导入。"),
        &format!("The template is in {file}. Fill in a row for each field, then use qiao object import."),
    ));
    screen.result(&json!({ "path": options.file }));
    Ok(Exit::Ok)
}
