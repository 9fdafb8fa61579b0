//! One account of a system, as configured.

use crate::{ConnectionName, Secret};

/// A connection (连接, 账套): which connector, with which settings. Secrets are apart from settings and are sealed
/// wherever they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub name: ConnectionName,
    /// The connector's folder: `kingdee-k3cloud`.
    pub connector: String,
    pub title_zh: String,
    pub title_en: String,
    /// In the order of the file.
    pub settings: Vec<(String, String)>,
    pub secrets: Vec<(String, Secret)>,
    /// Hosts beyond the one in the settings that calls may go to, and private hosts an administrator allows.
    pub hosts: Vec<String>,
}

impl Connection {
    /// A setting that is present and not blank.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim())
    }

    /// A secret that is present and not blank.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v)
    }
}
