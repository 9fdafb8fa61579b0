//! A bare Debian, as `debootstrap` makes it: what the archive needs beside itself shows here.
//!
//! The root is made once, from the mirror that this machine is set up with. The archive is unpacked in it by its own
//! `tar`, and `qiao demo` runs there as nobody in particular, in namespaces of its own: with a loopback device and no
//! network.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{machine, shell};

/// Runs in the namespaces, with the root and the program's path in it as arguments: what `chroot` needs, then the demo.
const INSIDE: &str = "mount -t proc proc \"$1/proc\" && ip link set lo up && exec chroot --userspec=65534:65534 \"$1\" \
    /usr/bin/env -i TMPDIR=/tmp \"$2\" demo --once --json --records 40";

/// Unpacks the archive in a bare Debian and lets the demo run there.
///
/// # Errors
/// When the two sides of the demo do not agree, or it does not start at all.
pub fn check(archive: &Path) -> Result<()> {
    if !machine::is_root() {
        bail!(
            "a bare Debian is made and entered as root: run this as root, or leave it to continuous integration"
        );
    }
    let root = root()?;
    let name = archive.file_name().context("the archive has a name")?.to_string_lossy().into_owned();
    std::fs::copy(archive, root.join("tmp").join(&name))?;
    let mut unpack = Command::new("chroot");
    unpack.arg(&root).args(["tar", "--extract", "--gzip", "--directory", "/opt", "--file"]);
    shell::succeed(unpack.arg(format!("/tmp/{name}")))?;
    let folder = format!("/opt/{}", name.trim_end_matches(".tar.gz"));
    let sums = format!("cd {folder} && sha256sum --quiet --check SHA256SUMS");
    shell::succeed(Command::new("chroot").arg(&root).args(["sh", "-c", &sums]))?;
    demo(&root, &format!("{folder}/qiao"))
}

fn demo(root: &Path, qiao: &str) -> Result<()> {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", INSIDE, "sh"]);
    let output = command.arg(root).arg(qiao).stderr(std::process::Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.lines().last().unwrap_or_default();
    println!("{last}");
    match output.status.success() && last.contains("\"agree\":true") {
        true => Ok(()),
        false => bail!("qiao demo in a bare Debian: {}", output.status),
    }
}

/// The root of the release that this machine runs; made where it is missing.
fn root() -> Result<PathBuf> {
    let codename = codename(&std::fs::read_to_string("/etc/os-release").context("/etc/os-release")?)
        .context("this is no Debian: `cargo xtask dist --check` needs one to make another from")?;
    let root = shell::target().join(format!("bare-{codename}"));
    if root.join("etc/debian_version").exists() && !root.join("debootstrap").exists() {
        return Ok(root);
    }
    if root.exists() {
        // A root that was left half made.
        std::fs::remove_dir_all(&root)?;
    }
    machine::need("debootstrap", "--version", "debootstrap")?;
    machine::need("ip", "-V", "iproute2")?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", &codename]).arg(&root).arg(mirror(&codename)?);
    shell::succeed(debootstrap.stdout(std::process::Stdio::null()))?;
    Ok(root)
}

fn codename(os_release: &str) -> Option<String> {
    let value = |key: &str| os_release.lines().find_map(|line| line.strip_prefix(&format!("{key}=")));
    let codename = value("VERSION_CODENAME").map(|codename| codename.trim_matches('"').to_owned());
    codename.filter(|_| value("ID").is_some_and(|id| id.trim_matches('"') == "debian"))
}

/// The mirror from which this machine has that release.
fn mirror(codename: &str) -> Result<String> {
    let wanted = [format!("Codename: {codename}"), "Origin: Debian".into(), "Component: main".into()];
    let mut apt = Command::new("apt-get");
    let output = apt.args(["indextargets", "--format", "$(REPO_URI)"]).args(wanted).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mirror = said.lines().next().map(|line| line.trim().to_owned());
    mirror.with_context(|| format!("apt knows no mirror of {codename}: run `apt-get update`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_debian_is_made_from_a_debian() {
        let bookworm = "PRETTY_NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert_eq!(codename(bookworm).as_deref(), Some("bookworm"));
        assert_eq!(codename("ID=ubuntu\nVERSION_CODENAME=noble\n"), None);
        assert_eq!(codename("ID=debian\n"), None);
    }
}
