//! The target `editor` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(run) = rulesmith_tests::fuzz::target("editor") {
        run(bytes);
    }
});
