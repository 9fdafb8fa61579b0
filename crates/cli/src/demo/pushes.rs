//! What a push takes until its target has it: an ERP pushes at an even pace to a server that runs as a process of its own,
//! and the stand-in of a home-grown ERP tells when it made each document.
//!
//! A push counts from the time at which it was due, not from when it could be sent: who waits is the one that pushes.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::{Clock, Network};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use model::Timestamp;
use serde_json::{Value, json};

use super::PUSHES;
use super::asking::Asking;
use super::children::{Sandbox, Server};
use super::folder::Folder;
use crate::clock::SystemClock;
use crate::exit::Failure;

/// Pushes in a second.
pub const A_SECOND: u64 = 200;
/// How long the last of them may take.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);

const PUSHER: &str = "kind: connection\nname: mall\nconnector: standard-erp\ntitle: { zh: 商城, en: Shop }\n";
const TARGET: &str = "kind: connection\nname: erp\nconnector: standard-erp\ntitle: { zh: 自研 ERP, en: Home-grown ERP }\n\
    settings:\n  base_url: { env: ANY_ERP_BASE_URL }\n  token: { env: ANY_ERP_TOKEN }\n  absent_code: 2006\n  id_by: caller\n  \
    rate: 1000000\n  at_once: 16\n";
const FLOW: &str = "kind: flow\nname: pushed-customers\ntitle: { zh: 推送的客户, en: Customers that are pushed }\n\
    source: { connection: mall, object: customer, within: 6m }\n\
    target: { connection: erp, object: customer, key: custId, match: [custId] }\nmap:\n  \
    custId: { from: custId, required: true }\n  custNo: custNo\n  custName: custName\n  address: address\n  tel: tel\n  \
    remark: remark\n";

fn object(connection: &str) -> String {
    format!(
        "kind: object\nconnection: {connection}\nname: customer\nid: custId\nnumber: custNo\ndisplay: custName\n\
         version: rowVersion\npush: full\nfields:\n  - {{ name: custId, label: 内码, type: text, required: true }}\n  \
         - {{ name: custNo, label: 客户编码, type: text }}\n  - {{ name: custName, label: 客户名称, type: text }}\n  \
         - {{ name: address, label: 地址, type: text }}\n  - {{ name: tel, label: 电话, type: text }}\n  \
         - {{ name: remark, label: 备注, type: long_text }}\n  - {{ name: rowVersion, label: 数据版本, type: number }}\n"
    )
}

/// What came of them.
#[derive(Debug, Clone)]
pub struct Pushed {
    pub pushes: usize,
    /// From when each was due until it was answered, and until the target had it; sorted.
    pub answered: Vec<Duration>,
    pub seen: Vec<Duration>,
    /// The server's resident memory after a quarter of the time and at the end, in KiB.
    pub memory_kib: (u64, u64),
}

/// So many of a hundred took no longer.
pub fn percentile(sorted: &[Duration], of_a_hundred: usize) -> Duration {
    let place = (sorted.len() * of_a_hundred / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// Pushes for so many seconds to a server whose commits take so many milliseconds longer, and waits until the target has all of them, or has got none for a minute.
///
/// # Errors
/// What could not be started, and a push that was not taken.
pub async fn pushes(network: &dyn Network, seconds: u64, slow_commits: u64) -> Result<Pushed, Failure> {
    let sandbox = Sandbox::start(1, 1).await?;
    let asking = Asking::new(network, sandbox.control_base()?);
    let texts = [
        ("connections/mall.yaml", PUSHER.to_owned()),
        ("connections/erp.yaml", TARGET.to_owned()),
        ("objects/mall/customer.yaml", object("mall")),
        ("objects/erp/customer.yaml", object("erp")),
        ("flows/pushed-customers.yaml", FLOW.to_owned()),
    ];
    let folder = Folder::of(&texts)?;
    folder.apply(&sandbox.variables()).await?;
    let token = folder.token("mall").await?;
    let server = Server::start_slow(&folder, slow_commits).await?;
    let load = Load { asking: &asking, url: format!("{}{PUSHES}", server.base()), token };
    let (begun, answered, early) = load.push(seconds, &server).await?;
    let made = all_made(&asking, answered.len()).await?;
    let memory_kib = (early, server.memory_kib());
    let due = |number: u64| begun + Duration::from_millis(number * 1_000 / A_SECOND);
    let seen = made.iter().map(|(number, at)| at.since(due(*number)));
    Ok(Pushed {
        pushes: answered.len(),
        seen: sorted(seen.collect()),
        answered: sorted(answered),
        memory_kib,
    })
}

fn sorted(mut all: Vec<Duration>) -> Vec<Duration> {
    all.sort();
    all
}

struct Load<'l> {
    asking: &'l Asking,
    url: String,
    token: String,
}

impl Load<'_> {
    /// When it began, what each answer took, and the server's memory after a quarter of it.
    async fn push(&self, seconds: u64, server: &Server) -> Result<(Timestamp, Vec<Duration>, u64), Failure> {
        let (total, mut next) = (seconds * A_SECOND, 0);
        // The first finds everything warm.
        let begun = SystemClock.now() + Duration::from_secs(1);
        let (mut under_way, mut answered, mut early) = (FuturesUnordered::new(), Vec::new(), 0);
        while next < total || !under_way.is_empty() {
            let due = begun + Duration::from_millis(next * 1_000 / A_SECOND);
            tokio::select! {
                biased;
                () = SystemClock.sleep_until(due), if next < total => {
                    if next == total / 4 {
                        early = server.memory_kib();
                    }
                    under_way.push(self.one(next, due));
                    next += 1;
                }
                Some(took) = under_way.next(), if !under_way.is_empty() => answered.push(took?),
            }
        }
        Ok((begun, answered, early))
    }

    async fn one(&self, number: u64, due: Timestamp) -> Result<Duration, Failure> {
        let headers = [
            ("token", self.token.as_str()),
            ("tenantId", "default"),
            ("objectApiName", "customer"),
            ("version", "v1"),
            ("id", &id(number)),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.asking.push(&self.url, headers.into(), body(number)).await?;
        Ok(SystemClock.now().since(due))
    }
}

fn id(number: u64) -> String {
    format!("P{number:08}")
}

/// A customer of about a thousand bytes.
fn body(number: u64) -> String {
    json!({
        "objAPIName": "customer",
        "masterFieldVal": {
            "custId": id(number), "custNo": id(number), "custName": format!("上海测试客户{number}有限公司"),
            "address": format!("浦东新区测试路 {number} 号"), "tel": "021-55556666", "rowVersion": 1,
            "remark": "战略客户,优先发货;".repeat(24),
        },
        "detailFieldVals": {},
    })
    .to_string()
}

/// When the target made each, by its number.
async fn all_made(asking: &Asking, wanted: usize) -> Result<BTreeMap<u64, Timestamp>, Failure> {
    let (mut known, mut moved) = (0, SystemClock.now());
    loop {
        let ledger = asking.get("/_sandbox/standard-erp/ledger").await?;
        let entry = |made: &Value| {
            let number = made["number"].as_str()?.strip_prefix('P')?.parse().ok()?;
            Some((number, Timestamp(made["at_ms"].as_i64()?)))
        };
        let made: BTreeMap<u64, Timestamp> =
            ledger.as_array().into_iter().flatten().filter_map(entry).collect();
        if made.len() > known {
            (known, moved) = (made.len(), SystemClock.now());
        }
        if made.len() >= wanted || SystemClock.now().since(moved) > PATIENCE {
            return Ok(made);
        }
        SystemClock.sleep_until(SystemClock.now() + LOOK_EVERY).await;
    }
}
