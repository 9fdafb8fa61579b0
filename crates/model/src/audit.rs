//! The audit log (操作记录): what people and their machines did here.

use crate::record::RecordKey;
use crate::{Cause, Timestamp};

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// Who did it: a user of the machine, or the name of an access token.
    pub by: String,
    /// What it was, as a code and parameters: `audit.ignored {count, reason}`.
    pub what: Cause,
    /// What it was done to, as it is asked for: `task:12`, `job:3`, `difference:7`, `record:erp/SAL_SaleOrder/100`. Empty where it is about nothing single.
    pub about: String,
}

impl AuditEntry {
    /// How a task is named as what an entry is about.
    pub fn about_task(task: crate::TaskId) -> String {
        format!("task:{task}")
    }

    /// How a job is named as what an entry is about.
    pub fn about_job(job: crate::JobId) -> String {
        format!("job:{job}")
    }

    /// How a difference is named as what an entry is about.
    pub fn about_difference(difference: crate::DifferenceId) -> String {
        format!("difference:{difference}")
    }

    /// How a record is named as what an entry is about.
    pub fn about_record(key: &RecordKey) -> String {
        format!("record:{key}")
    }
}
