//! Running other programs from the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is below the root").to_owned()
}

/// A variable of the surroundings; blank ones count as absent.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask has no configuration of its own: cargo speaks in variables"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match variable("CARGO_TARGET_DIR") {
        Some(target) => root().join(target),
        None => root().join("target"),
    }
}

/// A program, to be run in the root of the workspace.
pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Whether what cargo builds is linted too.
static LINTS: AtomicBool = AtomicBool::new(false);

/// From now on the crates of the workspace are built by clippy's compiler, with every warning an error, as
/// `cargo clippy -- -D warnings` would check them. Cargo keeps what comes of it apart from what `cargo build` makes.
pub fn lint_what_is_built() {
    LINTS.store(true, Ordering::Relaxed);
}

/// Cargo itself: the one that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = cargo_for_others(arguments);
    if LINTS.load(Ordering::Relaxed) {
        // As cargo-clippy calls it; the second variable holds clippy's own arguments.
        command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        command.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
        // Nothing is built twice in a run: what would make a second build quicker is left out.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Runs to its end with our own output; an exit code other than 0 is an error.
pub fn succeed(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Whether the program can be started at all.
pub fn is_there(name: &str, argument: &str) -> bool {
    program(name, &[argument]).output().is_ok_and(|output| output.status.success())
}

/// Builds the binary (dev profile) and gives its path.
pub fn build_qiao() -> Result<PathBuf> {
    succeed(&mut cargo(&["build", "--package", "cli", "--bin", "qiao"]))?;
    Ok(target().join("debug").join("qiao"))
}

/// The binary that the tests have built, or would build. Building it by itself asks its dependencies for fewer features
/// than the tests do, and so builds nearly all of them a second time.
pub fn qiao_of_the_tests() -> Result<PathBuf> {
    succeed(&mut cargo(&["build", "--workspace", "--bins", "--tests"]))?;
    Ok(target().join("debug").join("qiao"))
}

/// The triple of this machine.
pub fn host() -> Result<String> {
    let said = program("rustc", &["-vV"]).output().context("rustc")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// A copy of a program that later builds leave alone, for what runs long; each profile's has a place of its own, so that
/// the one may run beside the other.
pub fn set_aside(program: &Path) -> Result<PathBuf> {
    let profile = program.parent().and_then(Path::file_name).context("a program lies in a folder")?;
    let folder = target().join("long").join(profile);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let copy = folder.join(program.file_name().context("a program has a name")?);
    std::fs::copy(program, &copy).with_context(|| copy.display().to_string())?;
    Ok(copy)
}

/// Cargo for what others wrote, which is not linted.
pub fn cargo_for_others(arguments: &[&str]) -> Command {
    program(&variable("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
