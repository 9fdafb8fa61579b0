//! Files into a folder, and the folder into an archive that is the same for the same commit: names in order, the
//! commit's time, no owners.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Copies a file, or a folder with all that is below it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if !from.is_dir() {
        std::fs::copy(from, to).with_context(|| from.display().to_string())?;
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

/// Packs a folder below `folder` and puts the checksums inside (`SHA256SUMS`) and beside it (`….sha256`).
pub fn pack(folder: &Path, name: &str) -> Result<PathBuf> {
    let sums = "find . -type f ! -name SHA256SUMS -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS";
    shell::succeed(Command::new("sh").args(["-c", sums]).current_dir(folder.join(name)))?;
    let archive = format!("{name}.tar.gz");
    let mut tar = Command::new("tar");
    tar.args([
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mode=u=rwX,go=rX",
        "--format=gnu",
    ]);
    tar.arg(format!("--mtime=@{}", commit_time()?)).args(["--use-compress-program=gzip -n -9"]);
    shell::succeed(tar.args(["--create", "--file", &archive, name]).current_dir(folder))?;
    let sum = format!("sha256sum {archive} > {archive}.sha256");
    shell::succeed(Command::new("sh").args(["-c", &sum]).current_dir(folder))?;
    Ok(folder.join(archive))
}

/// Seconds since 1970: of the variable that reproducible builds agree on, else of the commit.
fn commit_time() -> Result<u64> {
    let said = match shell::variable("SOURCE_DATE_EPOCH") {
        Some(said) => said,
        None => {
            let output = shell::program("git", &["log", "-1", "--format=%ct"]).output().context("git")?;
            if !output.status.success() {
                bail!("the time of the commit is not known: set SOURCE_DATE_EPOCH");
            }
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
    };
    said.trim().parse().with_context(|| format!("{said}: no seconds"))
}

/// The newest version of glibc that a program asks for; `None` where binutils are missing.
pub fn glibc(program: &Path) -> Option<String> {
    let output = Command::new("objdump").arg("-T").arg(program).output().ok()?;
    newest(&String::from_utf8_lossy(&output.stdout))
}

fn newest(symbols: &str) -> Option<String> {
    let versions = symbols.split("GLIBC_").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    versions
        .max_by_key(|version| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_compared_as_numbers() {
        let symbols = "0 DF *UND* 0 (GLIBC_2.9) memcpy\n0 DF *UND* 0 (GLIBC_2.34) stat\n0 DF *UND* 0 (GLIBC_2.2.5) read";
        assert_eq!(newest(symbols).as_deref(), Some("2.34"));
        assert_eq!(newest("no symbols"), None);
    }
}
