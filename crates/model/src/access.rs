//! Who may call us: tokens of machines.

use std::fmt;

use crate::{ConnectionName, Timestamp};

/// An access token (访问令牌) as kept: its hash, never itself.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// By which people know it: `wms`, `wms-2027`. Unique among those in force.
    pub name: String,
    /// The connections that it is for. A system with several accounts (账套) may use one token for all of them.
    pub connections: Vec<ConnectionName>,
    /// What whoever holds it may do.
    pub grants: Vec<Grant>,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    pub made: Timestamp,
    /// It is not taken any more from then on.
    pub until: Option<Timestamp>,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "AccessToken({} for {:?})", self.name, self.connections)
    }
}

/// Something that a token lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Push records of the connection to us.
    Push,
    /// Use the connection through us, by the four calls.
    Use,
    /// Look at tasks, stories and jobs, of whichever connection.
    Read,
    /// Let tasks run again, set them aside, load history, steer jobs.
    Repair,
}

impl Grant {
    pub const ALL: [Grant; 4] = [Grant::Push, Grant::Use, Grant::Read, Grant::Repair];

    pub fn name(self) -> &'static str {
        match self {
            Grant::Push => "push",
            Grant::Use => "use",
            Grant::Read => "read",
            Grant::Repair => "repair",
        }
    }

    /// Whether it is for connections; else it is for all that is stored here.
    pub fn is_of_connections(self) -> bool {
        matches!(self, Grant::Push | Grant::Use)
    }

    pub fn of_name(name: &str) -> Option<Grant> {
        Grant::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

impl AccessToken {
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    pub fn is_good(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
