//! How it went minute by minute: whether anything grows that should not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Came, Pace, percentile, sorted};
use crate::demo::children::Server;
use crate::demo::folder::Folder;

/// What was due in one minute.
#[derive(Debug, Clone)]
pub struct Minute {
    /// From when each was due until it was answered, and until the target had it; sorted.
    pub answered: Vec<Duration>,
    pub seen: Vec<Duration>,
    /// At the end of the minute, in KiB.
    pub memory_kib: u64,
    /// The size of the database then, in bytes, with what is not yet in its file.
    pub database: u64,
}

impl Minute {
    /// For programs.
    pub fn told(&self) -> serde_json::Value {
        let ms = |sorted: &[Duration], of_a_hundred| percentile(sorted, of_a_hundred).as_millis() as u64;
        serde_json::json!({
            "answered_p50_ms": ms(&self.answered, 50), "answered_p99_ms": ms(&self.answered, 99),
            "seen_p50_ms": ms(&self.seen, 50), "seen_p95_ms": ms(&self.seen, 95), "seen_p99_ms": ms(&self.seen, 99),
            "memory_kib": self.memory_kib, "database_bytes": self.database,
        })
    }
}

/// What was found at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub memory_kib: u64,
    pub database: u64,
}

impl Sample {
    pub fn of(server: &Server, folder: &Folder) -> Sample {
        let files = std::fs::read_dir(folder.data()).into_iter().flatten().flatten();
        let is_of_it = |file: &std::fs::DirEntry| file.file_name().to_string_lossy().starts_with("qiao.db");
        let sizes = files.filter(is_of_it).filter_map(|file| Some(file.metadata().ok()?.len()));
        Sample { memory_kib: server.memory_kib(), database: sizes.sum() }
    }
}

pub(super) fn of(came: &Came, seen: &BTreeMap<u64, Duration>, pace: Pace) -> Vec<Minute> {
    let each = pace.a_second * 60;
    let within = |all: &BTreeMap<u64, Duration>, minute: u64| {
        sorted(all.range(minute * each..(minute + 1) * each).map(|(_, took)| *took).collect())
    };
    let ends = came.samples.chunks(60).filter_map(<[Sample]>::last);
    ends.zip(0..)
        .map(|(sample, minute)| Minute {
            answered: within(&came.answered, minute),
            seen: within(seen, minute),
            memory_kib: sample.memory_kib,
            database: sample.database,
        })
        .collect()
}
