//! `cargo xtask dist [--dev] [--check]`: the archive that users download, and whether it works on a bare Debian.
//!
//! `target/archive/qiao-<version>-<target>.tar.gz` (`target/archive-dev/` with `--dev`) holds the program, the connectors and examples to read and to start
//! from, the deployment files, the licences of everything in the program and its bill of materials. The same commit
//! gives the same list of files with the same times.
//!
//! `--dev` packs the program of the dev profile, which the tests have built anyway: the check is then cheap enough for
//! `cargo xtask test`. Without it the `dist` profile is built: optimised over all crates, stripped, and slow to build.

mod archive;
mod bare;
mod bill;
mod licences;
mod packages;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;
use packages::Package;

const USAGE: &str = "cargo xtask dist [--dev] [--check]
  --dev    packs the program of the dev profile instead of the optimised one
  --check  unpacks the archive in a bare Debian without a network and lets `qiao demo` run there";

/// Folders and files of the repository that go along as they are.
const ALONG: &[&str] = &[
    "README.md",
    "README.en.md",
    "CHANGELOG.md",
    "LICENSE",
    "connectors",
    "deploy",
    "examples",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/postgres.md",
    "docs/postgres.en.md",
    "docs/recipes",
    "docs/install.md",
    "docs/install.en.md",
    "docs/glossary.md",
    "docs/reference",
];

/// Makes the archive; with `--check` also tries it.
pub fn run(options: &[String]) -> Result<u8> {
    if let Some(unknown) = options.iter().find(|option| !["--dev", "--check"].contains(&option.as_str())) {
        bail!("{unknown} is not known\n{USAGE}");
    }
    let has = |name: &str| options.iter().any(|option| option == name);
    let archive = make(has("--dev"))?;
    if has("--check") {
        bare::check(&archive)?;
    }
    Ok(0)
}

/// The check that an ordinary test run can afford.
pub fn check_quickly() -> Result<()> {
    bare::check(&make(true)?)
}

fn make(dev: bool) -> Result<PathBuf> {
    let qiao = if dev { shell::qiao_of_the_tests()? } else { build()? };
    let target = shell::host()?;
    let name = format!("qiao-{}-{target}{}", env!("CARGO_PKG_VERSION"), if dev { "-dev" } else { "" });
    let folder = shell::target().join(if dev { "archive-dev" } else { "archive" });
    let staging = folder.join(&name);
    // One archive stands there at a time: the image is built from whatever does.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&staging)?;
    std::fs::copy(&qiao, staging.join("qiao")).context("the program")?;
    ALONG.iter().try_for_each(|path| archive::copy(&shell::root().join(path), &staging.join(path)))?;
    let packages = packages::in_program(&target)?;
    write(&staging, "THIRD-PARTY.md", &licences::page(&packages)?)?;
    write(&staging, "sbom.cdx.json", &bill::cyclone_dx(&packages))?;
    let archive = archive::pack(&folder, &name)?;
    tell(&archive, &qiao, &packages)?;
    Ok(archive)
}

/// Builds the program with the `dist` profile. What it says of itself names no path of this machine.
fn build() -> Result<PathBuf> {
    let home = shell::variable("CARGO_HOME")
        .or_else(|| shell::variable("HOME").map(|home| format!("{home}/.cargo")));
    let root = shell::root();
    let mut flags = format!("--remap-path-prefix={}=/qiao", root.display());
    if let Some(home) = home {
        flags += &format!(" --remap-path-prefix={home}=/cargo");
    }
    let mut cargo = shell::cargo(&["build", "--profile", "dist", "--package", "cli", "--bin", "qiao"]);
    shell::succeed(cargo.env("RUSTFLAGS", flags))?;
    Ok(shell::target().join("dist").join("qiao"))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).with_context(|| name.to_owned())
}

/// What was made: sizes, and the oldest glibc that it runs with.
fn tell(archive: &Path, qiao: &Path, packages: &[Package]) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.len() >> 10);
    println!("{}: {} KiB, of which the program {} KiB", archive.display(), size(archive)?, size(qiao)?);
    println!("{} packages of others are in it", packages.len());
    if let Some(glibc) = archive::glibc(qiao) {
        println!("it runs with glibc {glibc} and newer");
    }
    Ok(())
}
