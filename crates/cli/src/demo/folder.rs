//! Where a demo takes place: a temporary folder, the example's texts in it made quick, and their application.

use std::path::PathBuf;
use std::process::Stdio;

use contract::Chance;
use contract::store::ConfigText;
use serde_json::{Value, json};
use tokio::process::Command;

use super::asking::Asking;
use super::children::{child_failed, ourselves};
use super::{Plan, Purpose, WITHIN_LIMITS};
use crate::clock::SystemChance;
use crate::exit::Failure;
use crate::{examples, texts};

/// What makes a demo quick: the reading interval, the waits between retries (which are hours in real life), and how
/// long a lost write is waited for. The stand-ins' late writes come within [`LATE_BY_MS`], well inside.
const WITHIN: &str = "2s";
pub const RETRIES: &str = "retries: { waits: [2s, 5s, 10s, 10s, 20s, 20s, 30s, 30s] }";
const SETTLE_SECONDS: u32 = 20;
const LATE_BY_MS: u64 = 8_000;

/// As many calls as nobody makes.
const NO_LIMIT: u64 = 1_000_000;
/// Every fiftieth write is answered by a time-out, which holds its call for half a minute: with the vendors' few calls
/// at once all of them would soon be held.
const AT_ONCE: u32 = 40;

/// The mobile number that stands in the example for the administrator's.
const RECEIVER: &str = "13800000000";

/// The folder of a demo.
pub struct Folder {
    path: PathBuf,
    keeps: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keeps {
            // What cannot be removed from the folder for temporary files goes when the machine clears it.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

impl Folder {
    /// Copies the example's texts into a new folder, made quick, with the company's administrator as who gets notices.
    pub fn set(plan: &Plan, administrator: &str) -> Result<Folder, Failure> {
        let folder = Folder::new(plan.keeps);
        let from = folder.path.join("example");
        examples::find(&plan.example)?.write_to(&from)?;
        let is_wanted = |text: &ConfigText| plan.purpose == Purpose::Show || !is_notice(text);
        for file in texts::load(&from)?.into_iter().filter(|file| is_wanted(&file.text)) {
            let below = texts::path_of(&file.text).unwrap_or_else(|| PathBuf::from(&file.text.name));
            folder.write(below, &quick(&file.text, administrator, plan))?;
        }
        Ok(folder)
    }

    /// A new folder with these texts, by their paths.
    pub fn of(texts: &[(&str, String)]) -> Result<Folder, Failure> {
        let folder = Folder::new(false);
        for (path, text) in texts {
            folder.write(PathBuf::from(path), text)?;
        }
        Ok(folder)
    }

    fn new(keeps: bool) -> Folder {
        let path = std::env::temp_dir().join(format!("qiao-demo-{:08x}", SystemChance.next() >> 32));
        Folder { path, keeps }
    }

    fn write(&self, below: PathBuf, text: &str) -> Result<(), Failure> {
        let path = self.texts().join(below);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = made.and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| Failure::file(&path, &error))
    }

    fn texts(&self) -> PathBuf {
        self.path.join("texts")
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Where what the server says on its standard error goes.
    pub fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Puts the texts in force, with the sandbox's values as variables.
    pub async fn apply(&self, variables: &[(String, String)]) -> Result<(), Failure> {
        let mut command = Command::new(ourselves()?);
        command.arg("apply").arg(self.texts());
        self.run("qiao apply", command, variables).await.map(drop)
    }

    /// Binds the people of the CRM and the ERP who are certainly the same.
    pub async fn bind_people(&self, variables: &[(String, String)]) -> Result<(), Failure> {
        let mut command = Command::new(ourselves()?);
        command.args(["binding", "match", "--from", "crm", "--to", "erp", "--apply"]);
        self.run("qiao binding match", command, variables).await.map(drop)
    }

    /// Makes the access token with which the system of a connection pushes.
    pub async fn token(&self, connection: &str) -> Result<String, Failure> {
        let mut command = Command::new(ourselves()?);
        command.args(["token", "make", "demo", "--connection", connection, "--json"]);
        let said = self.run("qiao token make", command, &[]).await?;
        let made: Value = serde_json::from_str(said.trim()).unwrap_or_default();
        match made["token"].as_str() {
            Some(token) => Ok(token.to_owned()),
            None => Err(child_failed("qiao token make", said.trim())),
        }
    }

    /// Runs one of our commands on the data folder to its end; what it said.
    async fn run(
        &self,
        name: &str,
        mut command: Command,
        variables: &[(String, String)],
    ) -> Result<String, Failure> {
        command.arg("--folder").arg(self.data()).envs(variables.iter().cloned()).stdin(Stdio::null());
        let output = command.output().await.map_err(|error| child_failed(name, &error.to_string()))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => {
                let said = [output.stdout, output.stderr].concat();
                Err(child_failed(name, String::from_utf8_lossy(&said).trim()))
            }
        }
    }
}

/// The faults of a demo: parts per million. A throttled call stops its system for twenty seconds and more, so there are
/// about as many of them however many records there are.
pub fn faults(records: usize) -> Value {
    let throttled = 2_000 * WITHIN_LIMITS / records.max(WITHIN_LIMITS);
    json!({
        "answer_lost": 50_000, "applied_late": 20_000, "late_by_ms": LATE_BY_MS, "refused": 5_000,
        "truncated": 5_000, "session_lost": 5_000, "throttled": throttled, "partial": 5_000, "locked": 5_000,
        "latency_ms": 2, "jitter_ms": 8,
    })
}

/// Lifts the stand-ins' limits of calls and notices.
pub async fn lift_limits(asking: &Asking) -> Result<(), Failure> {
    asking.post("/_sandbox/fxiaoke/tenant", &json!({ "calls_per_window": NO_LIMIT })).await?;
    let notices = json!({ "calls_per_second": NO_LIMIT, "notices_per_user": NO_LIMIT });
    asking.post("/_sandbox/dingtalk/organisation", &notices).await.map(|_| ())
}

/// The settings of a connection that is not held to its vendor's limits.
fn lifted(plan: &Plan) -> String {
    let mut settings = String::new();
    if plan.lifts_limits() {
        settings += &format!("  rate: {NO_LIMIT}\n");
    }
    if plan.lifts_limits() && plan.has_faults {
        settings += &format!("  at_once: {AT_ONCE}\n");
    }
    settings
}

fn is_notice(text: &ConfigText) -> bool {
    text.kind == "flow" && text.text.lines().any(|line| line.starts_with("mode: notify"))
}

/// The text with the settings that make a demo quick, and the administrator's mobile number in its place.
fn quick(text: &ConfigText, administrator: &str, plan: &Plan) -> String {
    let line = |line: &str| match (text.kind.as_str(), line.trim_start()) {
        ("flow", trimmed) if trimmed.starts_with("within:") => {
            let indent = &line[..line.len() - trimmed.len()];
            format!("{indent}within: {WITHIN}\n")
        }
        ("flow", "kind: flow") => format!("{line}\n{RETRIES}\n"),
        ("values", _) => format!("{}\n", line.replace(RECEIVER, administrator)),
        ("connection", "settings:") => {
            format!("{line}\n  settle_seconds: {SETTLE_SECONDS}\n{}", lifted(plan))
        }
        _ => format!("{line}\n"),
    };
    text.text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(records: usize) -> Plan {
        Plan {
            example: "first".into(),
            records,
            seed: 1,
            has_faults: false,
            kills: 0,
            purpose: Purpose::Show,
            keeps: false,
        }
    }

    #[test]
    fn more_records_than_the_vendors_let_through_in_a_day_lift_the_limits_on_our_side_too() {
        let text = ConfigText { kind: "connection".into(), name: "x".into(), text: "settings:\n".into() };
        assert_eq!(quick(&text, "1", &plan(400)), "settings:\n  settle_seconds: 20\n");
        assert_eq!(quick(&text, "1", &plan(401)), "settings:\n  settle_seconds: 20\n  rate: 1000000\n");
        let faulty = Plan { has_faults: true, ..plan(401) };
        assert!(quick(&text, "1", &faulty).ends_with("  rate: 1000000\n  at_once: 40\n"));
    }

    #[test]
    fn only_what_takes_time_is_changed() {
        let text =
            |kind: &str, text: &str| ConfigText { kind: kind.into(), name: "x".into(), text: text.into() };
        let few = plan(200);
        assert_eq!(
            quick(&text("flow", "kind: flow\nsource:\n  within: 6m # 轮询\nmap:\n"), "1", &few),
            format!("kind: flow\n{RETRIES}\nsource:\n  within: 2s\nmap:\n")
        );
        assert_eq!(
            quick(&text("connection", "settings:\n  a: 1\n"), "1", &few),
            "settings:\n  settle_seconds: 20\n  a: 1\n"
        );
        assert_eq!(quick(&text("values", "map:\n  within: 1\n"), "1", &few), "map:\n  within: 1\n");
    }

    #[test]
    fn a_late_write_comes_inside_the_settle_window() {
        assert!(LATE_BY_MS * 2 < u64::from(SETTLE_SECONDS) * 1_000);
    }
}
