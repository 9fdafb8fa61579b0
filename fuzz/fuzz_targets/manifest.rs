//! Fuzzes the reading of connector manifests; what must hold is in `fuzz::manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::manifest(input)) });
