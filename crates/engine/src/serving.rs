//! A connection served as "an ERP" (`protocols/standard-erp.md §4`): whoever speaks the four calls of the standard form
//! uses any system that is connected here, through its connector and under its limits.
//!
//! What changed is told from the stored records; a record by its id from the store too, and from the system itself where
//! it is not stored. Creates and updates go straight to the system and are answered with the ids; each is alone at its
//! document, beside the flows. Nothing here repeats a write: whoever called is told plainly when it is not known what became
//! of one, and a create that comes again finds what the first made; one of which nothing is known, a flow's or a caller's, is
//! not sent beside it until the system must show what it made.

mod document;
mod form;
mod key;
mod noted;
mod query;
mod refused;
mod write;

use std::sync::Arc;

use model::access::Grant;
use model::{Cause, ConnectionName, Lang};

pub use self::document::Shown;
pub use self::form::Asked;
pub use self::query::{ChangedPage, Window};
pub use self::refused::NotServed;
pub use self::write::{How, Written};
use crate::access::AccessBook;
use crate::connection::Line;
use crate::in_force::InForce;
use crate::seams::Seams;
use crate::setup::Setup;
use crate::signals::Signals;

/// A name that no connection may have: beside the served connections stand the addresses of the receive protocol.
pub const RESERVED: &str = "syncdata";

/// Who calls, and which connection is meant.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'c> {
    pub token: &'c str,
    pub connection: &'c str,
}

/// Serves the connections. Made by [`crate::Engine::serving`].
pub struct Serving {
    seams: Seams,
    in_force: Arc<InForce>,
    book: Arc<AccessBook>,
    signals: Signals,
}

/// A caller that may use the connection.
struct Admitted {
    setup: Arc<Setup>,
    line: Arc<Line>,
    /// The name of its token, by which people know it.
    who: String,
}

impl Serving {
    pub(crate) fn new(
        seams: Seams,
        in_force: Arc<InForce>,
        book: Arc<AccessBook>,
        signals: Signals,
    ) -> Serving {
        Serving { seams, in_force, book, signals }
    }

    /// Whether the caller may use the connection; asked before anything that it sends is read.
    ///
    /// # Errors
    /// [`NotServed::Token`], [`NotServed::Connection`], and what the store cannot tell.
    pub async fn admit(&self, caller: Caller<'_>) -> Result<(), NotServed> {
        self.admitted(caller).await.map(|_| ())
    }

    /// The cause in Chinese and English: who calls is a program, who reads its log may be anybody.
    pub fn told(&self, cause: &Cause) -> String {
        let text = |lang| self.seams.catalogue.text(cause, lang);
        format!("{} / {}", text(Lang::Zh), text(Lang::En))
    }

    async fn admitted(&self, caller: Caller<'_>) -> Result<Admitted, NotServed> {
        let holder = self.book.holder(caller.token, Grant::Use).await?.ok_or(NotServed::Token)?;
        let name = ConnectionName::new(caller.connection);
        // Whoever may not use it does not learn whether it is there.
        if !holder.connections.contains(&name) {
            return Err(NotServed::Token);
        }
        let setup = self.in_force.setup().await?;
        let line = setup.lines.get(&name).cloned().ok_or_else(|| NotServed::Connection(name.to_string()))?;
        Ok(Admitted { setup, line, who: holder.name })
    }
}
