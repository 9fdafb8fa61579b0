//! Fuzzes the reading of Fxiaoke's answers; what must hold is in `fuzz::fxiaoke_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    fuzz::corpus(fuzz::fxiaoke_answer(input))
});
