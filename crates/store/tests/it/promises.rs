//! Every promise of the suite, on every engine of storage and in every mode.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::sync::Arc;

use contract::store::Store;
use contract::{every_store_promise, suites};
use store::{Key, Mode, Options, PassingSchema, Sqlite};

use crate::given::options;
use crate::postgres::given::{on, schema};

/// On what a store stands.
enum Ground {
    Memory,
    /// Databases in a folder.
    Folder(tempfile::TempDir, Mode),
    /// Schemas of a server.
    Server(RefCell<Vec<PassingSchema>>, Mode),
}

impl Ground {
    fn folder(mode: Mode) -> Ground {
        Ground::Folder(tempfile::tempdir().unwrap(), mode)
    }

    fn server(mode: Mode) -> Ground {
        Ground::Server(RefCell::default(), mode)
    }
}

/// A way to fresh stores, which last as long as the ground does.
fn fresh(ground: &Ground) -> impl Fn() -> Pin<Box<dyn Future<Output = Arc<dyn Store>>>> {
    let made = Cell::new(0);
    move || {
        made.set(made.get() + 1);
        let store: Arc<dyn Store> = match ground {
            Ground::Memory => Arc::new(Sqlite::memory(Key::new([7; 32])).unwrap()),
            Ground::Folder(folder, mode) => {
                let path = folder.path().join(format!("{}.db", made.get()));
                Arc::new(Sqlite::open(&path, Options { mode: *mode, ..options() }).unwrap())
            }
            Ground::Server(schemas, mode) => {
                let schema = schema();
                let store = on(&schema, Options { mode: *mode, ..options() });
                schemas.borrow_mut().push(schema);
                Arc::new(store)
            }
        };
        Box::pin(std::future::ready(store))
    }
}

macro_rules! everywhere {
    ($($file:ident::$promise:ident),* $(,)?) => {
        everywhere!(in_a_file_with_threads, Ground::folder(Mode::Threads), $($file::$promise),*);
        everywhere!(in_a_file_inline, Ground::folder(Mode::Inline), $($file::$promise),*);
        everywhere!(in_memory, Ground::Memory, $($file::$promise),*);
        everywhere!(on_postgres, Ground::server(Mode::Threads), $($file::$promise),*);
        everywhere!(on_postgres_inline, Ground::server(Mode::Inline), $($file::$promise),*);
    };
    ($place:ident, $ground:expr, $($file:ident::$promise:ident),*) => {
        mod $place {
            use super::*;

            $(#[tokio::test]
            async fn $promise() {
                let ground = $ground;
                suites::store::$file::$promise(&fresh(&ground)).await;
            })*
        }
    };
}

every_store_promise!(everywhere);
