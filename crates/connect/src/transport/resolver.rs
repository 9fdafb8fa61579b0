//! Names to addresses, resolved and filtered in one step: what was checked is what is dialled.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::rules::Rules;

/// Resolves with the machine's resolver and lets through what the connection's rules allow.
pub(super) struct GuardedResolver {
    rules: Arc<Rules>,
}

/// Why a name gave no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("no such host")]
    Unknown,
    /// With the word for why its addresses may not be dialled.
    #[error("address refused: {0}")]
    Refused(&'static str),
}

impl GuardedResolver {
    pub(super) fn new(rules: Arc<Rules>) -> GuardedResolver {
        GuardedResolver { rules }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.rules.clone();
        Box::pin(async move {
            let allowed = dialled(&rules, name.as_str(), 0).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a name that may be dialled, at that port.
pub(super) async fn dialled(rules: &Rules, name: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    let found = tokio::net::lookup_host((name, port)).await.map_err(|_| Unresolved::Unknown)?;
    filter(rules, name, found)
}

/// The addresses that may be dialled. Those that may not are passed over, unless there are no others.
fn filter(
    rules: &Rules,
    name: &str,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, Unresolved> {
    let mut refused = Unresolved::Unknown;
    let mut allowed = Vec::new();
    for address in found {
        match rules.admit_address(name, address.ip()) {
            Ok(()) => allowed.push(address),
            Err(word) => refused = Unresolved::Refused(word),
        }
    }
    if allowed.is_empty() { Err(refused) } else { Ok(allowed) }
}

#[cfg(test)]
mod tests {
    use super::super::failure::reason;
    use super::*;
    use crate::exchanges::connection;

    #[test]
    fn of_several_addresses_only_those_allowed_are_dialled() {
        let mut connection = connection("x", &[], &[]);
        connection.hosts = vec!["*.fxiaoke.com".into(), "erp.corp.example".into()];
        let rules = Rules::of(&connection, &[]);
        for (name, found, dialled) in [
            ("a.fxiaoke.com", &["47.95.1.1", "10.0.0.1"][..], Ok(&["47.95.1.1"][..])),
            ("a.fxiaoke.com", &["10.0.0.1", "127.0.0.1"], Err(Unresolved::Refused(reason::PRIVATE))),
            ("a.fxiaoke.com", &["169.254.169.254"], Err(Unresolved::Refused(reason::NEVER))),
            ("erp.corp.example", &["10.0.0.1", "::1"], Ok(&["10.0.0.1", "::1"])),
            ("erp.corp.example", &["::ffff:169.254.169.254"], Err(Unresolved::Refused(reason::NEVER))),
            ("erp.corp.example", &[], Err(Unresolved::Unknown)),
        ] {
            let addresses = |list: &[&str]| -> Vec<SocketAddr> {
                list.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect()
            };
            let allowed = filter(&rules, name, addresses(found).into_iter());
            assert_eq!(allowed, dialled.map(addresses), "{name} {found:?}");
        }
    }
}
