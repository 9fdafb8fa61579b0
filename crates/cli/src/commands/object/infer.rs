//! `qiao object infer`: an object from samples of its records.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use objects::infer::{self, Sample};

use super::naming::{Called, read};
use crate::exit::{Failure, Outcome};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    called: Called,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Xml,
}

pub fn run(screen: &Screen, options: &Options) -> Outcome {
    let files: Vec<Vec<u8>> = options.files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let sample = |bytes| match options.format.unwrap_or_else(|| looks_like(bytes)) {
        Format::Json => Sample::Json(bytes),
        Format::Xml => Sample::Xml(bytes),
    };
    let samples: Vec<Sample> = files.iter().map(|bytes| sample(bytes)).collect();
    let drafted = infer::infer(&options.called.naming(), &samples).map_err(Failure::configuration)?;
    options.called.tell(screen, &drafted)
}

/// XML begins with a bracket, also in the wide encodings; JSON never does.
fn looks_like(bytes: &[u8]) -> Format {
    let marks = [0xef, 0xbb, 0xbf, 0xff, 0xfe, 0];
    let first = bytes.iter().find(|byte| !marks.contains(*byte) && !byte.is_ascii_whitespace());
    if first == Some(&b'<') { Format::Xml } else { Format::Json }
}
