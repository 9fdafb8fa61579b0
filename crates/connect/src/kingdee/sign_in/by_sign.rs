//! The signature of `LoginBySign` (`protocols/kingdee.md §2.1`).

use sha2::{Digest, Sha256};

/// Lower-case hex of the SHA-256 of the five texts, sorted by their code units and joined without a separator.
pub fn login_signature(acct_id: &str, username: &str, app_id: &str, app_secret: &str, stamp: &str) -> String {
    let mut parts = [acct_id, username, app_id, app_secret, stamp];
    parts.sort_by(|one, other| one.encode_utf16().cmp(other.encode_utf16()));
    hex::encode(Sha256::digest(parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_comes_out() {
        let signature = login_signature(
            "6501f2c7a2b0a1",
            "zhangsan",
            "225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            "0123456789abcdef0123456789abcdef",
            "1700000000",
        );
        assert_eq!(signature, "a18a16c35480b8f24ccc292b03c0145b75931dc1137b1b0876db73f3b5ade6b8");
    }

    #[test]
    fn the_order_of_the_parts_does_not_count() {
        let one = login_signature("a", "张三", "c", "d", "5");
        assert_eq!(one, login_signature("5", "d", "张三", "a", "c"));
    }
}
