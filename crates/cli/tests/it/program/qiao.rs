//! Running `qiao` in a folder of its own, with surroundings that hold nothing of the machine's.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder with a data folder and texts, removed with the test.
pub struct Place {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a temporary folder"), variables: Vec::new() }
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file, with its folders; gives its path.
    pub fn write(&self, relative: &str, text: &str) -> PathBuf {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("the folder can be made");
        std::fs::write(&path, text).expect("the file can be written");
        path
    }

    /// Sets the variables of the example's connections to what a sandbox said.
    pub fn set_systems(&mut self, systems: &serde_json::Value) {
        for (system, prefix) in [("fxiaoke", "CRM"), ("kingdee-k3cloud", "ERP"), ("dingtalk", "DINGTALK")] {
            for (name, value) in systems[system].as_object().expect("the sandbox names it") {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.set(&format!("{prefix}_{}", name.to_uppercase()), &text);
            }
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.into(), value.into()));
    }

    pub fn variable(&self, name: &str) -> Option<String> {
        self.variables.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qiao"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("QIAO_FOLDER", self.data()).envs(self.variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// As [`Place::command`], on a disk that has so many blocks of 512 bytes left: the file size limit of the shell stands
    /// in for it, since writes beyond it fail. [`Running::empty_the_disk`] lifts it.
    pub fn command_on_a_full_disk(&self, blocks: u64, arguments: &str) -> Command {
        let size = std::fs::metadata(self.data().join("qiao.db")).expect("the database is there").len();
        let limit = size / 512 + blocks;
        let program = env!("CARGO_BIN_EXE_qiao");
        let line = format!("trap '' XFSZ; ulimit -S -f {limit}; exec '{program}' {arguments}");
        let mut bash = Command::new("bash");
        for (name, value) in self.command(&[]).get_envs() {
            if let Some(value) = value {
                bash.env(name, value);
            }
        }
        bash.args(["-c", &line]).current_dir(self.folder.path());
        bash.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        bash
    }

    /// As [`Place::command`], where the data folder is on a disk that may not be written.
    pub fn command_on_a_read_only_disk(&self, arguments: &str) -> Command {
        let (program, data) = (env!("CARGO_BIN_EXE_qiao"), self.data());
        let data = data.display();
        let mount = format!("mount --bind '{data}' '{data}' && mount -o remount,bind,ro '{data}'");
        let mut shell = Command::new("unshare");
        for (name, value) in self.command(&[]).get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        shell.args([
            "--map-root-user",
            "--mount",
            "bash",
            "-c",
            &format!("{mount} && exec '{program}' {arguments}"),
        ]);
        shell
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        shell
    }

    /// Runs in Chinese, the default.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().expect("qiao runs"))
    }

    pub fn run_in_english(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        ran(command.env("QIAO_LANG", "en").output().expect("qiao runs"))
    }

    /// Runs in both languages and holds both to the exit code and to parts of what is said.
    pub fn says(&self, arguments: &[&str], code: i32, zh: &[&str], en: &[&str]) {
        for (ran, parts) in [(self.run(arguments), zh), (self.run_in_english(arguments), en)] {
            assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
            let said = format!("{}{}", ran.out, ran.err);
            for part in parts {
                assert!(said.contains(part), "{arguments:?} does not say {part:?}:\n{said}");
            }
            assert!(!said.contains("panicked"), "{said}");
        }
    }

    /// Whether the database still opens and holds so many texts.
    pub fn holds_texts(&self, count: usize) {
        let folder = self.path("exported");
        let ran = self.run(&["export", folder.to_str().expect("plain paths"), "--json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let value: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
        assert_eq!(value["written"].as_array().map(Vec::len), Some(count), "{value}");
    }

    /// A server of this place; the first line it says is JSON with its address.
    pub fn serve(&self) -> Running {
        Running::start(self.command(&["serve", "--listen", "127.0.0.1:0", "--json"]))
    }
}

/// A process that runs until it is ended or the test is over.
pub struct Running {
    pub child: Child,
    pub line: serde_json::Value,
}

impl Running {
    pub fn start(mut command: Command) -> Running {
        use std::io::{BufRead, BufReader};
        let mut child = command.spawn().expect("qiao starts");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("qiao says something");
        let line = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line:?}"));
        Running { child, line }
    }

    /// There is room on its disk again.
    pub fn empty_the_disk(&self) {
        let id = self.child.id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status();
        assert!(lifted.expect("prlimit runs").success());
    }

    /// Asks it to end, as Ctrl-C does; gives the exit code.
    pub fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
        assert!(sent.success());
        eventually(Duration::from_secs(20), || self.child.try_wait().expect("the child is ours").is_some());
        self.child.wait().expect("the child is ours").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Waits until it is so; fails when it is not in time.
#[expect(clippy::disallowed_methods, reason = "another process cannot be waited for by a clock of ours")]
pub fn eventually(limit: Duration, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < limit, "not within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The whole answer to a GET.
pub fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\r\n"))
}

pub fn ask(address: &str, request: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("the server listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// The JSON of an answer to a GET.
pub fn get_json(address: &str, path: &str) -> serde_json::Value {
    json_of(path, &get(address, path))
}

/// The JSON of an answer to a POST of JSON, which is no refusal.
pub fn post_json(address: &str, path: &str, body: &serde_json::Value) -> serde_json::Value {
    let body = body.to_string();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\nContent-Type: application/json");
    let answer = ask(address, &format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    let value = json_of(path, &answer);
    assert!(value["error"].is_null(), "{path}: {value}");
    value
}

fn json_of(path: &str, answer: &str) -> serde_json::Value {
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{path}: {answer}"))
}

/// The example of the repository.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/first")
}

/// Variables that the example's connections need, all pointing at one address of this machine.
pub fn example_variables(place: &mut Place, base: &str) {
    for (name, value) in [
        ("CRM_BASE_URL", base),
        ("CRM_APP_ID", "FSAID_1"),
        ("CRM_APP_SECRET", "geheim-crm"),
        ("CRM_PERMANENT_CODE", "geheim-code"),
        ("CRM_ADMIN_MOBILE", "13800000000"),
        ("ERP_BASE_URL", &format!("{base}/k3cloud")),
        ("ERP_ACCT_ID", "6501f2c7a2b0a1"),
        ("ERP_USERNAME", "集成账号"),
        ("ERP_PASSWORD", "geheim-erp"),
        ("DINGTALK_BASE_URL", base),
        ("DINGTALK_API_BASE_URL", base),
        ("DINGTALK_APP_KEY", "dingkey"),
        ("DINGTALK_APP_SECRET", "geheim-ding"),
        ("DINGTALK_AGENT_ID", "1"),
    ] {
        place.set(name, value);
    }
}

/// All files below a folder.
pub fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there").filter_map(Result::ok) {
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found
}

/// The PostgreSQL server of the tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but their surroundings")]
pub fn server() -> String {
    std::env::var("QIAO_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "These tests need a PostgreSQL server, and QIAO_TEST_POSTGRES names none. Run `cargo xtask test`, or \
             `cargo xtask postgres cargo test -p cli`: both start one for as long as they run."
        )
    })
}
