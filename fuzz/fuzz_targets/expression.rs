//! Fuzzes the reading of expressions of mappings; what must hold is in `fuzz::expression`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    fuzz::corpus(fuzz::expression(input))
});
