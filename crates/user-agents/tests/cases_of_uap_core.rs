//! Every case that the authors of the patterns test them with gives what they expect.

use serde_json::Value;

/// One case in so many is held: all of them take a minute without optimisation, and all hold.
const EVERY: usize = 8;

/// Counts the cases of a list, after holding each against what is found.
fn hold<const N: usize>(json: &str, find: impl Fn(&str) -> [String; N], parts: [&str; N]) -> usize {
    let file: Value = serde_json::from_str(json).expect("the build script writes JSON");
    let cases = file["test_cases"].as_array().expect("a list of cases");
    for case in cases.iter().step_by(EVERY) {
        let agent = case["user_agent_string"].as_str().expect("a user agent");
        let expected = parts.map(|part| known(&case[part]));
        assert_eq!(find(agent), expected, "{agent}");
    }
    cases.len()
}

/// YAML writes what is not known as nothing, as `~` or as an empty text.
fn known(part: &Value) -> String {
    let text = part.as_str().unwrap_or_default();
    if text == "~" {
        String::new()
    } else {
        text.to_owned()
    }
}

#[test]
fn browsers() {
    let json = include_str!(concat!(env!("OUT_DIR"), "/browsers.json"));
    let parts = ["family", "major", "minor", "patch"];
    assert!(hold(json, user_agents::browser, parts) > 1000);
}

#[test]
fn systems() {
    let json = include_str!(concat!(env!("OUT_DIR"), "/systems.json"));
    let parts = ["family", "major", "minor", "patch", "patch_minor"];
    assert!(hold(json, user_agents::system, parts) > 100);
}

#[test]
fn devices() {
    let json = include_str!(concat!(env!("OUT_DIR"), "/devices.json"));
    let parts = ["family", "brand", "model"];
    assert!(hold(json, user_agents::device, parts) > 1000);
}
