//! Makes the examples a part of the program, so that `qiao demo` and `qiao example` work wherever it lies.
//!
//! Writes `examples.rs`: a list of the folders below `examples/` in order of their names, each with the paths and texts
//! of its files in order of their paths.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../../examples").canonicalize()?;
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("&[\n");
    for folder in entries(&root)?.into_iter().filter(|path| path.is_dir()) {
        let mut files = Vec::new();
        walk(&folder, &mut files)?;
        let name = folder.file_name().unwrap_or_default();
        writeln!(list, "Example {{ name: {name:?}, files: &[").map_err(io::Error::other)?;
        for path in files {
            let below = path.strip_prefix(&folder).map_err(io::Error::other)?;
            writeln!(list, "({below:?}, include_str!({path:?})),").map_err(io::Error::other)?;
        }
        list.push_str("] },\n");
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(variable("OUT_DIR")).join("examples.rs"), list)
}

/// Asked when it runs: a script that was built in another checkout must not read that one.
#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts in variables")]
fn variable(name: &str) -> std::ffi::OsString {
    env::var_os(name).expect("cargo sets it for build scripts")
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        match path.is_dir() {
            true => walk(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}
