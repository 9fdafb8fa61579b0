//! Where the calls go and what they carry, as plain values.

/// Both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    pub erp: Erp,
    pub ours: Ours,
}

/// The ERP, as its connection says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erp {
    /// `https://erp.example.com/path`
    pub base: String,
    pub paths: Paths,
    /// Printed as it is: a variable of the shell such as `$ERP_TOKEN`, never a real one.
    pub token: String,
    /// Further headers, as name and value. A value that is secret comes as a variable, too.
    pub headers: Vec<(String, String)>,
    pub success: Success,
    /// Whether the ERP gives new records and lines their ids; else we do, and a create carries them.
    pub gives_ids: bool,
    /// The field that voids a record, and what it then holds.
    pub void: Option<(String, String)>,
    /// In which form the bodies are that it is sent, and its answers.
    pub format: Format,
    pub answers: Format,
}

/// A form of bodies (`protocols/standard-erp.md §1`). Our own side speaks JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    #[default]
    Json,
    /// The JSON with its names as elements, below one root of any name.
    Xml,
    /// A line `path.name=value` for each value.
    Text,
}

/// The paths of the four calls below the base address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub create: String,
    pub update: String,
    pub query_batch: String,
    pub query_by_id: String,
}

/// How an answer says that all went well (`codeName`, `msgName`, `dataName`, `successCode`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success {
    pub code_name: String,
    pub message_name: String,
    pub data_name: String,
    /// Compared as text.
    pub code: String,
}

/// This installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// `https://qiao.example.com`
    pub base: String,
    /// Printed as it is, like the ERP's.
    pub token: String,
    /// One of the tenant's outside ids.
    pub tenant_id: String,
    /// Where the tenant has several connections (账套) of the system.
    pub data_center_id: Option<String>,
}

impl Erp {
    /// An ERP with the names of the protocol (`protocols/standard-erp.md §1`).
    pub fn new(base: &str) -> Erp {
        Erp {
            base: base.into(),
            paths: Paths::default(),
            token: "$ERP_TOKEN".into(),
            headers: Vec::new(),
            success: Success::default(),
            gives_ids: true,
            void: None,
            format: Format::Json,
            answers: Format::Json,
        }
    }
}

impl Default for Paths {
    fn default() -> Paths {
        Paths {
            create: "/create".into(),
            update: "/update".into(),
            query_batch: "/queryMasterBatch".into(),
            query_by_id: "/queryMasterById".into(),
        }
    }
}

impl Default for Success {
    fn default() -> Success {
        Success {
            code_name: "code".into(),
            message_name: "message".into(),
            data_name: "data".into(),
            code: "0".into(),
        }
    }
}

/// A path below a base, with one slash between them.
pub(super) fn below(base: &str, path: &str) -> String {
    format!("{}{}", base.trim_end_matches('/'), rooted(path))
}

/// A path with one slash before it.
pub(super) fn rooted(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}
