//! A story as text for people, in their language and time zone.

use contract::store::{ArrivalLine, AttemptLine, PurgeMark, Story, StoryTask};
use jiff::tz::TimeZone;
use model::attempt::{CallRecord, StepTaken};
use model::link::Link;
use model::task::{Kind, State, Task};
use model::{Lang, Timestamp};

use super::{Event, Moment, Versions, events, moments};
use crate::screen::Screen;
use crate::table::shortened;

/// How much of a body is shown.
const BODY: usize = 2_000;

/// For whom a story is told.
pub struct Reader<'a> {
    pub screen: &'a Screen,
    pub zone: TimeZone,
    pub versions: &'a Versions,
    /// Whether the bodies of calls are shown.
    pub with_bodies: bool,
}

/// The whole story.
pub fn render(story: &Story, reader: &Reader) -> String {
    let mut lines = vec![heading(story), reader.source(story)];
    lines.extend(story.links.iter().map(|link| reader.link(link)));
    lines.extend(story.tasks.iter().map(|told| reader.task(told)));
    lines.push(String::new());
    lines.extend(story.purged.map(|mark| reader.purged(mark)));
    for event in events(story) {
        match event {
            Event::Arrived(arrival) => lines.push(reader.arrival(story, arrival)),
            Event::Tried { task, line } => lines.extend(reader.attempt(task, line)),
        }
    }
    lines.join("\n")
}

fn heading(story: &Story) -> String {
    let record = &story.record;
    let name = record.name.as_deref().unwrap_or_default();
    let number = record.number.as_deref().unwrap_or(&record.key.id);
    format!("{name} {number}").trim().to_owned()
}

impl Reader<'_> {
    fn lang(&self) -> Lang {
        self.screen.lang
    }

    fn words<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        self.screen.words(zh, en)
    }

    fn time(&self, at: Timestamp) -> String {
        at.local(&self.zone)
    }

    fn state(&self, state: State) -> &'static str {
        let (zh, en) = state.title();
        self.lang().choose(zh, en)
    }

    fn purged(&self, mark: PurgeMark) -> String {
        let (before, at) = (self.time(mark.before), self.time(mark.at));
        match self.lang() {
            Lang::Zh => format!("……更早的历史({before} 之前)已于 {at} 按保留期限清理"),
            Lang::En => format!("… older story (before {before}) was purged on {at}, as retention says"),
        }
    }

    fn source(&self, story: &Story) -> String {
        let record = &story.record;
        let void = if record.void { self.words(",已作废", ", void") } else { "" };
        let edited = if story.is_edited() { self.words(",手工修改过", ", edited by hand") } else { "" };
        match self.lang() {
            Lang::Zh => format!("  来源  {}(第 {} 版{void}{edited})", record.key, record.revision),
            Lang::En => format!("  source  {} (revision {}{void}{edited})", record.key, record.revision),
        }
    }

    fn link(&self, link: &Link) -> String {
        let there = format!("{}/{}", link.target_connection, link.target_object);
        let id = match (&link.target_id, &link.target_number) {
            (Some(id), Some(number)) => format!("{id} {number}"),
            (Some(id), None) => id.clone(),
            (None, _) => self.words("(已预留,尚未写入)", "(reserved, not written yet)").to_owned(),
        };
        format!("  {}  {there}/{id}", self.words("对应", "linked"))
    }

    fn task(&self, told: &StoryTask) -> String {
        let task = &told.task;
        let state = self.state(task.state);
        let mut line = format!("  {}  {} #{}: {state}", self.kind(task.kind), task.flow, task.id);
        if let Some(cause) = &task.cause {
            line.push_str(&format!(" — {}", self.screen.sentence(cause)));
        }
        if !task.state.rests() && task.due.0 > 0 {
            line.push_str(&format!(" ({} {})", self.words("下次", "next"), self.time(task.due)));
        }
        line
    }

    fn kind(&self, kind: Kind) -> &'static str {
        let (zh, en) = kind.title();
        self.words(zh, en)
    }

    fn arrival(&self, story: &Story, arrival: &ArrivalLine) -> String {
        let how = match arrival.reading.as_str() {
            "poll" => self.words("轮询", "polled"),
            "history" => self.words("历史数据", "history"),
            "wish" => self.words("按需读取", "read on demand"),
            "hand" => self.words("手动", "by hand"),
            "edit" => self.words("手工修改", "edited by hand"),
            "push" => self.words("推送", "pushed"),
            "open" => self.words("未完结重读", "open, read again"),
            other => other,
        };
        let what = match (arrival.revision, self.lang()) {
            (Some(revision), Lang::Zh) if story.is_edit(revision) => format!("改为第 {revision} 版"),
            (Some(revision), Lang::En) if story.is_edit(revision) => format!("made revision {revision}"),
            (Some(revision), Lang::Zh) => format!("读到第 {revision} 版"),
            (Some(revision), Lang::En) => format!("read as revision {revision}"),
            (None, Lang::Zh) => "读到旧版本,只记入历史".to_owned(),
            (None, Lang::En) => "read, older than what was known".to_owned(),
        };
        let by = match arrival.receipt {
            Some(receipt) => receipt.told(),
            None => format!("#{}", arrival.id),
        };
        let is_in_its_place = |revision: i64| story.is_edit(revision - 1) && !story.is_edit(revision);
        let instead = match arrival.revision.is_some_and(is_in_its_place) {
            true => self.words(",取代了手工修改", ", in the place of what was edited by hand"),
            false => "",
        };
        format!("{}  {what}{instead} ({how}, {by})", self.time(arrival.at))
    }

    fn attempt(&self, task: &Task, line: &AttemptLine) -> Vec<String> {
        let attempt = &line.attempt;
        let took = attempt.ended.since(attempt.started).as_millis();
        let mut first = format!(
            "{}  {} {} → {} ({}, {took} ms)",
            self.time(attempt.started),
            self.kind(task.kind),
            task.flow,
            self.state(attempt.state),
            self.version(task, attempt.flow_version),
        );
        if let Some(cause) = &attempt.cause {
            first.push_str(&format!("\n    {}", self.screen.sentence(cause)));
        }
        let mut lines = vec![first];
        for moment in moments(line) {
            match moment {
                Moment::Step(step) => lines.push(self.step(step)),
                Moment::Call(call) => lines.extend(self.call(call)),
            }
        }
        lines
    }

    /// The version of the flow that an attempt ran with, with its date and what it was filled from.
    fn version(&self, task: &Task, number: i64) -> String {
        let mut told = format!("{} {number}", self.words("流版本", "flow version"));
        if let Some(version) = self.versions.find(task, number) {
            told.push_str(&format!(", {}", self.time(version.at)));
            if let Some(environment) = &version.environment {
                told.push_str(&format!(", {} {}", environment.name, environment.version));
            }
        }
        told
    }

    fn step(&self, step: &StepTaken) -> String {
        match &step.cause {
            Some(cause) => format!("    ✗ {}  {}  {}", step.name, step.note, self.screen.sentence(cause)),
            None => format!("    ✓ {}  {}", step.name, step.note),
        }
        .trim_end()
        .to_owned()
    }

    pub fn call(&self, call: &CallRecord) -> Vec<String> {
        let answer = match call.status {
            Some(status) => status.to_string(),
            None => self.words("没有应答", "no answer").to_owned(),
        };
        let (operation, connection) = (&call.operation, &call.connection);
        let mut lines = vec![format!("      · {connection} {operation}  {answer}  {} ms", call.took_ms)];
        if self.with_bodies {
            lines.push(format!("        {} {}", call.method, call.url));
            lines.push(format!("        → {}", shortened(&call.request, BODY)));
            lines.push(format!("        ← {}", shortened(&call.response, BODY)));
        }
        lines
    }
}
