//! The account set (账套) and who may enter it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::stand_in::Chance;

/// One data centre, one integration user, one registered application.
#[derive(Debug, Clone)]
pub struct Account {
    pub acct_id: String,
    pub data_center: String,
    pub username: String,
    pub password: String,
    /// `<client id>_<32 characters of base64>`.
    pub app_id: String,
    pub app_secret: String,
    /// Number of the organisation in which integrations work.
    pub org_number: String,
}

impl Account {
    /// The credentials of that seed.
    pub fn new(seed: u64, company: &str, org_number: &str) -> Account {
        let mut chance = Chance::new(seed ^ 0x4b33_434c_4f55_4400);
        let key: Vec<u8> = (0..24).map(|_| chance.below(256) as u8).collect();
        Account {
            acct_id: chance.hex(14),
            data_center: format!("{company}账套"),
            username: "integration".into(),
            password: format!("Kd@{}", chance.hex(10)),
            app_id: format!("{}_{}", 200_000 + chance.below(100_000), STANDARD.encode(key)),
            app_secret: chance.hex(32),
            org_number: org_number.to_owned(),
        }
    }

    /// What the settings form of a connection needs.
    pub fn connection(&self, base: &str) -> Value {
        json!({
            "base_url": format!("{base}/k3cloud"),
            "acct_id": self.acct_id,
            "username": self.username,
            "password": self.password,
            "app_id": self.app_id,
            "app_secret": self.app_secret,
            "lcid": LCID,
            "org_number": self.org_number,
        })
    }
}

/// Simplified Chinese.
pub const LCID: i64 = 2052;

/// Whether the server knows that language (§2.1).
pub fn knows_language(lcid: &str) -> bool {
    matches!(lcid.trim(), "" | "2052" | "1033" | "3076")
}
