//! Fuzzes what is sent to webhooks; what must hold is in `fuzz::hook_body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::corpus(fuzz::hook_body(input)) });
