//! Signed headers of third-party applications (`protocols/kingdee.md §2.2`), checked as the server checks them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::kingdee::account::{Account, knows_language};
use crate::stand_in::Request;

/// What signed headers come to.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No signed headers at all.
    Unsigned,
    /// Signed by the application for that user; the number of the organisation it asks for.
    Valid {
        org_number: String,
    },
    /// Signed for a data centre that is not here: answered outside the protocol (§2.3).
    OtherDataCenter,
    Invalid,
}

/// Checks the signed headers of a call.
pub fn verify(account: &Account, call: &Request) -> Verdict {
    let Some(app_id) = call.header("x-kd-appkey") else { return Verdict::Unsigned };
    let Some(identity) = call.header("x-kd-appdata").and_then(decode) else { return Verdict::Invalid };
    let parts: Vec<&str> = identity.split(',').collect();
    let [acct_id, username, lcid, org_number] = parts[..] else { return Verdict::Invalid };
    if acct_id != account.acct_id {
        return Verdict::OtherDataCenter;
    }
    let client_id = app_id.split_once('_').map_or("", |(client, _)| client);
    let known = app_id == account.app_id
        && username == account.username
        && knows_language(lcid)
        && call.header("x-api-clientid") == Some(client_id);
    let signed = call.header("x-kd-signature")
        == Some(&sign(account.app_secret.as_bytes(), &format!("{app_id}{identity}")))
        && call.header("x-api-signature") == Some(&request_signature(app_id, call));
    match known && signed {
        true => Verdict::Valid { org_number: org_number.to_owned() },
        false => Verdict::Invalid,
    }
}

fn request_signature(app_id: &str, call: &Request) -> String {
    let nonce = call.header("x-api-nonce").unwrap_or_default();
    let timestamp = call.header("x-api-timestamp").unwrap_or_default();
    let path = percent_encode(&call.full_path);
    let text = format!("POST\n{path}\n\nx-api-nonce:{nonce}\nx-api-timestamp:{timestamp}\n");
    sign(client_secret(app_id).as_bytes(), &text)
}

/// Base64 of the lower-case hexadecimal text of the HMAC-SHA256.
fn sign(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    STANDARD.encode(hex::encode(mac.finalize().into_bytes()))
}

/// The key of the request signature, which the application id carries in its second part.
fn client_secret(app_id: &str) -> String {
    const MASK: &[u8] = b"0054f397c6234378b09ca7d3e5debce7";
    let mut parts = app_id.split('_');
    let (Some(_), Some(second), None) = (parts.next(), parts.next(), parts.next()) else {
        return String::new();
    };
    match STANDARD.decode(second) {
        Ok(bytes) if second.len() == 32 => {
            STANDARD.encode(bytes.iter().zip(MASK).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>())
        }
        _ => String::new(),
    }
}

/// The `sign` of LoginBySign: the five texts sorted, joined and hashed.
pub fn login_sign(mut texts: [&str; 5]) -> String {
    texts.sort_unstable();
    hex::encode(Sha256::digest(texts.concat()))
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// Everything but unreserved characters as `%XX`, the slash included.
fn percent_encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP_ID: &str = "225649_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn account(user: &str) -> Account {
        Account {
            acct_id: "6501f2c7a2b0a1".into(),
            username: user.into(),
            app_id: APP_ID.into(),
            app_secret: SECRET.into(),
            ..Account::new(1, "演示公司", "100")
        }
    }

    fn call(headers: &[(&str, &str)]) -> Request {
        let path =
            "/k3cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc";
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Request::new("POST", path, headers, "")
    }

    const SIGNED: &[(&str, &str)] = &[
        ("X-Api-ClientID", "225649"),
        ("X-Api-Auth-Version", "2.0"),
        ("x-api-timestamp", "1700000000"),
        ("x-api-nonce", "1700000000"),
        ("x-api-signheaders", "x-api-timestamp,x-api-nonce"),
        (
            "X-Api-Signature",
            "ZDQ4NTViM2EzY2VjYjI1OTY2MmZjZjVhNjE0OTZiNDA3MmY4M2VjYzNlZDQ1YTNkMmY1NDdlNzQxYzI4OWMzYw==",
        ),
        ("X-Kd-Appkey", APP_ID),
        ("X-Kd-Appdata", "NjUwMWYyYzdhMmIwYTEsemhhbmdzYW4sMjA1MiwxMDA="),
        (
            "X-Kd-Signature",
            "YWYxMTYxNzI4OWRhYzdkZWE2ODkzMDk0ZTNmMGQ0ODY5NTJkYTFmYjQwYWE1NWY2ZTY5ZWE3ODYxMTg5YzEzYw==",
        ),
    ];

    #[test]
    fn the_published_vectors_come_out() {
        assert_eq!(client_secret(APP_ID), "MTI2MGM1Pj9qPDk/OT04KHMiKnd0IXMr");
        assert_eq!(
            login_sign(["6501f2c7a2b0a1", "zhangsan", APP_ID, SECRET, "1700000000"]),
            "a18a16c35480b8f24ccc292b03c0145b75931dc1137b1b0876db73f3b5ade6b8"
        );
        let valid = Verdict::Valid { org_number: "100".into() };
        assert_eq!(verify(&account("zhangsan"), &call(SIGNED)), valid);
        assert_eq!(
            sign(SECRET.as_bytes(), &format!("{APP_ID}6501f2c7a2b0a1,张三,2052,0")),
            "MzVkMTg0YTU0NzZiMjUwYTZlNjNmZjBkYmI1MTZhNWU4YjE5M2Q3NDUwYWExYWI5MDQzMmZhN2ZhNjZjMGNhNw=="
        );
        assert_eq!(decode("NjUwMWYyYzdhMmIwYTEs5byg5LiJLDIwNTIsMA==").unwrap(), "6501f2c7a2b0a1,张三,2052,0");
    }

    #[test]
    fn a_header_that_was_touched_is_noticed() {
        for (name, verdict) in [
            ("x-api-timestamp", Verdict::Invalid),
            ("x-api-nonce", Verdict::Invalid),
            ("X-Api-ClientID", Verdict::Invalid),
            ("X-Api-Signature", Verdict::Invalid),
            ("X-Kd-Signature", Verdict::Invalid),
            ("X-Kd-Appdata", Verdict::Invalid),
        ] {
            let headers: Vec<(&str, &str)> = SIGNED
                .iter()
                .map(|(n, value)| (*n, if *n == name { "1700000001" } else { *value }))
                .collect();
            assert_eq!(verify(&account("zhangsan"), &call(&headers)), verdict, "{name}");
        }
        assert_eq!(verify(&account("zhangsan"), &call(&[])), Verdict::Unsigned);
        assert_eq!(verify(&account("李四"), &call(SIGNED)), Verdict::Invalid);
        let elsewhere = Account { acct_id: "别的账套".into(), ..account("zhangsan") };
        assert_eq!(verify(&elsewhere, &call(SIGNED)), Verdict::OtherDataCenter);
    }
}
