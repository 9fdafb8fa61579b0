//! Which tasks a command line means.

use clap::Args;
use model::task::{Kind, Selection, State};
use model::{Cause, FlowName};

use crate::exit::{Exit, Failure};
use crate::local;

#[derive(Debug, Args)]
pub struct Filters {
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state)]
    state: Vec<State>,
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    kind: Vec<Kind>,
    #[arg(long, value_name = "CODE")]
    cause: Option<String>,
    #[arg(long, value_name = "CODE")]
    vendor_code: Option<String>,
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

fn state(text: &str) -> Result<State, String> {
    State::of_name(text).ok_or_else(|| State::ALL.map(State::name).join(", "))
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::of_name(text).ok_or_else(|| Kind::ALL.map(Kind::name).join(", "))
}

impl Filters {
    /// The tasks that are meant; of these states where none are said.
    pub fn selection(&self, usual: &[State]) -> Result<Selection, Failure> {
        let time = |text: &Option<String>| text.as_deref().map(local::time).transpose();
        Ok(Selection {
            ids: Vec::new(),
            flow: self.flow.as_deref().map(FlowName::new),
            kinds: self.kind.clone(),
            states: if self.state.is_empty() { usual.to_vec() } else { self.state.clone() },
            code: self.cause.clone(),
            vendor_code: self.vendor_code.clone(),
            field: self.field.clone(),
            text: self.text.clone(),
            since: time(&self.since)?.map(|since| since.0),
            until: time(&self.until)?.map(|until| until.0),
        })
    }

    /// These tasks, else those that are meant; an error where nothing at all is said: nobody means all by saying nothing.
    pub fn chosen(&self, ids: &[i64], usual: &[State]) -> Result<Selection, Failure> {
        if !ids.is_empty() {
            return Ok(Selection { ids: ids.to_vec(), ..Selection::default() });
        }
        let said = self.selection(&[])?;
        match said == Selection::default() {
            true => Err(Failure::new(Exit::Usage, Cause::new("cli.tasks.what"))),
            false => self.selection(usual),
        }
    }
}
