//! What the checks need of the machine: Debian packages, when they are missing and we may install them, and cargo's
//! tools, which are built into the target folder.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

use crate::shell;

/// Makes sure that a program answers; installs the Debian package that has it when we are root.
pub fn need(program: &str, argument: &str, package: &str) -> Result<()> {
    if shell::is_there(program, argument) {
        return Ok(());
    }
    install(package)?;
    if !shell::is_there(program, argument) {
        bail!("{program} is still missing after installing {package}");
    }
    Ok(())
}

/// A tool of cargo's: the machine's own, or one that is built into `target/tools`, which takes a minute or two, once.
pub fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    if shell::is_there(name, "--version") {
        return Ok(PathBuf::from(name));
    }
    let root = shell::target().join("tools");
    let tool = root.join("bin").join(name);
    if !tool.exists() {
        println!("{name} is missing: building {version} into {}", root.display());
        // It runs for seconds: what optimising it costs is never earned.
        let mut install =
            shell::cargo_for_others(&["install", name, "--version", version, "--locked", "--debug"]);
        install.arg("--root").arg(&root).env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR");
        shell::succeed(install.arg("--quiet"))?;
    }
    Ok(tool)
}

/// One at a time: steps that run beside each other must not find the packages' database locked.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Installs a Debian package.
pub fn install(package: &str) -> Result<()> {
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_root() || !shell::is_there("apt-get", "--version") {
        bail!("{package} is missing: install it (`sudo apt-get install {package}`) and run this again");
    }
    let mut apt = shell::program("apt-get", &["install", "--yes", "--no-install-recommends", package]);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    if shell::succeed(&mut apt).is_err() {
        shell::succeed(&mut shell::program("apt-get", &["update"]))?;
        shell::succeed(&mut apt)?;
    }
    Ok(())
}

/// Whether we run as root.
pub fn is_root() -> bool {
    shell::program("id", &["-u"]).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
