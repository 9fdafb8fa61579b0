//! Fuzzes the reading of XML; what must hold is in `fuzz::xml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::xml(input)) });
