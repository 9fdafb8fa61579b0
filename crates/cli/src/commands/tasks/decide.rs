//! `qiao tasks decide`: which side is right where both were edited; and both values side by side, for `show`.

use clap::Args;
use contract::store::Take;
use engine::desk::{self, Asked, Decided, Decision};
use model::task::Selection;
use model::{Cause, Lang};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::commands::who::Who;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::table;
use crate::wire;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "TASK")]
    task: i64,
    #[arg(long, value_name = "SIDE", value_parser = take)]
    take: Take,
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    field: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    who: Who,
}

fn take(text: &str) -> Result<Take, String> {
    Take::of_name(text).ok_or_else(|| "source, target".to_owned())
}

pub async fn run(context: &Context, options: &Options) -> Outcome {
    let (screen, by) = (&context.screen, options.who.name());
    let in_force = wire::in_force(&context.settings).await?;
    let selection = Selection { ids: vec![options.task], ..Selection::default() };
    let (lines, _) = desk::all_of(&*in_force.seams.store, &selection, 1).await?;
    let missing = format!("{} {}", screen.words("任务", "task"), options.task);
    let none = || Failure::new(Exit::Finding, Cause::new("desk.missing").with("text", &missing));
    let line = lines.into_iter().next().ok_or_else(none)?;
    let decision = Decision { take: options.take, fields: &options.field, reason: &options.reason };
    let about = |cause: Cause| Failure::new(Exit::Finding, cause.with("task", options.task));
    match desk::decide(&in_force.seams, &in_force.setup, &line, &decision, &by).await? {
        Decided::NothingAsked => Err(about(Cause::new("desk.nothing_asked"))),
        Decided::NotAsked(field) => Err(about(Cause::new("desk.field_not_asked").with("field", field))),
        Decided::Done(fields) => {
            screen.result(&json!({ "task": options.task, "take": options.take.name(), "fields": fields }));
            let fields = fields.join(", ");
            screen.line(screen.words(
                &format!("已决定 {fields} 以{}为准,数据继续同步。", side(options.take, Lang::Zh)),
                &format!("The {} is right in {fields}; the record goes on.", side(options.take, Lang::En)),
            ));
            Ok(Exit::Ok)
        }
    }
}

fn side(take: Take, lang: Lang) -> &'static str {
    match take {
        Take::Source => lang.choose("来源", "source"),
        Take::Target => lang.choose("目标", "target"),
    }
}

/// Both values of each field that is asked about.
pub(super) fn side_by_side(asked: &[Asked], screen: &Screen) -> String {
    let headings = [
        screen.words("字段", "field"),
        screen.words("来源", "source"),
        screen.words("目标", "target"),
        screen.words("上次一致", "last agreed"),
    ];
    let row = |asked: &Asked| {
        vec![asked.field.clone(), asked.here.clone(), asked.there.clone(), asked.agreed.clone()]
    };
    table::render(&headings, &asked.iter().map(row).collect::<Vec<_>>())
}

pub(super) fn as_json(asked: &[Asked]) -> Value {
    let told = |asked: &Asked| json!({ "field": asked.field, "source": asked.here, "target": asked.there, "agreed": asked.agreed });
    asked.iter().map(told).collect()
}
