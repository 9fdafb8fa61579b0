//! The processes of a demo. Each is ended by its own handle, and ends with us.

use std::path::PathBuf;
use std::process::Stdio;

use model::Cause;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::folder::Folder;
use crate::exit::Failure;

/// How the variables of each system's connection begin.
const PREFIXES: &[(&str, &str)] =
    &[("fxiaoke", "CRM"), ("kingdee-k3cloud", "ERP"), ("standard-erp", "ANY_ERP"), ("dingtalk", "DINGTALK")];

/// The stand-ins.
pub struct Sandbox {
    _child: Child,
    /// What each connection needs, as the sandbox said.
    systems: Value,
}

impl Sandbox {
    /// Starts the stand-ins of a company on a free port.
    pub async fn start(seed: u64, customers: usize) -> Result<Sandbox, Failure> {
        let mut command = Command::new(ourselves()?);
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--json"]);
        command.args(["--seed", &seed.to_string(), "--customers", &customers.to_string()]);
        let (child, line) = spawn(command.stderr(Stdio::inherit()), "qiao sandbox").await?;
        Ok(Sandbox { _child: child, systems: line["systems"].clone() })
    }

    /// The address that `/_sandbox/…` is below.
    pub fn control_base(&self) -> Result<String, Failure> {
        let base = self.systems["fxiaoke"]["base_url"].as_str().unwrap_or_default();
        match base.strip_suffix("/fxiaoke") {
            Some(root) => Ok(root.to_owned()),
            None => Err(child_failed("qiao sandbox", &self.systems.to_string())),
        }
    }

    /// The mobile number of the company's administrator.
    pub fn administrator(&self) -> &str {
        self.systems["fxiaoke"]["admin_mobile"].as_str().unwrap_or_default()
    }

    /// The values of the example's connections, as variables: `CRM_APP_ID` and so on.
    pub fn variables(&self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (system, prefix) in PREFIXES {
            let Some(values) = self.systems[*system].as_object() else { continue };
            for (name, value) in values {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                variables.push((format!("{prefix}_{}", name.to_uppercase()), text));
            }
        }
        variables
    }
}

/// The server.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts a server on the demo's data folder and a free port.
    pub async fn start(folder: &Folder) -> Result<Server, Failure> {
        Server::start_slow(folder, 0).await
    }

    /// As [`Server::start`], with commits that take so many milliseconds longer.
    pub async fn start_slow(folder: &Folder, slow_commits: u64) -> Result<Server, Failure> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.log());
        let log = log.map_err(|error| Failure::file(&folder.log(), &error))?;
        let mut command = Command::new(ourselves()?);
        command.args(["serve", "--listen", "127.0.0.1:0", "--json", "--folder"]).arg(folder.data());
        command.args(["--slow-commits", &slow_commits.to_string()]);
        let (child, line) = spawn(command.stderr(log), "qiao serve").await?;
        match line["listening"].as_str() {
            Some(address) => Ok(Server { child, address: address.to_owned() }),
            None => Err(child_failed("qiao serve", &line.to_string())),
        }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it without any warning, as a power cut or the kernel would.
    pub async fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill().await;
    }

    /// Resident memory in KiB; 0 where the system does not tell.
    pub fn memory_kib(&self) -> u64 {
        let Some(id) = self.child.id() else { return 0 };
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
    }
}

/// The program that runs.
pub fn ourselves() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| child_failed("qiao", &error.to_string()))
}

pub fn child_failed(program: &str, reason: &str) -> Failure {
    Failure::machine(Cause::new("cli.demo.child").with("program", program).with("reason", reason))
}

/// Starts a process and reads its first line, which is JSON and says that it is ready.
async fn spawn(command: &mut Command, name: &str) -> Result<(Child, Value), Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    // Ctrl-C in a terminal goes to the whole group: the children must not end before their parent says so.
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| child_failed(name, &error.to_string()))?;
    let output = child.stdout.take().expect("the output is piped");
    let mut line = String::new();
    let read = BufReader::new(output).read_line(&mut line).await;
    read.map_err(|error| child_failed(name, &error.to_string()))?;
    let value: Value = serde_json::from_str(&line).map_err(|_| child_failed(name, line.trim()))?;
    if value.get("error").is_some() {
        return Err(child_failed(name, value["error"]["what"].as_str().unwrap_or_default()));
    }
    Ok((child, value))
}
