//! Fuzzes the reading of K/3 Cloud's answers; what must hold is in `fuzz::kingdee_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    fuzz::corpus(fuzz::kingdee_answer(input))
});
