//! What an administrator and the vendor's account manager have set for the tenant: approvals, packages, ranges.

use serde::{Deserialize, Serialize};

/// The state of the tenant. Read and changed at `/_sandbox/fxiaoke/tenant`; a change names only what it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenant {
    /// The vendor has approved that the app reads CRM data; otherwise 20020.
    pub data_access_approved: bool,
    /// An Open API package (频次包) was bought; otherwise 30003.
    pub api_package: bool,
    /// The app was stopped: 20021.
    pub app_stopped: bool,
    /// Calls per day (GMT+8), beside the quota of the fault dial; 0 is no limit. Beyond it 30002.
    pub daily_quota: u64,
    /// Calls per 20 s and interface.
    pub calls_per_window: usize,
    /// Mobile numbers of employees outside the app's visible range: 20014.
    pub hidden_mobiles: Vec<String>,
    /// Objects with an approval flow on creation: their new records are `under_review` until approved.
    pub approval_on_create: Vec<String>,
    /// Objects with an approval flow on edits: the record is `in_change` with its old values until approved.
    pub approval_on_update: Vec<String>,
}

impl Default for Tenant {
    fn default() -> Self {
        Tenant {
            data_access_approved: true,
            api_package: true,
            app_stopped: false,
            daily_quota: 0,
            calls_per_window: 100,
            hidden_mobiles: Vec::new(),
            approval_on_create: Vec::new(),
            approval_on_update: Vec::new(),
        }
    }
}
