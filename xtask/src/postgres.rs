//! A PostgreSQL server that lasts as long as whoever asked for it: a cluster of its own in a folder for temporary
//! files, on a free port of this machine. It does not wait for the disk, unless a measurement wants it to.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{machine, shell};

/// Where the tests look for the address of a server.
pub const VARIABLE: &str = "QIAO_TEST_POSTGRES";

/// What the folder of a server is called, before the process that started it.
const PREFIX: &str = "qiao-postgres-";

/// The server refuses to be run by root.
const USER: &str = "postgres";

/// A running server; it is stopped, and everything in it is gone, when this is dropped.
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
}

/// Whether what is committed is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As it must be where data counts, and is measured.
    Waits,
    /// As tests want it.
    Forgets,
}

/// `cargo xtask postgres [--durable] COMMAND …`: runs the command beside a server, which it finds in [`VARIABLE`].
pub fn run(arguments: &[String]) -> Result<u8> {
    let (disk, command) = match arguments.split_first() {
        Some((first, rest)) if first == "--durable" => (Disk::Waits, rest),
        _ => (Disk::Forgets, arguments),
    };
    let Some((program, arguments)) = command.split_first() else {
        bail!("say what to run beside the server: cargo xtask postgres cargo test -p store");
    };
    let server = Server::start(disk)?;
    let status = Command::new(program)
        .args(arguments)
        .env(VARIABLE, server.url())
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

impl Server {
    /// Starts a server; installs Debian's package where there is none.
    pub fn start(disk: Disk) -> Result<Server> {
        let programs = programs()?;
        stop_left_behind(&programs);
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let server = Server { folder, programs, port: free_port()? };
        if machine::is_root() {
            shell::succeed(Command::new("chown").arg(USER).arg(&server.folder))?;
        }
        server.quietly("initdb", &["-U", "qiao", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"])?;
        let durability = match disk {
            Disk::Waits => "",
            Disk::Forgets => "-c fsync=off -c full_page_writes=off",
        };
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=400 {durability}",
            server.port,
            server.folder.display()
        );
        let log = server.folder.join("log");
        server.quietly("pg_ctl", &["-o", &options, "-l", &log.to_string_lossy(), "-w", "start"])?;
        Ok(server)
    }

    /// The address of a database that may be played with.
    pub fn url(&self) -> String {
        format!("postgres://qiao@127.0.0.1:{}/postgres", self.port)
    }

    /// Runs a program of the server on its files; its output is told only when it fails.
    fn quietly(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.programs.join(program);
        let mut command = match machine::is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", USER, "--"]).arg(&program);
                command
            }
            false => Command::new(&program),
        };
        // A folder that the other user may not enter would be complained about.
        command.arg("-D").arg(self.folder.join("data")).args(arguments).current_dir("/");
        let shown = program.display();
        // The server inherits what it writes to: a pipe would never end.
        let (out, err) = (self.folder.join("out"), self.folder.join("err"));
        let file = |path: &Path| {
            std::fs::File::create(path).with_context(|| format!("cannot make {}", path.display()))
        };
        let status = command.stdout(file(&out)?).stderr(file(&err)?).status();
        if !status.with_context(|| format!("cannot run {shown}"))?.success() {
            let said = [out, err, self.folder.join("log")]
                .map(|path| std::fs::read_to_string(path).unwrap_or_default());
            bail!("{shown} failed: {}", said.concat().trim());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.quietly("pg_ctl", &["-m", "immediate", "-w", "stop"]) {
            eprintln!("the PostgreSQL server of the tests may still run: {error:#}");
        }
        // What cannot be removed is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Stops servers whose owners are gone: whoever is interrupted stops nothing.
fn stop_left_behind(programs: &Path) {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for folder in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let owner =
            folder.file_name().and_then(|name| name.to_str()?.strip_prefix(PREFIX)?.parse::<u32>().ok());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner.to_string()).exists()) {
            drop(Server { folder, programs: programs.to_owned(), port: 0 });
        }
    }
}

/// The folder with the server's programs: the newest version that is installed.
fn programs() -> Result<PathBuf> {
    if let Some(found) = newest() {
        return Ok(found);
    }
    machine::install("postgresql")?;
    newest().context("there is no PostgreSQL server in /usr/lib/postgresql after installing it")
}

fn newest() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let versions = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let folder = |version: u32| Path::new("/usr/lib/postgresql").join(version.to_string()).join("bin");
    versions.filter(|version| folder(*version).join("pg_ctl").exists()).max().map(folder)
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port of this machine is free")?;
    Ok(listener.local_addr().context("a listener has an address")?.port())
}
