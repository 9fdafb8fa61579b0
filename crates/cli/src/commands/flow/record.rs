//! `qiao flow record`: makes samples of a flow from records that are stored here: the record, what its references came
//! to, and the document that comes of it. A sample that is there already is shown with its changes, and asked about.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use contract::functions::Function;
use engine::looking::{Look, look};
use engine::setup::{ActiveFlow, FlowFunctions};
use mapping::{EnvironmentText, Text};
use model::Cause;
use model::record::Record;
use serde_json::json;

use super::samples::{Beside, mistake, value_maps};
use super::{flow, stored};
use crate::commands::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::texts::difference::{self, Line};
use crate::texts::recorded::{self, Samples};
use crate::texts::{self, TextFile};
use crate::wire::{self, InForce};

#[derive(Debug, Args)]
pub struct Options {
    path: PathBuf,
    flow: String,
    #[arg(value_name = "ID", conflicts_with = "last", required_unless_present = "last")]
    ids: Vec<String>,
    #[arg(long, value_name = "COUNT")]
    last: Option<usize>,
    #[arg(long)]
    with_personal: bool,
    #[arg(short, long)]
    yes: bool,
}

/// Maps by the flow as the folder has it; references are those stored here.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let files = texts::load(&options.path)?;
    let in_force = wire::in_force(&context.settings).await?;
    let environment = chosen(&in_force, &files).await?;
    let flow = of_folder(&files, environment.as_ref(), &in_force, &options.flow)?;
    let Some(tests) = flow.flow().tests.clone() else {
        return Err(Failure::configuration(Cause::new("cli.record.no_file").with("flow", &options.flow)));
    };
    let records = records(&in_force, &flow, options).await?;
    let path = options.path.join(&tests);
    let mut samples = open(&path, environment.as_ref())?;
    let mut recording = Recording { screen: &context.screen, yes: options.yes, told: Vec::new() };
    for record in &records {
        let look = look(&in_force.seams, &flow, record, !options.with_personal).await?;
        recording.one(&look, &mut samples).await;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    fs::write(&path, samples.text()).map_err(|error| Failure::file(&path, &error))?;
    context.screen.result(&json!({ "file": path.display().to_string(), "samples": recording.json() }));
    Ok(if recording.left_any() { Exit::Finding } else { Exit::Ok })
}

/// The environment in force, as the folder has it.
async fn chosen(in_force: &InForce, files: &[TextFile]) -> Result<Option<EnvironmentText>, Failure> {
    let current = in_force.seams.store.current().await?;
    let texts: Vec<_> = current.into_iter().map(|text| (text.text, text.version)).collect();
    let name = engine::setup::Environments::of(&texts).chosen_name().map(str::to_owned);
    texts::environment(files, name.as_deref())
}

/// The flow of the folder between the connections in force.
fn of_folder(
    files: &[TextFile],
    environment: Option<&EnvironmentText>,
    in_force: &InForce,
    name: &str,
) -> Result<Arc<ActiveFlow>, Failure> {
    let known = flow(&in_force.setup, name)?;
    let file = files.iter().find(|file| file.text.kind == "flow" && file.text.name == name);
    let Some(file) = file else { return Ok(known) };
    let beside = Beside { texts: files, environment };
    let Text::Flow(read) =
        mapping::read(&file.text.text, &beside).map_err(|findings| mistake(file, findings))?
    else {
        return Ok(known);
    };
    let maps = value_maps(&beside)?;
    let map = |name: &str| maps.iter().find(|(known, _)| known == name).map(|(_, map)| map.clone());
    let compiled = mapping::compile(read, &map).map_err(|findings| mistake(file, findings))?;
    let (source, target) = (known.source.clone(), known.target.clone());
    let (is_mirrored, twins, parent) = (known.is_mirrored, known.twins.clone(), known.parent.clone());
    let named = |path: &str| {
        let file = files.iter().find(|file| file.text.kind == "function" && file.text.name == path);
        file.map(|file| Function::new(path, file.text.text.as_str()))
    };
    let values = Arc::new(maps.into_iter().collect());
    let functions = FlowFunctions::of(&compiled.flow().functions, &named, values);
    Ok(Arc::new(ActiveFlow { compiled, version: 0, source, target, is_mirrored, twins, parent, functions }))
}

async fn records(in_force: &InForce, flow: &ActiveFlow, options: &Options) -> Result<Vec<Record>, Failure> {
    let store = &*in_force.seams.store;
    match options.last {
        Some(count) => stored::last(store, flow, count).await,
        None => stored::by_text(store, flow, &options.ids).await,
    }
}

/// The samples of a file; none where it is not there yet.
fn open(path: &Path, environment: Option<&EnvironmentText>) -> Result<Samples, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::file(path, &error)),
    };
    Samples::read(text, environment).map_err(|at| match at {
        recorded::Unreadable::Mistake(finding) => {
            let cause =
                Cause::new("cli.text.mistake").with("path", path.display()).with("line", finding.at.0);
            Failure::configuration(cause.with("column", finding.at.1).with("code", finding.cause.code))
        }
        recorded::Unreadable::Style(line) => {
            let cause = Cause::new("cli.record.style").with("path", path.display()).with("line", line);
            Failure::configuration(cause)
        }
    })
}

/// What became of each sample.
struct Recording<'a> {
    screen: &'a Screen,
    yes: bool,
    told: Vec<(String, &'static str)>,
}

impl Recording<'_> {
    async fn one(&mut self, look: &Look, samples: &mut Samples) {
        let name = look.number.clone().unwrap_or_else(|| look.id.clone());
        let sample = recorded::sample(&name, look);
        let what = match samples.find(&name) {
            None => {
                samples.add(&sample);
                "new"
            }
            Some(known) => {
                let lines = difference::lines(&known, &sample);
                match lines.is_empty() {
                    true => "same",
                    false if self.replaces(&name, &lines).await => {
                        samples.replace(&name, &sample);
                        "changed"
                    }
                    false => "left",
                }
            }
        };
        self.tell(&name, what);
        self.told.push((name, what));
    }

    /// Shows what changes, and asks.
    async fn replaces(&self, name: &str, lines: &[Line]) -> bool {
        self.screen.line(format!("~ {name}"));
        for line in lines {
            match line {
                Line::Removed(line) => self.screen.line(format!("    - {line}")),
                Line::Added(line) => self.screen.line(format!("    + {line}")),
            }
        }
        self.yes
            || self.screen.can_ask()
                && self.screen.confirms(self.screen.words("替换这个样例?", "Replace this sample?")).await
    }

    fn tell(&self, name: &str, what: &str) {
        let (zh, en) = match what {
            "new" => ("新样例", "new sample"),
            "same" => ("样例未变", "sample as it was"),
            "changed" => ("样例已替换", "sample replaced"),
            _ => {
                let cause = Cause::new("cli.record.changed").with("name", name);
                return self.screen.line(self.screen.sentence(&cause));
            }
        };
        self.screen.line(format!("{}  {name}", self.screen.words(zh, en)));
    }

    fn left_any(&self) -> bool {
        self.told.iter().any(|(_, what)| *what == "left")
    }

    fn json(&self) -> serde_json::Value {
        self.told.iter().map(|(name, what)| json!({ "name": name, "what": what })).collect()
    }
}
