//! Differences as a table of a file: one row for each field that differs, for those who work in spreadsheets.

use std::path::Path;

use jiff::tz::TimeZone;
use model::Cause;
use model::reconciliation::{Difference, FieldDifference, Known};
use objects::tables;

use super::list::trace;
use crate::exit::{Exit, Failure};
use crate::screen::Screen;

/// # Errors
/// `cli.reconcile.export` for a file of another kind, before anything was done.
pub(super) fn check(path: &Path) -> Result<(), Failure> {
    form(path).map(|_| ())
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Xlsx,
}

fn form(path: &Path) -> Result<Form, Failure> {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
    match extension.as_deref() {
        Some("csv") => Ok(Form::Csv),
        Some("xlsx") => Ok(Form::Xlsx),
        _ => Err(Failure::new(Exit::Usage, Cause::new("cli.reconcile.export").with("path", path.display()))),
    }
}

/// Writes the differences to a file of the kind that its name says.
pub(super) fn write(path: &Path, differences: &[Difference], screen: &Screen) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = differences.iter().flat_map(|one| rows(one, screen)).collect();
    let bytes = match form(path)? {
        Form::Csv => tables::csv(&headings(screen), &rows),
        Form::Xlsx => tables::xlsx(&headings(screen), &rows),
    };
    let bytes = bytes.map_err(|reason| {
        let cause = Cause::new("cli.file").with("path", path.display()).with("reason", reason);
        Failure::new(Exit::Machine, cause)
    })?;
    std::fs::write(path, bytes).map_err(|error| Failure::file(path, &error))?;
    let (count, path) = (differences.len(), path.display());
    screen.progress(match screen.words("zh", "en") {
        "zh" => format!("已导出 {count} 条差异到 {path}"),
        _ => format!("{count} differences were written to {path}"),
    });
    Ok(())
}

fn headings(screen: &Screen) -> [&'static str; 14] {
    match screen.words("zh", "en") {
        "zh" => [
            "差异",
            "集成流",
            "类别",
            "状态",
            "来源编号",
            "来源名称",
            "来源 id",
            "目标编号",
            "目标 id",
            "字段",
            "来源值(映射后)",
            "目标值",
            "原因",
            "起于",
        ],
        _ => [
            "no.",
            "flow",
            "kind",
            "state",
            "source number",
            "source name",
            "source id",
            "target number",
            "target id",
            "field",
            "source, as mapped",
            "target",
            "why",
            "since",
        ],
    }
}

/// One row for each field; one where the difference is no field's.
fn rows(one: &Difference, screen: &Screen) -> Vec<Vec<String>> {
    let (kind, state) = (one.found.kind.title(), one.state.title());
    let of = |known: &Option<Known>, part: fn(&Known) -> Option<&str>| {
        known.as_ref().and_then(part).unwrap_or_default().to_owned()
    };
    let (source, target) = (&one.found.source, &one.found.target);
    let mut why: Vec<String> = one.found.cause.iter().map(|cause| screen.sentence(cause)).collect();
    why.extend(one.reason.clone());
    why.extend(trace(one));
    let row = |field: Option<&FieldDifference>| {
        vec![
            format!("D{}", one.id),
            one.flow.to_string(),
            screen.words(kind.0, kind.1).to_owned(),
            screen.words(state.0, state.1).to_owned(),
            of(source, |known| known.number.as_deref()),
            of(source, |known| known.name.as_deref()),
            of(source, |known| Some(&known.id)),
            of(target, |known| known.number.as_deref()),
            of(target, |known| Some(&known.id)),
            field.map(|field| field.field.clone()).unwrap_or_default(),
            field.and_then(|field| field.here.clone()).unwrap_or_default(),
            field.and_then(|field| field.there.clone()).unwrap_or_default(),
            why.join(" "),
            one.since.local(&TimeZone::system()),
        ]
    };
    match one.found.fields.is_empty() {
        true => vec![row(None)],
        false => one.found.fields.iter().map(|field| row(Some(field))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_refused_before_anything_is_done() {
        assert!(check(Path::new("差异.csv")).is_ok() && check(Path::new("a/差异.XLSX")).is_ok());
        for path in ["差异", "差异.pdf", ""] {
            assert_eq!(check(Path::new(path)).unwrap_err().cause.code, "cli.reconcile.export", "{path}");
        }
    }
}
