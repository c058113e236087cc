//! The page that lists all lints, `docs/lints.md`.

use crate::registry::ALL;

/// The page's text in Markdown.
pub fn page() -> String {
    let mut out = String::from(HEAD);
    for lint in ALL {
        out.push_str(&format!(
            "| {} | {} | {} |\n",
            lint.code,
            lint.level.name(),
            lint.title
        ));
    }
    for lint in ALL {
        out.push_str(&format!(
            "\n## {}: {}\n\n`{}`, {}. {}\n\nWhat to do: {}.\n\nSource: {}.\n",
            lint.code,
            lint.title,
            lint.name,
            lint.level.name(),
            lint.why,
            lint.remedy,
            lint.page
        ));
    }
    out
}

const HEAD: &str = "# Lints of rules

`rulesmith lint RULE…` and the page report these findings. An error is something that the service refuses or that never does what it is for; a warning is likely not what is meant; a note is worth knowing.

A comment in the query allows a finding:

    // rulesmith-allow RL0033: the incident settings group the repeated alerts

On a line of its own it holds for the whole rule, behind KQL for its line. `--allow RL0033` on the command line holds for all rules. A comment that allows nothing is reported.

This page is made from `crates/rule-lint/src/registry.rs`; `UPDATE_EXPECT=1 cargo test -p rule-lint` writes it anew.

| code | severity | finds |
|---|---|---|
";
