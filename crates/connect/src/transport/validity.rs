//! Until when a certificate is good (X.509, RFC 5280 §4.1.2.5), and what was seen of the hosts that were called.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use contract::transport::Certificate;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::Timestamp;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The certificates that were accepted of each host, as seen last.
#[derive(Default)]
pub(super) struct Seen(Mutex<BTreeMap<String, Timestamp>>);

impl Seen {
    /// Notes that a host has shown this certificate.
    pub(super) fn note(&self, host: &str, der: &[u8]) {
        if let Some(until) = until(der) {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.get(host) != Some(&until) {
                seen.insert(host.to_owned(), until);
            }
        }
    }

    pub(super) fn all(&self) -> Vec<Certificate> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|(host, until)| Certificate { host: host.clone(), until: *until }).collect()
    }
}

/// Until when the certificate is good; `None` for what is none.
pub(super) fn until(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = member(der, SEQUENCE)?;
    let (mut rest, _) = member(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = member(rest, VERSION)?.1;
    }
    // Serial number, algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        rest = member(rest, tag)?.1;
    }
    let (validity, _) = member(rest, SEQUENCE)?;
    let (_, _, rest) = any(validity)?;
    let (tag, time, _) = any(rest)?;
    let text = std::str::from_utf8(time).ok()?;
    let text = match tag {
        UTC_TIME => {
            let year: u8 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year < 50 { 20 } else { 19 })
        }
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok()?;
    Some(Timestamp(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}

/// What the first member holds, which must have that tag; and what follows it.
fn member(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = any(bytes)?;
    (found == tag).then_some((content, rest))
}

/// Tag and content of the first member, and what follows it.
fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_forms() {
        for (year, until) in [(2030, 1_893_456_000_000), (2090, 3_786_912_000_000)] {
            let mut params = CertificateParams::new(vec!["erp.example.com".to_owned()]).unwrap();
            params.not_after = date_time_ymd(year, 1, 1);
            let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
            assert_eq!(super::until(certificate.der()), Some(Timestamp(until)), "{year}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let params = CertificateParams::new(vec!["erp.example.com".to_owned()]).unwrap();
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let der = certificate.der();
        for cut in 0..120.min(der.len()) {
            assert_eq!(until(&der[..cut]), None, "{cut}");
        }
        for other in [&b""[..], b"hello", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 0x80]] {
            assert_eq!(until(other), None);
        }
    }
}
