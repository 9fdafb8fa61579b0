//! A message in words: what, how many, since when, the first of them by number, what to do, and the command that shows
//! them.

mod owned;

use jiff::tz::TimeZone;
use model::alert::{Alert, AlertKind, AlertPlan, Sighting};
use model::{Catalogue, Lang, Map, Timestamp, Value, json};

pub(super) use owned::{Links, to_owner};

/// What a receiver reads.
pub(super) struct Words {
    pub title: String,
    /// Lines of plain text.
    pub text: String,
    /// For programs, as JSON text.
    pub body: String,
}

/// A message longer than this is cut off, with a word on how many more there are: robots take 20,000 bytes.
const MOST_TOLD: usize = 20;

/// One message about all of these.
pub(super) fn of(alerts: &[&Alert], plan: &AlertPlan, catalogue: &Catalogue) -> Words {
    let lang = plan.lang;
    let title = title(alerts, lang);
    let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
    let mut blocks = vec![title.clone()];
    blocks.extend(alerts.iter().take(MOST_TOLD).map(|alert| block(alert, lang, &zone, catalogue)));
    if let Some(more) = alerts.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        blocks.push(match lang {
            Lang::Zh => format!("另有 {more} 条:qiao alerts list"),
            Lang::En => format!("{more} more: qiao alerts list"),
        });
    }
    let told = alerts.iter().map(|alert| told(alert, lang, catalogue)).collect();
    let body = body(&title, "alerts", told);
    Words { title, text: blocks.join("\n\n"), body }
}

fn title(alerts: &[&Alert], lang: Lang) -> String {
    let begun = alerts.iter().filter(|alert| alert.recovered.is_none()).count();
    let over = alerts.len() - begun;
    match (lang, begun, over) {
        (Lang::Zh, begun, 0) => format!("【桥】{begun} 条告警"),
        (Lang::Zh, 0, over) => format!("【桥】{over} 条告警已恢复"),
        (Lang::Zh, begun, over) => format!("【桥】{begun} 条告警,{over} 条已恢复"),
        (Lang::En, begun, 0) => format!("[Qiao] alerts: {begun}"),
        (Lang::En, 0, over) => format!("[Qiao] recovered: {over}"),
        (Lang::En, begun, over) => format!("[Qiao] alerts: {begun}, recovered: {over}"),
    }
}

fn block(alert: &Alert, lang: Lang, zone: &TimeZone, catalogue: &Catalogue) -> String {
    let seen = &alert.seen;
    let ((severity_zh, severity_en), (kind_zh, kind_en)) = (seen.severity.title(), seen.kind.title());
    let (severity, kind) = (lang.choose(severity_zh, severity_en), lang.choose(kind_zh, kind_en));
    let about = seen.flow.as_deref().or(seen.connection.as_deref()).unwrap_or_default();
    let count = counted(seen, lang);
    let minute = |at: Timestamp| at.local(zone).get(5..16).unwrap_or_default().to_owned();
    if let Some(recovered) = alert.recovered {
        let (begun, over) = (minute(alert.since), minute(recovered));
        return match lang {
            Lang::Zh => format!("[已恢复] {kind} {about}\n{begun} 开始,{over} 恢复"),
            Lang::En => format!("[recovered] {kind} {about}\nfrom {begun} to {over}"),
        };
    }
    let rendered = catalogue.render(&seen.what, lang);
    let mut lines = vec![format!("[{severity}] {kind} {about}{count}"), rendered.what];
    let since = minute(alert.since);
    let examples = seen.examples.join(lang.choose("、", ", "));
    let tells_examples = seen.count > 0 && !seen.examples.is_empty();
    lines.push(match (lang, tells_examples) {
        (Lang::Zh, false) => format!("自 {since}"),
        (Lang::En, false) => format!("since {since}"),
        (Lang::Zh, true) => format!("自 {since},例如 {examples}"),
        (Lang::En, true) => format!("since {since}, such as {examples}"),
    });
    if !rendered.remedy.is_empty() {
        lines.push(rendered.remedy);
    }
    // Of a flow that is braked the remedy says where to look.
    if seen.count > 0 || seen.kind == AlertKind::DifferenceFound {
        lines.extend(seen.command());
        lines.extend(seen.examples.first().map(|number| format!("qiao trace '{number}'")));
    }
    lines.join("\n")
}

/// How many it is about, behind its title.
fn counted(seen: &Sighting, lang: Lang) -> String {
    match (seen.kind, seen.count, lang) {
        (_, 0, _) => String::new(),
        (AlertKind::DifferenceFound, count, Lang::Zh) => format!(" {count} 处差异"),
        (AlertKind::DifferenceFound, count, Lang::En) => format!(" differences: {count}"),
        (_, count, Lang::Zh) => format!(" {count} 条数据"),
        (_, count, Lang::En) => format!(" records: {count}"),
    }
}

/// The whole message for programs: its title, and a list of what it tells.
fn body(title: &str, name: &str, told: Vec<Value<'static>>) -> String {
    let mut body = Map::new();
    body.push("title", title);
    body.push(name, Value::List(told));
    json::write(&Value::Map(body))
}

/// An alert for programs.
fn told(alert: &Alert, lang: Lang, catalogue: &Catalogue) -> Value<'static> {
    let (seen, rendered) = (&alert.seen, catalogue.render(&alert.seen.what, lang));
    let some = |text: Option<String>| text.map_or(Value::Null, Value::from);
    let mut told = Map::new();
    told.push("id", alert.id.0);
    told.push("type", seen.kind.name());
    told.push("severity", seen.severity.name());
    told.push("state", if alert.recovered.is_some() { "recovered" } else { "open" });
    told.push("flow", some(seen.flow.clone()));
    told.push("connection", some(seen.connection.clone()));
    told.push("code", seen.what.code.to_string());
    told.push("what", rendered.what);
    told.push("remedy", rendered.remedy);
    told.push("count", i64::try_from(seen.count).unwrap_or(i64::MAX));
    told.push("examples", Value::List(seen.examples.iter().cloned().map(Value::from).collect()));
    told.push("options", seen.options.clone());
    told.push("command", some(seen.command()));
    told.push("since", alert.since.to_string());
    told.push("recovered", some(alert.recovered.map(|at| at.to_string())));
    Value::Map(told)
}

/// A message that says nothing but that it arrived.
pub(super) fn test(text: &str, lang: Lang) -> Words {
    let title = lang.choose("【桥】测试", "[Qiao] test").to_owned();
    let body = body(&title, "alerts", Vec::new());
    Words { text: format!("{title}\n\n{text}"), title, body }
}
