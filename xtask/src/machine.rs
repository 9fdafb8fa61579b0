//! What the checks need of the machine: Debian packages, when they are missing and we may install them.

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

/// Installs a Debian package.
pub fn install(package: &str) -> Result<()> {
    let is_root =
        shell::program("id", &["-u"]).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !is_root || !shell::is_there("apt-get", "--version") {
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
