//! What the tests of SQLite start from.

use std::path::Path;

use contract::store::{Incoming, Ingest, Raise, Reading};
use model::task::Kind;
use model::{Hash, Timestamp};
use store::{Key, Nonces, Options, Role, Sqlite};

pub const AT: Timestamp = Timestamp(1_780_000_000_000);

pub fn options() -> Options {
    Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24]))
}

/// A server on that file.
pub fn server(path: &Path) -> Sqlite {
    Sqlite::open(path, options()).unwrap()
}

/// A command beside a server.
pub fn command() -> Options {
    Options { role: Role::Command, ..options() }
}

pub fn deliver() -> Raise {
    Raise { flow: "customers-to-erp".into(), kind: Kind::Deliver, lane: "erp".into() }
}

pub fn account(id: &str, version: i64, name: &str) -> Incoming {
    Incoming {
        id: id.into(),
        number: Some(format!("KH-{id}")),
        name: Some(name.into()),
        version: Some(version),
        void: false,
        hash: Hash::of_text(name),
        body: format!(r#"{{"name":"{name}"}}"#),
        part_of: None,
        open: None,
        receipt: None,
        merged_onto: None,
    }
}

pub fn page(incoming: Vec<Incoming>) -> Ingest {
    Ingest {
        connection: "crm".into(),
        object: "AccountObj".into(),
        reading: Reading::Poll,
        at: AT,
        incoming,
        absent: Vec::new(),
        raise: vec![deliver()],
        cursor: None,
        based_on: None,
        under: None,
        calls: Vec::new(),
    }
}
