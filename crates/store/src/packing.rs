//! Older versions as differences, the same for every engine of storage.
//!
//! A version that another followed is compressed with its follower's text before it: what both have in common costs a few
//! bytes. To read it its follower is needed, which may need its own; so that no chain is long, every sixteenth version
//! stands by itself. The text comes back byte by byte.

use std::io::{Read, Write};

/// Every so many versions one stands by itself.
const EVERY: i64 = 16;

/// What is shorter gains nothing worth a look.
const SHORTEST: usize = 64;

/// The level of compression: what is packed is packed once, while others wait for a moment.
const LEVEL: i32 = 3;

/// At most so many bytes of text are packed in one transaction.
pub(crate) const PORTION: usize = 1 << 20;

/// A version as it is kept.
pub(crate) struct PackedVersion {
    pub bytes: Vec<u8>,
    /// The version it is to be read with.
    pub base: Option<i64>,
}

/// Packs a version that another followed; `None` where that gains nothing. The follower's text is absent when it is packed
/// itself.
pub(crate) fn pack(revision: i64, text: &str, follower: Option<&str>) -> Option<PackedVersion> {
    if text.len() < SHORTEST {
        return None;
    }
    let follower = follower.filter(|_| revision % EVERY != 0);
    let bytes = compressed(text, follower.unwrap_or_default()).ok()?;
    let base = follower.map(|_| revision + 1);
    (bytes.len() < text.len()).then_some(PackedVersion { bytes, base })
}

/// The text of a packed version; `base` is the text it was packed with, '' for one by itself. `None` for bytes that are none.
pub(crate) fn unpack(bytes: &[u8], base: &str) -> Option<String> {
    let mut text = String::new();
    let mut decoder = zstd::stream::read::Decoder::with_ref_prefix(bytes, base.as_bytes()).ok()?;
    decoder.read_to_string(&mut text).ok()?;
    Some(text)
}

fn compressed(text: &str, base: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, base.as_bytes())?;
    encoder.set_pledged_src_size(Some(text.len() as u64))?;
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(lines: usize, quantity: u32) -> String {
        let line =
            |n: usize| format!(r#"{{"行":{n},"物料":"WL-{:05}","数量":"{}.50"}}"#, n * 7919 % 99_991, n + 3);
        let lines: Vec<String> = (0..lines).map(line).collect();
        format!(
            r#"{{"单号":"XSDD000001","客户":"上海测试公司","数量":{quantity},"明细":[{}]}}"#,
            lines.join(",")
        )
    }

    #[test]
    fn a_version_comes_back_byte_by_byte_and_costs_what_differs() {
        let (older, newer) = (order(60, 1), order(60, 2));
        let packed = pack(1, &older, Some(&newer)).unwrap();
        assert_eq!(packed.base, Some(2));
        assert!(packed.bytes.len() < 80, "{} bytes for a number that changed", packed.bytes.len());
        assert_eq!(unpack(&packed.bytes, &newer), Some(older.clone()));
        let alone = pack(16, &older, Some(&newer)).unwrap();
        assert_eq!(alone.base, None, "no chain is long");
        assert_eq!(unpack(&alone.bytes, ""), Some(older));
    }

    #[test]
    fn what_gains_nothing_is_left_as_it_is() {
        assert!(pack(1, "{}", Some("{}")).is_none());
        assert!(pack(1, "", None).is_none());
    }

    #[test]
    fn with_the_wrong_base_nothing_is_made_up() {
        let packed = pack(1, &order(60, 1), Some(&order(60, 2))).unwrap();
        assert_ne!(unpack(&packed.bytes, "{}"), Some(order(60, 1)));
        assert_eq!(unpack(b"no packed version", ""), None);
    }
}
