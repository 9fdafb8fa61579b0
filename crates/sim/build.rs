//! Makes the texts of `examples/order-to-cash` a part of the simulator, as they ship.
//!
//! Writes `order_to_cash.rs`: a list of the paths below the folder and their texts, in order of the paths.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../../examples/order-to-cash");
    let folder = folder.canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths = Vec::new();
    walk(&folder, &mut paths)?;
    paths.sort();
    let mut list = String::from("&[\n");
    for path in paths.iter().filter(|path| is_text(path)) {
        let below = path.strip_prefix(&folder).map_err(io::Error::other)?;
        writeln!(list, "({below:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(variable("OUT_DIR")).join("order_to_cash.rs"), list)
}

/// Asked when it runs: a script that was built in another checkout must not read that one.
#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in variables")]
fn variable(name: &str) -> std::ffi::OsString {
    env::var_os(name).expect("cargo sets it for build scripts")
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => walk(&path, paths)?,
            false => paths.push(path),
        }
    }
    Ok(())
}
