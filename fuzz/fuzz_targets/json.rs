//! Fuzzes the reading of JSON; what must hold is in `fuzz::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::json(input)) });
