//! What a push takes until its target has it: an ERP pushes at an even pace to a server that runs as a process of its own,
//! and the stand-in of a home-grown ERP tells when it made each document.
//!
//! A push counts from the time at which it was due, not from when it could be sent: who waits is the one that pushes.

mod minutes;
mod plot;

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
use super::folder::{Folder, RETRIES};
use crate::clock::SystemClock;
use crate::exit::Failure;

pub use minutes::Minute;
use minutes::Sample;
pub use plot::plot;

/// What is pushed, and against what.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub seconds: u64,
    /// Pushes in a second.
    pub a_second: u64,
    /// By how many milliseconds a commit takes longer.
    pub slow_commits: u64,
    /// Whether one call of the target in a hundred goes wrong.
    pub has_faults: bool,
}

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
    pub minutes: Vec<Minute>,
}

/// So many of a hundred took no longer.
pub fn percentile(sorted: &[Duration], of_a_hundred: usize) -> Duration {
    let place = (sorted.len() * of_a_hundred / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// Pushes at that pace to a server of its own, and waits until the target has all of them, or has got none for a minute.
///
/// # Errors
/// What could not be started, and a push that was not taken.
pub async fn pushes(network: &dyn Network, pace: Pace) -> Result<Pushed, Failure> {
    let sandbox = Sandbox::start(1, 1).await?;
    let asking = Asking::new(network, sandbox.control_base()?);
    let hurried = |text: &str| match pace.has_faults {
        true => text.replacen("kind: flow\n", &format!("kind: flow\n{RETRIES}\n"), 1),
        false => text.to_owned(),
    };
    let texts = [
        ("connections/mall.yaml", PUSHER.to_owned()),
        ("connections/erp.yaml", TARGET.to_owned()),
        ("objects/mall/customer.yaml", object("mall")),
        ("objects/erp/customer.yaml", object("erp")),
        ("flows/pushed-customers.yaml", hurried(FLOW)),
    ];
    let folder = Folder::of(&texts)?;
    folder.apply(&sandbox.variables()).await?;
    let token = folder.token("mall").await?;
    if pace.has_faults {
        asking.post("/_sandbox/faults", &one_in_a_hundred()).await?;
    }
    let server = Server::start_slow(&folder, pace.slow_commits).await?;
    let load = Load { asking: &asking, url: format!("{}{PUSHES}", server.base()), token, pace };
    let came = load.push(&server, &folder).await?;
    let made = all_made(&asking, came.answered.len()).await?;
    let early = came.samples.get(came.samples.len() / 4).map_or(0, |sample| sample.memory_kib);
    let seen: BTreeMap<u64, Duration> =
        made.iter().map(|(number, at)| (*number, at.since(load.due(came.begun, *number)))).collect();
    Ok(Pushed {
        pushes: came.answered.len(),
        minutes: minutes::of(&came, &seen, pace),
        seen: sorted(seen.into_values().collect()),
        answered: sorted(came.answered.into_values().collect()),
        memory_kib: (early, server.memory_kib()),
    })
}

/// One call in a hundred goes wrong, in parts per million.
fn one_in_a_hundred() -> Value {
    json!({ "refused": 4_000, "answer_lost": 3_000, "truncated": 2_000, "session_lost": 1_000 })
}

fn sorted(mut all: Vec<Duration>) -> Vec<Duration> {
    all.sort();
    all
}

struct Load<'l> {
    asking: &'l Asking,
    url: String,
    token: String,
    pace: Pace,
}

/// What came of pushing.
struct Came {
    begun: Timestamp,
    /// From when each was due until it was answered, by its number.
    answered: BTreeMap<u64, Duration>,
    /// One for each second.
    samples: Vec<Sample>,
}

impl Load<'_> {
    fn due(&self, begun: Timestamp, number: u64) -> Timestamp {
        begun + Duration::from_millis(number * 1_000 / self.pace.a_second)
    }

    async fn push(&self, server: &Server, folder: &Folder) -> Result<Came, Failure> {
        let (total, mut next) = (self.pace.seconds * self.pace.a_second, 0);
        // The first finds everything warm.
        let begun = SystemClock.now() + Duration::from_secs(1);
        let mut came = Came { begun, answered: BTreeMap::new(), samples: Vec::new() };
        let mut under_way = FuturesUnordered::new();
        while next < total || !under_way.is_empty() {
            let due = self.due(begun, next);
            tokio::select! {
                biased;
                () = SystemClock.sleep_until(due), if next < total => {
                    if next % self.pace.a_second == 0 {
                        came.samples.push(Sample::of(server, folder));
                    }
                    under_way.push(async move { Ok::<_, Failure>((next, self.one(next, due).await?)) });
                    next += 1;
                }
                Some(took) = under_way.next(), if !under_way.is_empty() => {
                    let (number, took) = took?;
                    came.answered.insert(number, took);
                }
            }
        }
        Ok(came)
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
