//! What every deployable file demands of its rules, and the limits that such a file must keep.

use std::collections::BTreeSet;

use crate::problem::Problem;
use crate::rule::Rule;

/// Most rules that the portal imports from one file (Microsoft's import and export page).
pub const MAX_TEMPLATE_RULES: usize = 50;
/// Largest template that Azure Resource Manager takes, in bytes (its best-practices page).
pub const MAX_TEMPLATE_BYTES: usize = 4 * 1024 * 1024;

/// Refuses rules that Azure would not tell apart: without a GUID, or with one or a name that another has.
pub(super) fn check(rules: &[Rule]) -> Result<(), Problem> {
    if rules.is_empty() {
        return Err(refused(
            "",
            "",
            "there is no rule to write",
            "choose at least one",
        ));
    }
    if rules.len() > MAX_TEMPLATE_RULES {
        let message = format!(
            "{} rules are chosen; the portal imports at most {MAX_TEMPLATE_RULES} from one file",
            rules.len()
        );
        return Err(refused("", "", &message, "export them in parts"));
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules {
        if !is_guid(&rule.id) {
            let message = format!("`{}` is no GUID", rule.id);
            return Err(refused(&rule.name, "id", &message, "give the rule a GUID"));
        }
        if !ids.insert(rule.id.to_lowercase()) {
            let message = "another rule has the same id";
            return Err(refused(&rule.name, "id", message, "leave one of them out"));
        }
        if !names.insert(rule.name.to_lowercase()) {
            let message = "another rule has the same name";
            return Err(refused(&rule.name, "name", message, "rename one of them"));
        }
    }
    Ok(())
}

/// Refuses a template that is too large to deploy.
pub(super) fn within_size(text: String) -> Result<String, Problem> {
    if text.len() <= MAX_TEMPLATE_BYTES {
        return Ok(text);
    }
    let message = format!(
        "the file has {} bytes; Azure takes templates of at most {MAX_TEMPLATE_BYTES}",
        text.len()
    );
    Err(refused("", "", &message, "export the rules in parts"))
}

pub(super) fn refused(subject: &str, field: &str, message: &str, remedy: &str) -> Problem {
    Problem {
        file: subject.to_owned(),
        line: None,
        field: (!field.is_empty()).then(|| field.to_owned()),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

pub(super) fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
