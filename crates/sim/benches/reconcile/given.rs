//! What is compared: a store in which everything was brought over, and the systems that it was brought between.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::store::ConfigText;
use contract::{Chance, Clock};
use engine::Seams;
use model::{Catalogue, Hash, Timestamp, json};
use rusqlite::{Connection, params};
use store::{Key, Nonces, Options, Sqlite};
use tempfile::TempDir;

use crate::vendor::Vendor;

const FLOW: &str = "kind: flow\nname: customers\nsource: { connection: crm, object: AccountObj, history: true }\n\
    target: { connection: erp, object: BD_Customer, key: FNumber }\nmap:\n  FNumber: account_no\n  FName: name\n  \
    FTEL: tel\n  FAddress: address\n  FCreditLimit: credit\n  FDescription: remark\n";

/// When the first record was changed; each a little later than the one before.
const BEGIN: i64 = 1_780_000_000_000;
const STEP: i64 = 40;

pub struct Given {
    pub seams: Seams,
    vendor: Vendor,
    now: Arc<Now>,
    records: i64,
    _folder: TempDir,
}

/// The time stands still but for what is slept.
pub struct Now(Mutex<Timestamp>);

#[async_trait]
impl Clock for Now {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("nobody panics while it is held")
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut now = self.0.lock().expect("nobody panics while it is held");
        *now = (*now).max(at);
    }
}

struct Counted(Mutex<u64>);

impl Chance for Counted {
    fn next(&self) -> u64 {
        let mut state = self.0.lock().expect("nobody panics while it is held");
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 16
    }
}

fn at(number: i64) -> i64 {
    BEGIN + number * STEP
}

fn account(number: i64, name: &str) -> String {
    format!(
        r#"{{"_id":"{number:024x}","account_no":"KH{number:07}","name":"{name}{number}","tel":"0755-{number:08}","address":"深圳市南山区科技园{number}号","credit":"{number}.50","remark":"重点客户,每月对账"}}"#
    )
}

fn customer(number: i64, name: &str) -> String {
    format!(
        r#"{{"FNumber":"KH{number:07}","FName":"{name}{number}","FTEL":"0755-{number:08}","FAddress":"深圳市南山区科技园{number}号","FCreditLimit":{number}.50,"FDescription":"重点客户,每月对账"}}"#
    )
}

impl Given {
    pub async fn make(records: i64) -> Given {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("qiao.db");
        let nonces = Nonces::new(|| [9; 24]);
        let store = Sqlite::open(&path, Options::new(Key::new([7; 32]), nonces)).expect("a new file");
        let vendor = Vendor::new(&folder.path().join("systems.db"));
        let now = Arc::new(Now(Mutex::new(Timestamp(BEGIN - 1_000))));
        let seams = Seams {
            store: Arc::new(store),
            clock: now.clone(),
            chance: Arc::new(Counted(Mutex::new(1))),
            network: Arc::new(vendor.clone()),
            connectors: Arc::new(vendor.clone()),
            functions: Arc::new(functions::Scripts::inline(now.clone())),
            catalogue: Arc::new(Catalogue::default()),
        };
        let connection = |name: &str| ConfigText {
            kind: "connection".into(),
            name: name.into(),
            text: format!(
                "kind: connection\nname: {name}\nconnector: vendor\ntitle: {{ zh: 系统, en: System }}\n"
            ),
        };
        let flow = ConfigText { kind: "flow".into(), name: "customers".into(), text: FLOW.into() };
        let texts = [connection("crm"), connection("erp"), flow];
        let outcome = engine::apply::apply(&seams, &texts, &|_| None).await.expect("the store answers");
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
        fill(&Connection::open(&path).expect("the store's file"), records);
        vendor.change(|sql| {
            let mut put = sql.prepare("insert into document values (?1, ?2, ?3, ?4)").expect("a statement");
            for number in 0..records {
                let (id, version) = (format!("{number:024x}"), at(number));
                put.execute(params!["AccountObj", id, version, account(number, "客户")]).expect("a row");
                let (id, version) = (format!("{number:09}"), at(number) + 5_000);
                put.execute(params!["BD_Customer", id, version, customer(number, "客户")]).expect("a row");
            }
        });
        *now.0.lock().expect("nobody panics while it is held") = Timestamp(at(records) + 86_400_000);
        Given { seams, vendor, now, records, _folder: folder }
    }

    /// Differences of every kind: how many are only here, only there, and differ. All of them changed while everything
    /// was brought over.
    pub fn plant(&self) -> (u64, u64, u64) {
        let step = self.records / 40;
        self.vendor.change(|sql| {
            let all = "update document set body = ?3, version = version + 2000 where object = ?1 and id = ?2";
            let mut change = sql.prepare(all).expect("a statement");
            let mut remove =
                sql.prepare("delete from document where object = ?1 and id = ?2").expect("a statement");
            let mut put = sql.prepare("insert into document values (?1, ?2, ?3, ?4)").expect("a statement");
            for n in 0..10 {
                let number = n * step + 17;
                let id = format!("{number:09}");
                change
                    .execute(params!["BD_Customer", id, customer(number, "别人改的")])
                    .expect("it is there");
                let id = format!("{:09}", number + step * 10);
                remove.execute(params!["BD_Customer", id]).expect("it is there");
                let (id, version) = (format!("X{n}"), at(number));
                put.execute(params!["BD_Customer", id, version, customer(number + 9, "目标自己的")])
                    .expect("a row");
                let number = number + step * 20;
                let id = format!("{number:024x}");
                change.execute(params!["AccountObj", id, account(number, "没读到的")]).expect("it is there");
                if n < 5 {
                    let id = format!("{:024x}", number + step * 10);
                    remove.execute(params!["AccountObj", id]).expect("it is there");
                }
            }
        });
        (10, 10 + 5, 20)
    }

    /// Differences that came after the last run, a day ago by now.
    pub fn plant_since(&self) -> (u64, u64, u64) {
        let step = self.records / 40;
        let now = {
            let mut now = self.now.0.lock().expect("nobody panics while it is held");
            *now = Timestamp(now.0 + 86_400_000);
            now.0
        };
        self.vendor.change(|sql| {
            let all = "update document set body = ?3, version = ?4 where object = ?1 and id = ?2";
            let mut change = sql.prepare(all).expect("a statement");
            for n in 0..3 {
                let number = n * step + 1_234;
                let (id, version) = (format!("{number:09}"), now - 40_000_000 + n * 3_600_000);
                change
                    .execute(params!["BD_Customer", id, customer(number, "后来改的"), version])
                    .expect("it is there");
            }
            let mut remove =
                sql.prepare("delete from document where object = ?1 and id = ?2").expect("a statement");
            remove.execute(params!["BD_Customer", format!("{:09}", step * 5 + 99)]).expect("it is there");
        });
        (1, 0, 3)
    }
}

/// Everything was read, brought over and read back.
fn fill(sql: &Connection, records: i64) {
    sql.execute_batch("pragma synchronous = off; begin").expect("the store's file");
    let tenant: i64 = sql.query_row("select min(id) from tenant", [], |row| row.get(0)).expect("a tenant");
    let mut record = sql
        .prepare(
            "insert into record (id, tenant, connection, object, source_id, number, name, version, revision, hash, void)
             values (?1, ?2, 'crm', 'AccountObj', ?3, ?4, ?5, ?6, 1, ?7, 0)",
        )
        .expect("a statement");
    let mut revision = sql
        .prepare(
            "insert into revision (id, record, revision, at, number, name, version, hash, void, body)
             values (?1, ?1, 1, ?2, ?3, ?4, ?2, ?5, 0, ?6)",
        )
        .expect("a statement");
    let mut link = sql
        .prepare(
            "insert into link (id, tenant, connection, object, source_id, target_connection, target_object, target_id,
                 target_number, mapped, target_hash, fields, target_version)
             values (?1, ?2, 'crm', 'AccountObj', ?3, 'erp', 'BD_Customer', ?4, ?5, ?6, ?6, ?7, ?8)",
        )
        .expect("a statement");
    let mut task = sql
        .prepare(
            "insert into task (id, tenant, flow, record, kind, lane, state, want, done, tries, due, open, awaits)
             values (?1, ?2, 'customers', ?1, 0, 'erp', 4, 1, 1, 0, 0, 0, 0)",
        )
        .expect("a statement");
    for number in 0..records {
        let (row, version) = (number + 1, at(number));
        let (id, body) = (format!("{number:024x}"), account(number, "客户"));
        let hash = Hash::of(&json::read(&body).expect("it is JSON")).to_bytes();
        let (no, name) = (format!("KH{number:07}"), format!("客户{number}"));
        record.execute(params![row, tenant, id, no, name, version, hash]).expect("a row");
        revision.execute(params![row, version, no, name, hash, body]).expect("a row");
        let document = customer(number, "客户");
        let target = format!("{number:09}");
        link.execute(params![row, tenant, id, target, no, hash, document, version + 5_000]).expect("a row");
        task.execute(params![row, tenant]).expect("a row");
    }
    let end = at(records) + 80_000_000_000;
    for walk in ["changes", "history"] {
        sql.execute(
            "insert into cursor values (?1, 'crm', 'AccountObj', ?2, 0, ?3, null, 1)",
            params![tenant, walk, end],
        )
        .expect("a row");
    }
    sql.execute_batch("commit").expect("the disk has room");
}
