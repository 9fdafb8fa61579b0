//! The history of a run as one number: two runs with the same number did the same things in the same order.

use std::sync::Mutex;

use xxhash_rust::xxh3::Xxh3;

#[derive(Default)]
pub struct Trace(Mutex<(Xxh3, u64, Option<Vec<String>>)>);

impl Trace {
    /// Keeps the lines too, for a person who looks for the cause of something.
    pub fn keeping() -> Trace {
        Trace(Mutex::new((Xxh3::new(), 0, Some(Vec::new()))))
    }

    pub fn note(&self, line: &str) {
        let mut trace = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        trace.0.update(line.as_bytes());
        trace.0.update(b"\n");
        trace.1 += 1;
        if let Some(lines) = &mut trace.2 {
            lines.push(line.to_owned());
        }
    }

    pub fn hash(&self) -> u128 {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.digest128()
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).2.clone().unwrap_or_default()
    }
}
