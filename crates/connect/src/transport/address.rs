//! Which network addresses may be dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// On the internet.
    Public,
    /// This machine or a private network: only for hosts that an administrator named.
    Private,
    /// Never: link-local, a cloud's metadata service, multicast, unspecified, reserved.
    Never,
}

impl Reach {
    pub(super) fn of(address: IpAddr) -> Reach {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

/// Addresses outside the link-local range under which clouds serve credentials to their machines: Alibaba, Azure,
/// Oracle.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192)];

/// The same of Amazon's over IPv6, inside the private range.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254);

fn of_v4(address: Ipv4Addr) -> Reach {
    let [first, second, third, _] = address.octets();
    let never = first == 0
        || first >= 224
        || address.is_link_local()
        || METADATA_V4.contains(&address)
        || (first, second, third) == (192, 0, 0);
    let private = address.is_loopback()
        || address.is_private()
        // Shared by carriers, and used inside clouds.
        || (first == 100 && (64..128).contains(&second))
        // Test networks, and the invented addresses of transparent proxies.
        || (first == 198 && (18..20).contains(&second));
    match (never, private) {
        (true, _) => Reach::Never,
        (false, true) => Reach::Private,
        (false, false) => Reach::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> Reach {
    if let Some(inner) = embedded_v4(address) {
        return of_v4(inner);
    }
    let first = address.segments()[0];
    let never = address.is_unspecified()
        || address.is_multicast()
        || (first & 0xffc0) == 0xfe80
        || (first & 0xffc0) == 0xfec0
        || address == METADATA_V6;
    match never {
        true => Reach::Never,
        false if address.is_loopback() || (first & 0xfe00) == 0xfc00 => Reach::Private,
        false => Reach::Public,
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped, compatible, translated (NAT64) and 6to4 forms.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let from = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(from(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if (high, low) > (0, 1) => Some(from(high, low)),
        [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_is_told_apart() {
        use Reach::{Never, Private, Public};
        for (address, reach) in [
            ("8.8.8.8", Public),
            ("47.95.1.1", Public),
            ("2400:3200::1", Public),
            ("127.0.0.1", Private),
            ("127.8.9.10", Private),
            ("10.1.2.3", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("172.32.0.1", Public),
            ("192.168.1.1", Private),
            ("100.64.0.1", Private),
            ("198.18.0.5", Private),
            ("::1", Private),
            ("fd12:3456::1", Private),
            ("::ffff:10.0.0.1", Private),
            ("::ffff:127.0.0.1", Private),
            ("::127.0.0.1", Private),
            ("64:ff9b::10.0.0.1", Private),
            ("2002:7f00:1::", Private),
            ("::ffff:8.8.8.8", Public),
            ("0.0.0.0", Never),
            ("0.1.2.3", Never),
            ("169.254.169.254", Never),
            ("169.254.1.1", Never),
            ("100.100.100.200", Never),
            ("168.63.129.16", Never),
            ("192.0.0.192", Never),
            ("224.0.0.1", Never),
            ("255.255.255.255", Never),
            ("240.0.0.1", Never),
            ("::", Never),
            ("fe80::1", Never),
            ("fec0::1", Never),
            ("ff02::1", Never),
            ("fd00:ec2::254", Never),
            ("::ffff:169.254.169.254", Never),
            ("64:ff9b::a9fe:a9fe", Never),
            ("2002:a9fe:a9fe::", Never),
        ] {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }
}
