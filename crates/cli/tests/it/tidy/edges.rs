//! Which crate may use which: ours downward only, and the named third-party crates in their rooms.

use std::process::Command;

use serde_json::Value;

use super::{none, root};

/// Ours: crate, what it may use, what its tests may use beyond that.
const EDGES: &[(&str, &[&str], &[&str])] = &[
    ("model", &[], &[]),
    ("mapping", &["model"], &[]),
    ("objects", &["model"], &[]),
    ("contract", &["model"], &[]),
    ("store", &["model", "contract"], &[]),
    ("connect", &["model", "mapping", "contract"], &["sandbox"]),
    ("functions", &["model", "contract"], &[]),
    ("engine", &["model", "mapping", "contract"], &["store", "functions"]),
    ("api", &["model", "mapping", "contract", "engine"], &["store", "connect", "functions"]),
    ("sandbox", &["model"], &[]),
    ("sim", &["model", "mapping", "contract", "store", "connect", "engine", "functions", "sandbox"], &[]),
    (
        "cli",
        &[
            "model",
            "mapping",
            "contract",
            "store",
            "connect",
            "engine",
            "functions",
            "sandbox",
            "api",
            "objects",
        ],
        &[],
    ),
    ("xtask", &[], &[]),
];

/// Third-party crates with a room: nobody else may name them.
const ROOMS: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("tokio-postgres", &["store"]),
    ("chacha20poly1305", &["store"]),
    ("aead-stream", &["store"]),
    ("argon2", &["store"]),
    ("zstd", &["store"]),
    ("reqwest", &["connect"]),
    ("rustls", &["connect"]),
    ("tokio-rustls", &["connect"]),
    ("rustls-platform-verifier", &["connect"]),
    ("axum", &["api"]),
    ("utoipa", &["api"]),
    ("hyper", &["sandbox", "connect", "api"]),
    ("hyper-util", &["sandbox", "api"]),
    ("tokio-io-timeout", &["api"]),
    ("minijinja", &["mapping"]),
    ("calamine", &["objects"]),
    ("rust_xlsxwriter", &["objects"]),
    ("csv", &["objects"]),
    ("rust_decimal", &["mapping", "sandbox", "functions"]),
    ("rquickjs", &["functions"]),
    ("rustix", &["functions", "cli"]),
    ("clap", &["cli", "sim"]),
    ("clap_complete", &["cli"]),
    ("tracing-subscriber", &["cli"]),
    ("anyhow", &["xtask"]),
];

/// What the crates without a world of their own may never name: they do no I/O and wait for nothing.
const PURE: &[&str] = &["model", "mapping", "objects"];
const WORLDLY: &[&str] = &[
    "tokio",
    "tokio-util",
    "async-trait",
    "reqwest",
    "hyper",
    "axum",
    "rusqlite",
    "tokio-postgres",
    "getrandom",
    "tracing",
];

struct Package {
    name: String,
    /// (name, whether only tests use it)
    uses: Vec<(String, bool)>,
}

fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    packages.iter().map(package).collect()
}

fn package(package: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let uses = package["dependencies"].as_array().expect("a list");
    Package {
        name: text(&package["name"]),
        uses: uses.iter().map(|edge| (text(&edge["name"]), edge["kind"] == "dev")).collect(),
    }
}

#[test]
fn our_crates_depend_downward_only() {
    let mut findings = Vec::new();
    for package in packages() {
        let Some((_, allowed, in_tests)) = EDGES.iter().find(|(name, ..)| *name == package.name) else {
            findings.push(format!("{} has no line in the table of edges", package.name));
            continue;
        };
        for (used, only_tests) in &package.uses {
            let is_ours = EDGES.iter().any(|(name, ..)| name == used);
            let may = allowed.contains(&used.as_str())
                || *only_tests && (in_tests.contains(&used.as_str()) || *used == package.name);
            if is_ours && !may {
                findings.push(format!("{} must not know {used}", package.name));
            }
        }
    }
    none(findings, "an edge against the direction of the house (ARCHITECTURE.md, \"Crates\")");
}

#[test]
fn third_party_crates_stay_in_their_rooms() {
    let mut findings = Vec::new();
    for package in packages() {
        for (used, only_tests) in &package.uses {
            let room = ROOMS.iter().find(|(name, _)| name == used);
            if room.is_some_and(|(_, rooms)| !rooms.contains(&package.name.as_str())) && !only_tests {
                findings.push(format!("{} names {used}", package.name));
            }
            if PURE.contains(&package.name.as_str()) && WORLDLY.contains(&used.as_str()) && !only_tests {
                findings.push(format!("{} is pure and names {used}", package.name));
            }
        }
    }
    none(findings, "a third-party crate outside its room (deny.toml says why)");
}

#[test]
fn every_line_of_the_table_is_a_crate() {
    let packages = packages();
    let missing = EDGES.iter().filter(|(name, ..)| !packages.iter().any(|package| package.name == *name));
    none(
        missing.map(|(name, ..)| (*name).to_owned()).collect(),
        "a line in the table of edges without a crate",
    );
}

#[test]
fn the_stand_ins_share_nothing_with_the_connectors() {
    let mut findings = Vec::new();
    for path in super::files("crates/sandbox", "rs") {
        let source = super::text(&path);
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for shared in ["connectors/", "connect::", "contract::", "engine::", "mapping::", "store::"] {
                if names(line, shared) {
                    findings.push(format!("{path} mentions {shared}"));
                }
            }
        }
    }
    none(findings, "a stand-in is written as if by the vendor and knows no connector");
}

/// Whether the word stands by itself: `engine::Engine`, not `base64::engine::general_purpose`.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c == ':' || c == '_' || c.is_alphanumeric()))
}
