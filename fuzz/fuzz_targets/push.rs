//! Fuzzes what is pushed in the standard form; what must hold is in `fuzz::push`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::push(input)) });
