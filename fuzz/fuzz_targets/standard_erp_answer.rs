//! Fuzzes the reading of the answers of a standard ERP; what must hold is in `fuzz::standard_erp_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    fuzz::corpus(fuzz::standard_erp_answer(input))
});
