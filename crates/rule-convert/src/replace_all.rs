//! The published advice, for comparison: Replace All of `"VAULTS"` by `"MANAGEDHSMS"` in the query text.

use kql_syntax::text::LineIndex;
use sentinel_rules::rule::Rule;

use crate::convert::Conversion;
use crate::edit::{Applicability, Target};
use crate::profile::Profile;

/// What Replace All makes of a query: the quoted word, in capitals, everywhere.
pub fn replace_all(query: &str, profile: &Profile) -> String {
    query.replace(&quoted(&profile.from), &quoted(&profile.to))
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// Where Replace All and the conversion differ, one sentence each; empty when nothing is converted.
pub fn compare_with_replace_all(rule: &Rule, conversion: &Conversion) -> Vec<String> {
    if conversion.edits.is_empty() {
        return Vec::new();
    }
    let profile = &conversion.profile;
    let lines = LineIndex::new(&rule.query);
    let needle = quoted(&profile.from);
    let mut sentences = Vec::new();
    let mut same = 0;
    for edit in &conversion.edits {
        let Target::Query { range } = &edit.target else {
            continue;
        };
        let line = lines.line(range.start);
        match (
            edit.applicability,
            edit.id.split('@').next().unwrap_or_default(),
        ) {
            (_, "resource-type") if edit.before == needle => same += 1,
            (_, "resource-type") => sentences.push(format!(
                "Line {line}: Replace All misses {}, because it is written differently.",
                edit.before
            )),
            (_, "filter") => sentences.push(format!(
                "Line {line}: Replace All leaves this read of {} without a filter.",
                profile.table
            )),
            (Applicability::Review | Applicability::Manual, "operations") => {
                sentences.push(format!(
                    "Line {line}: Replace All leaves operations in that a Managed HSM never logs."
                ))
            }
            _ => {}
        }
    }
    for kept in conversion
        .kept
        .iter()
        .filter(|kept| kept.text.contains(&needle))
    {
        let line = lines.line(kept.range.start);
        sentences.push(format!(
            "Line {line}: Replace All changes this place too, though {}.",
            kept.reason
        ));
    }
    if same > 0 {
        let places = if same == 1 {
            "1 place".to_owned()
        } else {
            format!("{same} places")
        };
        sentences.insert(
            0,
            format!("Replace All changes the resource type in the same {places}."),
        );
    }
    sentences.push("Replace All keeps the id, name, description, version, connector and template link of the Key Vault rule.".to_owned());
    sentences
}
