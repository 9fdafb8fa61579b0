//! Alerts (告警): what people are told without asking, and what they said about that.

mod plan;

pub use plan::{AlertPlan, AlertRule, OwnerRule, Quiet, Receiver};

use crate::{AlertId, AlertMessageId, Cause, ConnectionName, TaskId, Timestamp};

/// What kind of trouble an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// Records that need a person: they failed, or were tried for long (同步异常).
    RecordFailed,
    /// A system cannot be reached, or does not let us in (接口服务异常).
    ConnectionDown,
    /// The breaker of one flow is open: a setting is wrong (集成流熔断).
    BreakerOpen,
    /// The calls that a system allows in a day are nearly spent (调用额度不足).
    QuotaLow,
    /// What is due has been waiting for long (积压).
    BacklogOld,
    /// Something by which somebody is let in ends soon (凭证即将到期).
    Expiring,
    /// A reconciliation or a sweep of ids found what a person has to look at (对账差异).
    DifferenceFound,
}

impl AlertKind {
    pub const ALL: [AlertKind; 7] = [
        AlertKind::RecordFailed,
        AlertKind::ConnectionDown,
        AlertKind::BreakerOpen,
        AlertKind::QuotaLow,
        AlertKind::BacklogOld,
        AlertKind::Expiring,
        AlertKind::DifferenceFound,
    ];

    /// The word that texts and programs use.
    pub fn name(self) -> &'static str {
        match self {
            AlertKind::RecordFailed => "record_failed",
            AlertKind::ConnectionDown => "connection_down",
            AlertKind::BreakerOpen => "breaker_open",
            AlertKind::QuotaLow => "quota_low",
            AlertKind::BacklogOld => "backlog_old",
            AlertKind::Expiring => "expiring",
            AlertKind::DifferenceFound => "difference_found",
        }
    }

    /// In Chinese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            AlertKind::RecordFailed => ("数据同步异常", "records failed"),
            AlertKind::ConnectionDown => ("接口服务异常", "connection down"),
            AlertKind::BreakerOpen => ("集成流熔断", "flow braked"),
            AlertKind::QuotaLow => ("调用额度不足", "quota low"),
            AlertKind::BacklogOld => ("积压", "backlog"),
            AlertKind::Expiring => ("凭证即将到期", "expiring"),
            AlertKind::DifferenceFound => ("对账差异", "difference found"),
        }
    }

    /// How grave it is where no rule says otherwise.
    pub fn severity(self) -> Severity {
        match self {
            AlertKind::ConnectionDown => Severity::Critical,
            AlertKind::RecordFailed
            | AlertKind::BreakerOpen
            | AlertKind::BacklogOld
            | AlertKind::DifferenceFound => Severity::Important,
            AlertKind::QuotaLow | AlertKind::Expiring => Severity::Normal,
        }
    }
}

/// How grave an alert is (级别); quiet hours hold back all but what is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Normal,
    Important,
    Critical,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Normal, Severity::Important, Severity::Critical];

    pub fn name(self) -> &'static str {
        match self {
            Severity::Normal => "normal",
            Severity::Important => "important",
            Severity::Critical => "critical",
        }
    }

    /// In Chinese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Severity::Normal => ("一般", "normal"),
            Severity::Important => ("重要", "important"),
            Severity::Critical => ("紧急", "critical"),
        }
    }
}

/// What is the case, as somebody saw it at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub kind: AlertKind,
    /// What it is about, within its kind: the same subject is the same alert for as long as it is open.
    pub subject: String,
    pub flow: Option<String>,
    pub connection: Option<String>,
    pub severity: Severity,
    pub what: Cause,
    /// How many tasks, tokens or differences it is about; 0 where that is no question.
    pub count: u64,
    /// By what people know the first of them.
    pub examples: Vec<String>,
    /// The options of `qiao tasks list`, or the words behind `qiao reconcile`, that mean them; empty where it is about
    /// neither.
    pub options: String,
}

impl Sighting {
    /// The command that shows what it is about.
    pub fn command(&self) -> Option<String> {
        let program = match self.kind {
            AlertKind::DifferenceFound => "qiao reconcile",
            _ => "qiao tasks list",
        };
        (!self.options.is_empty()).then(|| format!("{program} {}", self.options))
    }
}

/// One alert as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    /// As it was seen last.
    pub seen: Sighting,
    pub since: Timestamp,
    /// When it was seen last.
    pub until: Timestamp,
    /// When people were told.
    pub told: Option<Timestamp>,
    pub recovered: Option<Timestamp>,
    /// When people were told that it is over.
    pub recovery_told: Option<Timestamp>,
}

/// A message about alerts, to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMessage {
    pub id: AlertMessageId,
    /// The name of the receiver, or of the owner of the records that it is about.
    pub receiver: String,
    /// Who is told where it is no receiver of the plan.
    pub owner: Option<Owner>,
    pub title: String,
    /// Lines of plain text.
    pub text: String,
    /// The same for programs, as JSON text.
    pub body: String,
    pub made: Timestamp,
    pub state: MessageState,
    /// When it is sent, or sent again.
    pub due: Timestamp,
    pub tries: u32,
    /// Why it was not sent.
    pub cause: Option<Cause>,
}

/// An owner of records, as the system knows them through which they are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    pub connection: ConnectionName,
    pub person: String,
}

/// That an owner was told of a record, by the alert and the task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnerTold {
    pub alert: AlertId,
    pub task: TaskId,
    pub owner: Owner,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// To be sent, or to be sent again: it certainly did not arrive.
    Waiting,
    /// It went out, and what became of it is not known (yet): it is not sent a second time.
    Sending,
    Sent,
    /// Given up.
    Failed,
}

impl MessageState {
    pub const ALL: [MessageState; 4] =
        [MessageState::Waiting, MessageState::Sending, MessageState::Sent, MessageState::Failed];

    pub fn name(self) -> &'static str {
        match self {
            MessageState::Waiting => "waiting",
            MessageState::Sending => "sending",
            MessageState::Sent => "sent",
            MessageState::Failed => "failed",
        }
    }
}
