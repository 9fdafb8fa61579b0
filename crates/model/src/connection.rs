//! One account of a system, as configured.

use std::sync::Arc;

use crate::object::Object;
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
    /// What people described of the system's objects, where it cannot tell that by itself; by name.
    pub objects: Vec<Arc<Object>>,
}

impl Connection {
    /// A setting that is present and not blank.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim())
    }

    /// The object of that name, as it is described.
    pub fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.objects.iter().find(|object| object.name.as_str() == name)
    }

    /// A secret that is present and not blank.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v)
    }
}
