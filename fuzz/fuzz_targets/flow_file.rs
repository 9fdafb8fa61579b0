//! Fuzzes the reading of texts of flows; what must hold is in `fuzz::flow_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::flow_file(input)) });
