//! Configuration texts with their versions, sealed secrets, and the ledger of calls.

use async_trait::async_trait;
use model::{ConnectionName, FlowName, ObjectName, Secret, Timestamp};

use super::{Cursor, Raise, StoreError};

#[async_trait]
pub trait Config: Send + Sync {
    /// Puts a change in force, all of it or nothing, in one transaction. Gives what became of each of its texts, in
    /// order.
    async fn apply(&self, change: &ConfigChange, at: Timestamp) -> Result<Vec<Applied>, StoreError>;

    /// The versions in force, by kind and name.
    async fn current(&self) -> Result<Vec<TextVersion>, StoreError>;

    /// Every version there ever was of the texts of that name, whatever their kind; of all texts when none is named.
    /// By kind, name and version.
    async fn text_versions(&self, name: Option<&str>) -> Result<Vec<TextVersion>, StoreError>;

    /// Goes up with every change of configuration, by whichever process: a running server polls it to notice. Secrets
    /// do not count: tokens are among them, and are renewed all the time.
    async fn generation(&self) -> Result<i64, StoreError>;

    /// Stores a secret, sealed with a key that is not in the database.
    async fn keep_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError>;

    async fn recall_secret(&self, name: &str) -> Result<Option<Secret>, StoreError>;

    async fn forget_secret(&self, name: &str) -> Result<(), StoreError>;

    /// Adds to the calls spent by a connection on a day (days since 1970 in the vendor's zone) for a purpose (an
    /// operation); gives the day's total of the connection.
    async fn spend(
        &self,
        connection: &ConnectionName,
        day: i64,
        spent: &[(String, u64)],
    ) -> Result<u64, StoreError>;
}

/// One configuration text: a flow, a connection without its secrets, a value map, a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigText {
    /// `flow`, `connection`, `object`, `values`, `environment`, `alerts`, `packet`, `tests`, `function`; and `choice`, which says what
    /// was chosen at an apply (the environment in force) and is no file.
    pub kind: String,
    /// The name inside the text, of an object behind its connection's (`erp/Customer`); for files that a text names, their
    /// relative path.
    pub name: String,
    pub text: String,
}

/// A change of configuration.
#[derive(Debug, Clone, Default)]
pub struct ConfigChange {
    /// The generation that the change was made from: after any other change it is refused with
    /// [`StoreError::Outdated`]. `None` takes any.
    pub based_on: Option<i64>,
    /// Those that differ from the current ones, in their text or in what fills them, become new versions; in order.
    pub texts: Vec<GivenText>,
    /// Taken out of force, by kind and name; their versions stay, and count on should they come back.
    pub remove: Vec<(String, String)>,
    /// Sealed as by [`Config::keep_secret`].
    pub secrets: Vec<(String, Secret)>,
    /// What existed before flows that want it too.
    pub history: Vec<History>,
    /// Flows that come in force: their tasks that wait or are unknown are due now.
    pub wake: Vec<FlowName>,
}

/// What existed of an object before a flow that wants it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub connection: ConnectionName,
    pub object: ObjectName,
    /// Raised for all stored records that have no such task yet.
    pub raise: Raise,
    /// Whether the object's history is read once more from its beginning; the cursor of its changes stays where it is.
    pub read_again: bool,
}

impl History {
    /// The cursor of a history that is to be read, up to that time.
    pub fn beginning(at: Timestamp) -> Cursor {
        Cursor { from: Timestamp(0), to: at, after: None, finished: false }
    }
}

/// A text to be put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenText {
    pub text: ConfigText,
    /// What its placeholders are filled from; `None` for a text without any.
    pub environment: Option<EnvironmentVersion>,
}

/// One version of an environment's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentVersion {
    pub name: String,
    pub version: i64,
}

/// One version of a text, as it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextVersion {
    pub text: ConfigText,
    /// From 1, for each kind and name.
    pub version: i64,
    pub at: Timestamp,
    /// What its placeholders were filled from.
    pub environment: Option<EnvironmentVersion>,
    /// When this version was taken out of force without another in its place.
    pub removed: Option<Timestamp>,
}

impl ConfigChange {
    /// A change that puts these texts in force, as they are, and does nothing else.
    pub fn of(texts: &[ConfigText]) -> ConfigChange {
        let given = |text: &ConfigText| GivenText { text: text.clone(), environment: None };
        ConfigChange { texts: texts.iter().map(given).collect(), ..ConfigChange::default() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Made { version: i64 },
    Changed { version: i64 },
    Same { version: i64 },
}
