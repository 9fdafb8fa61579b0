//! Who may call the ERP, and at which paths.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::stand_in::Request;

/// What callers identify themselves with, and where they find the four calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub token: String,
    /// Further headers that every call must carry.
    headers: BTreeMap<String, String>,
    create_path: String,
    update_path: String,
    batch_path: String,
    by_id_path: String,
}

/// The four calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Create,
    Update,
    Batch,
    ById,
}

impl Account {
    /// The account of that token, at the paths of the protocol (`protocols/standard-erp.md §1, §2`).
    pub fn new(token: String) -> Account {
        Account {
            token,
            headers: BTreeMap::new(),
            create_path: "/create".into(),
            update_path: "/update".into(),
            batch_path: "/queryMasterBatch".into(),
            by_id_path: "/queryMasterById".into(),
        }
    }

    /// The call at a path, with its method.
    pub fn operation(&self, path: &str) -> Option<(Operation, &'static str)> {
        let path = path.trim_end_matches('/');
        [
            (&self.create_path, Operation::Create, "POST"),
            (&self.update_path, Operation::Update, "POST"),
            (&self.batch_path, Operation::Batch, "GET"),
            (&self.by_id_path, Operation::ById, "GET"),
        ]
        .into_iter()
        .find(|(known, ..)| *known == path)
        .map(|(_, operation, method)| (operation, method))
    }

    /// Whether a call carries the token and what else is asked for.
    pub fn admits(&self, call: &Request) -> bool {
        let mut further = self.headers.iter();
        call.header("token") == Some(&self.token)
            && further.all(|(name, value)| call.header(name) == Some(value.as_str()))
    }
}
