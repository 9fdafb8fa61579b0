//! What is answered, as JSON. Names and meanings are those of the command line's `--json`.

use std::collections::BTreeMap;

use contract::store::{AttemptLine, Audited, Story, StoryTask, TaskLine};
use engine::desk::CauseGroup;
use engine::jobs;
use model::attempt::{CallRecord, StepTaken};
use model::audit::AuditEntry;
use model::job::Job;
use model::link::Link;
use model::task::Task;
use model::{Catalogue, Cause, JobId, Lang, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::repairs::LeftShape;

/// A cause in the words of one language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Words {
    /// What happened.
    pub what: String,
    /// What to do about it; empty where there is nothing to do.
    pub remedy: String,
}

impl Words {
    pub fn of(catalogue: &Catalogue, cause: &Cause, lang: Lang) -> Words {
        let rendered = catalogue.render(cause, lang);
        Words { what: rendered.what, remedy: rendered.remedy }
    }
}

/// Why something is as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CauseShape {
    pub code: String,
    pub params: BTreeMap<String, String>,
    pub zh: Words,
    pub en: Words,
}

impl CauseShape {
    pub fn of(catalogue: &Catalogue, cause: &Cause) -> CauseShape {
        CauseShape {
            code: cause.code.to_string(),
            params: cause.params.iter().cloned().collect(),
            zh: Words::of(catalogue, cause, Lang::Zh),
            en: Words::of(catalogue, cause, Lang::En),
        }
    }
}

/// A task (同步任务).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskShape {
    pub id: i64,
    pub flow: String,
    /// `deliver`, `notify`, `write_back` or `files`.
    pub kind: &'static str,
    /// `ready`, `waiting`, `retrying`, `unknown`, `synced`, `skipped`, `failed`, `ignored` or `closed`.
    pub state: &'static str,
    pub cause: Option<CauseShape>,
    /// The revision that should be there, and the one that is.
    pub want: i64,
    pub done: i64,
    pub tries: u32,
    /// When it is looked at again by itself.
    pub due: Option<String>,
    /// This delivery is made with the mapping that was in force then; absent for the one in force now.
    pub as_of: Option<String>,
    /// Whether a change of its record lets an ignored one run again.
    pub until_changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the last attempt at it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<String>,
}

impl TaskShape {
    pub fn of(catalogue: &Catalogue, task: &Task) -> TaskShape {
        TaskShape {
            id: task.id.0,
            flow: task.flow.to_string(),
            kind: task.kind.name(),
            state: task.state.name(),
            cause: task.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            want: task.want,
            done: task.done,
            tries: task.tries,
            due: (!task.state.rests()).then(|| task.due.to_string()),
            as_of: task.as_of.map(|as_of| as_of.to_string()),
            until_changed: task.waits_for_a_change(),
            source_id: None,
            number: None,
            name: None,
            tried: None,
        }
    }

    pub fn of_line(catalogue: &Catalogue, line: TaskLine) -> TaskShape {
        TaskShape {
            source_id: Some(line.source_id),
            number: line.number,
            name: line.name,
            tried: line.tried.map(|tried| tried.to_string()),
            ..TaskShape::of(catalogue, &line.task)
        }
    }
}

/// One page of tasks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskPage {
    pub tasks: Vec<TaskShape>,
    /// Give it as `after` to go on; absent at the end. A page may be empty and not be the last.
    pub next: Option<i64>,
}

/// Tasks that stand still for one reason, and what a selection of exactly them says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CauseGroupShape {
    pub flow: String,
    pub kind: &'static str,
    pub code: String,
    /// The system's own code.
    pub vendor_code: Option<String>,
    pub field: Option<String>,
    pub tasks: u64,
    /// The first of them.
    pub first: i64,
    pub since: Option<String>,
    pub until: Option<String>,
    pub example: CauseShape,
}

impl CauseGroupShape {
    pub fn of(catalogue: &Catalogue, group: CauseGroup) -> CauseGroupShape {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        CauseGroupShape {
            flow: group.flow.to_string(),
            kind: group.kind.name(),
            code: group.code,
            vendor_code: group.vendor_code,
            field: group.field,
            tasks: group.tasks,
            first: group.first.0,
            since: time(group.since),
            until: time(group.until),
            example: CauseShape::of(catalogue, &group.example),
        }
    }
}

/// What came of something that was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActedShape {
    /// To how many tasks it was done at once.
    pub done: Option<u64>,
    /// The job that does it in the background.
    pub job: Option<i64>,
    /// Tasks that are left as they are, and why.
    pub left: Vec<LeftShape>,
}

impl ActedShape {
    /// What is done in the background.
    pub fn job(job: JobId) -> ActedShape {
        ActedShape { done: None, job: Some(job.0), left: Vec::new() }
    }
}

/// A job (后台作业).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobShape {
    pub job: i64,
    /// What is done, as it was asked for.
    #[schema(value_type = Object)]
    pub work: serde_json::Value,
    pub by: String,
    /// `running`, `paused`, `stopped`, `done` or `failed`.
    pub state: &'static str,
    pub made: String,
    pub starts: String,
    /// What was looked at, and for how many of it something was done.
    pub seen: u64,
    pub moved: u64,
    pub of: Option<u64>,
    /// The reconciliation or sweep that it does, once it has begun.
    pub run: Option<i64>,
    pub cause: Option<CauseShape>,
    pub ended: Option<String>,
}

impl JobShape {
    pub fn of(catalogue: &Catalogue, job: &Job) -> JobShape {
        JobShape {
            job: job.id.0,
            work: serde_json::to_value(&job.work).unwrap_or_default(),
            by: job.by.clone(),
            state: job.state.name(),
            made: job.made.to_string(),
            starts: job.starts.to_string(),
            seen: job.progress.seen,
            moved: job.progress.moved,
            of: job.progress.of,
            run: jobs::run_of(job),
            cause: job.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            ended: job.ended.map(|ended| ended.to_string()),
        }
    }
}

/// Something that somebody did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditShape {
    pub at: String,
    pub by: String,
    /// What it was done to: `task:12`, `job:3`.
    pub about: String,
    pub what: CauseShape,
}

impl AuditShape {
    pub fn of(catalogue: &Catalogue, entry: &AuditEntry) -> AuditShape {
        AuditShape {
            at: entry.at.to_string(),
            by: entry.by.clone(),
            about: entry.about.clone(),
            what: CauseShape::of(catalogue, &entry.what),
        }
    }
}

/// Everything known of one record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StoryShape {
    pub connection: String,
    pub object: String,
    pub id: String,
    pub number: Option<String>,
    pub name: Option<String>,
    pub revision: i64,
    pub void: bool,
    /// Whether the copy that is stored was edited by hand.
    pub edited: bool,
    pub links: Vec<LinkShape>,
    /// How it came in, newest first.
    pub arrivals: Vec<ArrivalShape>,
    pub tasks: Vec<StoryTaskShape>,
    /// What callers wrote to it, or to what it is linked to, through the calls that are served; and what people edited of it.
    /// Newest first.
    pub done: Vec<DoneShape>,
}

/// Something that was done to a document, with the calls by which it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DoneShape {
    pub at: String,
    pub by: String,
    pub about: String,
    pub what: CauseShape,
    pub calls: Vec<CallShape>,
}

impl DoneShape {
    fn of(catalogue: &Catalogue, done: Audited) -> DoneShape {
        let entry = done.entry;
        DoneShape {
            at: entry.at.to_string(),
            by: entry.by,
            about: entry.about,
            what: CauseShape::of(catalogue, &entry.what),
            calls: done.calls.into_iter().map(CallShape::of).collect(),
        }
    }
}

impl StoryShape {
    pub fn of(catalogue: &Catalogue, story: Story, done: Vec<Audited>) -> StoryShape {
        let edited = story.is_edited();
        let record = story.record;
        let arrival = |line: contract::store::ArrivalLine| ArrivalShape {
            at: line.at.to_string(),
            reading: line.reading,
            revision: line.revision,
            receipt: line.receipt.map(|receipt| receipt.told()),
        };
        StoryShape {
            connection: record.key.connection.to_string(),
            object: record.key.object.to_string(),
            id: record.key.id,
            number: record.number,
            name: record.name,
            revision: record.revision,
            void: record.void,
            edited,
            links: story.links.into_iter().map(LinkShape::of).collect(),
            arrivals: story.arrivals.into_iter().map(arrival).collect(),
            tasks: story.tasks.into_iter().map(|told| StoryTaskShape::of(catalogue, told)).collect(),
            done: done.into_iter().map(|done| DoneShape::of(catalogue, done)).collect(),
        }
    }
}

/// The pair of one business record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LinkShape {
    pub source: String,
    pub connection: String,
    pub object: String,
    /// Absent while it is only reserved.
    pub id: Option<String>,
    pub number: Option<String>,
}

impl LinkShape {
    fn of(link: Link) -> LinkShape {
        LinkShape {
            source: link.source.to_string(),
            connection: link.target_connection.to_string(),
            object: link.target_object.to_string(),
            id: link.target_id,
            number: link.target_number,
        }
    }
}

/// A record as it came in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArrivalShape {
    pub at: String,
    /// `poll`, `push`, `hand` …
    pub reading: String,
    /// The revision it became; absent for one that was older than what was known.
    pub revision: Option<i64>,
    pub receipt: Option<String>,
}

/// A task with what was tried, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StoryTaskShape {
    pub task: TaskShape,
    pub attempts: Vec<AttemptShape>,
}

impl StoryTaskShape {
    fn of(catalogue: &Catalogue, told: StoryTask) -> StoryTaskShape {
        StoryTaskShape {
            task: TaskShape::of(catalogue, &told.task),
            attempts: told.attempts.into_iter().map(|line| AttemptShape::of(catalogue, line)).collect(),
        }
    }
}

/// One try at a task (同步记录).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttemptShape {
    pub started: String,
    pub ended: String,
    pub flow_version: i64,
    pub revision: i64,
    pub state: &'static str,
    pub cause: Option<CauseShape>,
    pub steps: Vec<StepShape>,
    pub calls: Vec<CallShape>,
}

impl AttemptShape {
    fn of(catalogue: &Catalogue, line: AttemptLine) -> AttemptShape {
        let attempt = line.attempt;
        AttemptShape {
            started: attempt.started.to_string(),
            ended: attempt.ended.to_string(),
            flow_version: attempt.flow_version,
            revision: attempt.revision,
            state: attempt.state.name(),
            cause: attempt.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            steps: attempt.steps.into_iter().map(|step| StepShape::of(catalogue, step)).collect(),
            calls: line.calls.into_iter().map(CallShape::of).collect(),
        }
    }
}

/// One step of an attempt.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepShape {
    pub name: String,
    pub at: String,
    pub note: String,
    /// Absent when it went well.
    pub cause: Option<CauseShape>,
}

impl StepShape {
    fn of(catalogue: &Catalogue, step: StepTaken) -> StepShape {
        StepShape {
            cause: step.cause.as_ref().map(|cause| CauseShape::of(catalogue, cause)),
            name: step.name,
            at: step.at.to_string(),
            note: step.note,
        }
    }
}

/// One request to a system and its answer (接口日志), with secrets and personal fields masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallShape {
    pub connection: String,
    pub operation: String,
    pub method: String,
    pub url: String,
    pub sent: String,
    pub took_ms: u64,
    /// Absent when no answer came.
    pub status: Option<u16>,
    pub request: String,
    pub response: String,
}

impl CallShape {
    fn of(call: CallRecord) -> CallShape {
        CallShape {
            connection: call.connection.to_string(),
            operation: call.operation,
            method: call.method,
            url: call.url,
            sent: call.sent.to_string(),
            took_ms: call.took_ms,
            status: call.status,
            request: call.request,
            response: call.response,
        }
    }
}
