//! Functions on dates. Milliseconds and texts are taken alike; a text without a zone is in Asia/Shanghai.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use minijinja::value::Value as Inner;
use model::Cause;

use super::{FunctionDoc, made, needed_text, small, text_of};
use crate::dates::{self, Form, Moment, usual_zone, zone};

pub(super) fn functions() -> Vec<FunctionDoc> {
    let f = FunctionDoc::new;
    vec![
        f("date", "value, zone?", (1, 2), |a| shown(a, 1, |moment| made(moment.date())))
            .says("日期 yyyy-MM-dd", "The date, yyyy-MM-dd")
            .example("date(1780276364000)", "\"2026-06-01\""),
        f("datetime", "value, zone?", (1, 2), |a| shown(a, 1, |moment| made(moment.datetime())))
            .says("日期时间 yyyy-MM-dd HH:mm:ss", "Date and time, yyyy-MM-dd HH:mm:ss")
            .example("datetime(1780276364000)", "\"2026-06-01 09:12:44\""),
        f("epoch", "value, zone?", (1, 2), |a| shown(a, 1, |moment| Ok(Inner::from(moment.epoch()))))
            .says("1970 年以来的毫秒数", "Milliseconds since 1970")
            .example("epoch('2026-06-01 09:12:44')", "1780276364000"),
        f("format_date", "value, pattern, zone?", (2, 3), format_date)
            .says("按格式书写,如 yyyyMMdd", "Written by a pattern of yyyy MM dd HH mm ss SSS")
            .example("format_date('2026-06-01', 'yyyy年MM月dd日')", "\"2026年06月01日\""),
        f("date_add", "value, count, unit", (3, 3), date_add)
            .says(
                "加上若干 days、months、years、hours、minutes,写法不变",
                "So many days, months, years, hours or minutes later, written the same way",
            )
            .example("date_add('2026-01-31', 1, 'months')", "\"2026-02-28\""),
    ]
}

fn moment(args: &[Inner], zone_at: usize) -> Result<Option<Moment>, Cause> {
    let zone = match args.get(zone_at) {
        Some(name) => zone(&needed_text(name)?)?,
        None => usual_zone(),
    };
    read(&args[0], &zone)
}

fn read(value: &Inner, zone: &TimeZone) -> Result<Option<Moment>, Cause> {
    let Some(text) = text_of(value)?.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    dates::read(&text, zone).map(Some).ok_or_else(|| Cause::new("mapping.argument_not_date"))
}

fn shown(
    args: &[Inner],
    zone_at: usize,
    show: impl Fn(&Moment) -> Result<Inner, Cause>,
) -> Result<Inner, Cause> {
    match moment(args, zone_at)? {
        Some(moment) => show(&moment),
        None => Ok(Inner::UNDEFINED),
    }
}

fn format_date(args: &[Inner]) -> Result<Inner, Cause> {
    let pattern = needed_text(&args[1])?;
    shown(args, 2, |moment| made(moment.by_pattern(&pattern)))
}

fn date_add(args: &[Inner]) -> Result<Inner, Cause> {
    let Some(moment) = moment(args, usize::MAX)? else { return Ok(Inner::UNDEFINED) };
    let count = small(&args[1])?;
    let span = match &*needed_text(&args[2])? {
        "days" => count.days(),
        "months" => count.months(),
        "years" => count.years(),
        "hours" => count.hours(),
        "minutes" => count.minutes(),
        other => return Err(Cause::new("mapping.unknown_unit").with("unit", crate::finding::shown(other))),
    };
    let at = moment.at.checked_add(span).map_err(|_| Cause::new("mapping.argument_not_date"))?;
    let later = Moment { at, form: moment.form };
    match later.form {
        Form::Epoch => Ok(Inner::from(later.epoch())),
        _ => made(later.text()),
    }
}
