//! Makes the texts of `examples/order-to-cash` a part of the simulator, as they ship.
//!
//! Writes `order_to_cash.rs`: a list of the paths below the folder and their texts, in order of the paths.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/order-to-cash"));
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
    fs::write(PathBuf::from(out()).join("order_to_cash.rs"), list)
}

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts where to write by a variable")]
fn out() -> std::ffi::OsString {
    env::var_os("OUT_DIR").expect("cargo sets it for build scripts")
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
