//! `cargo xtask demo`: builds the binary and lets it show itself.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;

/// Hands all options on to `qiao demo` and its exit code back.
pub fn run(options: &[String]) -> Result<u8> {
    let qiao = shell::build_qiao()?;
    let status = Command::new(&qiao)
        .arg("demo")
        .args(options)
        .current_dir(shell::root())
        .status()
        .with_context(|| format!("cannot run {}", qiao.display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
