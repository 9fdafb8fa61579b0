//! The packages of others that are in the program, as cargo resolves them for one target: exactly those that are built
//! into it, with what tests, benches and build scripts need left out.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;

/// One package of the registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// The licence as an SPDX expression.
    pub licence: String,
    /// Where it is developed; empty where it does not say.
    pub repository: String,
    /// SHA-256 of what the registry gave, in hex.
    pub checksum: String,
}

impl Package {
    /// Where cargo has unpacked it.
    pub fn folder(&self) -> Result<PathBuf> {
        let home = shell::variable("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| shell::variable("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let sources = home.context("neither CARGO_HOME nor HOME is set")?.join("registry").join("src");
        let below = format!("{}-{}", self.name, self.version);
        let registries = std::fs::read_dir(&sources).with_context(|| sources.display().to_string())?;
        let folders = registries.filter_map(Result::ok).map(|registry| registry.path().join(&below));
        folders.into_iter().find(|folder| folder.is_dir()).with_context(|| format!("{below} is not unpacked"))
    }
}

/// The packages of others in the program, in order of their names.
pub fn in_program(target: &str) -> Result<Vec<Package>> {
    let format = "{p}\t{l}\t{r}";
    let tree = ["tree", "--package", "cli", "--edges", "normal", "--target", target];
    let output = shell::cargo(&tree).args(["--prefix", "none", "--format", format]).output()?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    }
    let lock = std::fs::read_to_string(shell::root().join("Cargo.lock")).context("Cargo.lock")?;
    read(&String::from_utf8_lossy(&output.stdout), &checksums(&lock))
}

/// Reads lines of `name vVERSION\tLICENCE\tREPOSITORY`. Ours have a path behind the version, a repetition has a star.
fn read(tree: &str, checksums: &[(String, String, String)]) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    for line in tree.lines() {
        let mut cells = line.trim_end_matches("(*)").split('\t').map(str::trim);
        let package = cells.next().unwrap_or_default();
        let Some((name, version)) = package.split_once(" v") else { continue };
        if version.contains("(/") {
            continue;
        }
        let version = version.split(' ').next().unwrap_or_default();
        let checksum = checksums.iter().find(|(n, v, _)| n == name && v == version);
        let (_, _, checksum) = checksum.with_context(|| format!("{name} {version} is not in Cargo.lock"))?;
        packages.push(Package {
            name: name.into(),
            version: version.into(),
            licence: cells.next().unwrap_or_default().replace('/', " OR "),
            repository: cells.next().unwrap_or_default().into(),
            checksum: checksum.clone(),
        });
    }
    packages.sort();
    packages.dedup();
    Ok(packages)
}

/// Name, version and checksum of the packages of `Cargo.lock` that have one.
fn checksums(lock: &str) -> Vec<(String, String, String)> {
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")))?;
        line.strip_suffix('"').map(str::to_owned)
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter_map(|text| Some((value(text, "name")?, value(text, "version")?, value(text, "checksum")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry\"\n\
                        checksum = \"aa11\"\ndependencies = [\n \"name = x\",\n]\n\n[[package]]\nname = \"cli\"\n\
                        version = \"0.1.0\"\n";

    #[test]
    fn what_others_wrote_is_listed_once_with_its_checksum() {
        let tree = "cli v0.1.0 (/home/王芳/qiao/crates/cli)\tApache-2.0\t\n\
                    serde v1.0.1\tMIT/Apache-2.0\thttps://github.com/serde-rs/serde\n\
                    serde v1.0.1\tMIT/Apache-2.0\thttps://github.com/serde-rs/serde (*)\n";
        let packages = read(tree, &checksums(LOCK)).unwrap();
        let expected = Package {
            name: "serde".into(),
            version: "1.0.1".into(),
            licence: "MIT OR Apache-2.0".into(),
            repository: "https://github.com/serde-rs/serde".into(),
            checksum: "aa11".into(),
        };
        assert_eq!(packages, [expected]);
    }

    #[test]
    fn a_package_that_the_lock_does_not_know_is_an_error() {
        assert!(read("left-pad v1.0.0\tMIT\t\n", &checksums(LOCK)).is_err());
    }
}
