//! Signed headers of a third-party app: every request carries its own proof, there is no sign-in call and no session.
//!
//! The signatures are base64 of the **hex text** of the MAC (`protocols/kingdee.md §2.2`). The body is not signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The vendor's published constant with which the second half of an AppId becomes the client's key.
const CLIENT_KEY: &[u8; 24] = b"0054f397c6234378b09ca7d3";

/// Who signs: a third-party app on behalf of a user of one account set (账套).
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The whole AppId: `<client id>_<32 characters>`.
    pub app_id: &'a str,
    pub app_secret: &'a str,
    pub acct_id: &'a str,
    pub username: &'a str,
    pub lcid: &'a str,
    /// The organisation's number, `0` when none is set.
    pub org_number: &'a str,
}

impl Signer<'_> {
    /// The headers for one POST to `url` at `seconds` since 1970.
    pub fn headers(&self, url: &str, seconds: i64) -> Vec<(&'static str, String)> {
        let stamp = seconds.to_string();
        let (client_id, client_key) = client(self.app_id);
        let to_sign = format!(
            "POST\n{}\n\nx-api-nonce:{stamp}\nx-api-timestamp:{stamp}\n",
            percent_encoded(path_of(url))
        );
        let who = format!("{},{},{},{}", self.acct_id, self.username, self.lcid, self.org_number);
        let by_secret = signature(self.app_secret, &format!("{}{who}", self.app_id));
        vec![
            ("X-Api-ClientID", client_id.to_owned()),
            ("X-Api-Auth-Version", "2.0".to_owned()),
            ("x-api-timestamp", stamp.clone()),
            ("x-api-nonce", stamp),
            ("x-api-signheaders", "x-api-timestamp,x-api-nonce".to_owned()),
            ("X-Api-Signature", signature(&client_key, &to_sign)),
            ("X-Kd-Appkey", self.app_id.to_owned()),
            ("X-Kd-Appdata", STANDARD.encode(who)),
            ("X-Kd-Signature", by_secret),
        ]
    }
}

/// The client's id and key from an AppId; both empty when it has not exactly one `_`.
fn client(app_id: &str) -> (&str, String) {
    match app_id.split_once('_') {
        Some((id, rest)) if !rest.contains('_') => (id, client_key(rest)),
        _ => ("", String::new()),
    }
}

/// The key that signs requests; empty when the second half of the AppId is not 24 bytes in base64.
fn client_key(second_half: &str) -> String {
    match STANDARD.decode(second_half) {
        Ok(bytes) if second_half.len() == 32 && bytes.len() == CLIENT_KEY.len() => {
            let mixed: Vec<u8> = bytes.iter().zip(CLIENT_KEY).map(|(a, b)| a ^ b).collect();
            STANDARD.encode(mixed)
        }
        _ => String::new(),
    }
}

/// base64(hex(HMAC-SHA256)).
fn signature(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message.as_bytes());
    STANDARD.encode(hex::encode(mac.finalize().into_bytes()))
}

/// The path of an absolute URL, from the first `/` after the host.
fn path_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    url[after_scheme..].find('/').map_or("/", |at| &url[after_scheme + at..])
}

/// Percent-encodes everything but unreserved characters, `/` too.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 32);
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://erp.example.com/k3cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc";

    fn signer<'a>(username: &'a str, org_number: &'a str) -> Signer<'a> {
        Signer {
            app_id: "225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            app_secret: "0123456789abcdef0123456789abcdef",
            acct_id: "6501f2c7a2b0a1",
            username,
            lcid: "2052",
            org_number,
        }
    }

    fn check(username: &str, org_number: &str, expected: &[(&str, &str)]) {
        let headers = signer(username, org_number).headers(URL, 1_700_000_000);
        for (name, value) in expected {
            let found = headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
            assert_eq!(found, Some(*value), "{name}");
        }
    }

    #[test]
    fn the_published_vector_comes_out() {
        check(
            "zhangsan",
            "100",
            &[
                ("X-Api-ClientID", "225649"),
                (
                    "X-Api-Signature",
                    "ZDQ4NTViM2EzY2VjYjI1OTY2MmZjZjVhNjE0OTZiNDA3MmY4M2VjYzNlZDQ1YTNkMmY1NDdlNzQxYzI4OWMzYw==",
                ),
                ("X-Kd-Appdata", "NjUwMWYyYzdhMmIwYTEsemhhbmdzYW4sMjA1MiwxMDA="),
                (
                    "X-Kd-Signature",
                    "YWYxMTYxNzI4OWRhYzdkZWE2ODkzMDk0ZTNmMGQ0ODY5NTJkYTFmYjQwYWE1NWY2ZTY5ZWE3ODYxMTg5YzEzYw==",
                ),
            ],
        );
        assert_eq!(client_key("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"), "MTI2MGM1Pj9qPDk/OT04KHMiKnd0IXMr");
    }

    #[test]
    fn a_chinese_user_name_is_signed_as_utf8() {
        check(
            "张三",
            "0",
            &[
                ("X-Kd-Appdata", "NjUwMWYyYzdhMmIwYTEs5byg5LiJLDIwNTIsMA=="),
                (
                    "X-Kd-Signature",
                    "MzVkMTg0YTU0NzZiMjUwYTZlNjNmZjBkYmI1MTZhNWU4YjE5M2Q3NDUwYWExYWI5MDQzMmZhN2ZhNjZjMGNhNw==",
                ),
            ],
        );
    }

    #[test]
    fn an_app_id_of_another_form_has_no_client() {
        for app_id in ["225649", "225649_a_b", ""] {
            assert_eq!(client(app_id), ("", String::new()), "{app_id}");
        }
        assert_eq!(client("225649_short"), ("225649", String::new()));
    }

    #[test]
    fn the_whole_path_is_encoded() {
        assert_eq!(percent_encoded(path_of("http://10.1.2.3:8080/K3Cloud/A.B,C")), "%2FK3Cloud%2FA.B%2CC");
        assert_eq!(path_of("https://erp.example.com"), "/");
    }
}
