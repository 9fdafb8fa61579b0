//! Fuzzes what systems call us with to tell of changes; what must hold is in `fuzz::event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::event(input)) });
