//! Fuzzes the reading of DingTalk's answers; what must hold is in `fuzz::dingtalk_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
    fuzz::corpus(fuzz::dingtalk_answer(input))
});
