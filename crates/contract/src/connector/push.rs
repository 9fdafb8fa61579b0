//! What a system pushes to us: which connection may, and the records that a pushed bill holds.

use std::net::IpAddr;

use model::{ObjectName, Value};

use super::Found;

/// How a connection is pushed to, from its settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushRules {
    /// The ids under which senders know the company (`tenantId`).
    pub tenants: Vec<String>,
    /// The id under which they know this account (`dataCenterId`), where the system has several.
    pub data_center: Option<String>,
    /// The networks that pushes may come from, as address and length of the prefix; empty takes all.
    pub networks: Vec<(IpAddr, u8)>,
    /// Most pushes in a minute of one sender; `None` is no limit.
    pub a_minute: Option<u32>,
    /// Whether the system can be asked for its records, too. Where it can, a push that does not say how new it is only
    /// wakes a reading; where it cannot, what is pushed is all there is.
    pub can_be_asked: bool,
}

impl PushRules {
    /// Whether a push may come from that address. An IPv4 address is itself also where it is written as IPv6.
    pub fn takes_from(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.is_empty()
            || self.networks.iter().any(|(network, length)| is_in(address, network.to_canonical(), *length))
    }
}

fn is_in(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let first =
        |bits: u128, width: u8| bits.checked_shr(u32::from(width.saturating_sub(length))).unwrap_or(0);
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            first(address.to_bits().into(), 32) == first(network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            first(address.to_bits(), 128) == first(network.to_bits(), 128)
        }
        _ => false,
    }
}

/// A bill that was pushed, in the standard form of the system's protocol.
#[derive(Debug, Clone)]
pub struct PushedBill<'a> {
    /// The system's code of it.
    pub code: &'a str,
    /// The record's id, as named beside it.
    pub id: Option<&'a str>,
    pub void: bool,
    /// `None` for a void without content.
    pub content: Option<Value<'a>>,
}

/// A record that a pushed bill holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PushedRecord {
    pub object: ObjectName,
    /// With the fields and detail lists that came: those that are missing were not told of.
    pub found: Found,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(networks: &[(&str, u8)], address: &str) -> bool {
        let networks = networks.iter().map(|(network, length)| (network.parse().unwrap(), *length)).collect();
        PushRules { networks, ..PushRules::default() }.takes_from(address.parse().unwrap())
    }

    #[test]
    fn pushes_come_from_the_networks_listed_or_from_anywhere() {
        assert!(takes(&[], "203.0.113.7"));
        let office = [("10.20.0.0", 16), ("192.168.1.9", 32), ("fd00:1::", 32)];
        for inside in ["10.20.255.1", "192.168.1.9", "::ffff:10.20.3.4", "fd00:1:2::9"] {
            assert!(takes(&office, inside), "{inside}");
        }
        for outside in ["10.21.0.1", "192.168.1.8", "fd00:2::1", "::1"] {
            assert!(!takes(&office, outside), "{outside}");
        }
        assert!(takes(&[("0.0.0.0", 0)], "8.8.8.8"));
        assert!(!takes(&[("0.0.0.0", 0)], "::1"));
    }
}
