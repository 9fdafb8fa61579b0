//! Every promise of the suite, in every mode.

use std::cell::Cell;
use std::sync::Arc;

use contract::store::Store;
use contract::{every_store_promise, suites};
use store::{Key, Mode, Nonces, Options, Sqlite};

/// Fresh databases in a folder that lasts as long as this does.
struct Folder {
    folder: tempfile::TempDir,
    mode: Mode,
    made: Cell<u32>,
}

impl Folder {
    fn new(mode: Mode) -> Folder {
        Folder { folder: tempfile::tempdir().unwrap(), mode, made: Cell::new(0) }
    }

    fn fresh(&self) -> Arc<dyn Store> {
        self.made.set(self.made.get() + 1);
        let path = self.folder.path().join(format!("{}.db", self.made.get()));
        let options = Options::new(Key::new([7; 32]), Nonces::new(|| [9; 24]));
        Arc::new(Sqlite::open(&path, Options { mode: self.mode, ..options }).unwrap())
    }
}

macro_rules! in_every_mode {
    ($($file:ident::$promise:ident),* $(,)?) => {
        mod in_a_file_with_threads {
            $(#[tokio::test]
            async fn $promise() {
                let folder = super::Folder::new(super::Mode::Threads);
                super::suites::store::$file::$promise(async || folder.fresh()).await;
            })*
        }
        mod in_a_file_inline {
            $(#[tokio::test]
            async fn $promise() {
                let folder = super::Folder::new(super::Mode::Inline);
                super::suites::store::$file::$promise(async || folder.fresh()).await;
            })*
        }
        mod in_memory {
            $(#[tokio::test]
            async fn $promise() {
                let fresh = async || std::sync::Arc::new(super::Sqlite::memory(super::Key::new([7; 32])).unwrap()) as _;
                super::suites::store::$file::$promise(fresh).await;
            })*
        }
    };
}

every_store_promise!(in_every_mode);
