//! What the organisation's administrator has set for the app.

use serde::{Deserialize, Serialize};

/// The state of the organisation. Read and changed at `/_sandbox/dingtalk/organisation`; a change names only what it
/// changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// The caller's address is on the app's white list; otherwise 60020.
    pub address_allowed: bool,
    /// Scopes the app was not given, such as `qyapi_get_member_by_mobile`: 60011.
    pub missing_scopes: Vec<String>,
    /// The app is stopped: 50003.
    pub app_stopped: bool,
    /// Calls per second and interface.
    pub calls_per_second: usize,
    /// Notices of the app per user and day; those beyond are dropped (143105).
    pub notices_per_user: usize,
    /// Mobile numbers outside the app's visible range.
    pub hidden_mobiles: Vec<String>,
    /// Mobile numbers whose owners' devices refuse messages: they end in `failed_user_id_list`.
    pub refusing_mobiles: Vec<String>,
}

impl Default for Organisation {
    fn default() -> Self {
        Organisation {
            address_allowed: true,
            missing_scopes: Vec::new(),
            app_stopped: false,
            calls_per_second: 20,
            notices_per_user: 500,
            hidden_mobiles: Vec::new(),
            refusing_mobiles: Vec::new(),
        }
    }
}
