//! The vendors' published SDKs and other people's clients against our stand-ins: `tests/sdk/*.py`.
//!
//! Each script runs against a freshly started `qiao sandbox --separate-ports`, whose line of JSON it finds in
//! `QIAO_SANDBOX`, with the packages of `tests/sdk/requirements.txt` from PyPI.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{machine, shell};

/// Runs every script; fails at the first that does.
pub fn run() -> Result<()> {
    let scripts = scripts()?;
    if scripts.is_empty() {
        bail!("tests/sdk has no scripts");
    }
    let python = environment()?;
    let qiao = shell::qiao_of_the_tests()?;
    for script in scripts {
        println!("  {}", script.display());
        let sandbox = Sandbox::start(&qiao)?;
        let mut command = Command::new(&python);
        command.arg(&script).current_dir(shell::root()).env("QIAO_SANDBOX", &sandbox.line);
        // Bytecode stays out of the working tree.
        command.env("PYTHONPYCACHEPREFIX", shell::target().join("sdk-clients").join("bytecode"));
        shell::succeed(&mut command)?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    shell::root().join("tests").join("sdk")
}

fn scripts() -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder()).context("tests/sdk")?;
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut scripts: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "py")).collect();
    scripts.sort();
    Ok(scripts)
}

/// The Python environment with the clients, made once and made anew when the list of packages changes.
fn environment() -> Result<PathBuf> {
    machine::need("python3", "--version", "python3")?;
    let wanted =
        std::fs::read_to_string(folder().join("requirements.txt")).context("tests/sdk/requirements.txt")?;
    let environment = shell::target().join("sdk-clients");
    let python = environment.join("bin").join("python");
    let made = environment.join("made-from.txt");
    if std::fs::read_to_string(&made).is_ok_and(|from| from == wanted) && python.exists() {
        return Ok(python);
    }
    make(&environment)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    // Some clients have thousands of modules, of which the scripts import a handful.
    pip.args(["--no-compile", "--requirement"]);
    shell::succeed(pip.arg(folder().join("requirements.txt")))?;
    std::fs::write(made, wanted)?;
    Ok(python)
}

fn make(environment: &Path) -> Result<()> {
    let mut venv = shell::program("python3", &["-m", "venv", "--clear"]);
    venv.arg(environment);
    if shell::succeed(&mut venv).is_err() {
        machine::install("python3-venv")?;
        shell::succeed(&mut venv)?;
    }
    Ok(())
}

/// A sandbox of its own for one script; ends with it.
struct Sandbox {
    child: Child,
    line: String,
}

impl Sandbox {
    fn start(qiao: &Path) -> Result<Sandbox> {
        let mut child = Command::new(qiao)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--separate-ports", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the sandbox")?;
        let mut line = String::new();
        let output = child.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut line)?;
        let sandbox = Sandbox { child, line: line.trim_end().to_owned() };
        if sandbox.line.is_empty() {
            bail!("the sandbox ended before it said where it listens");
        }
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
