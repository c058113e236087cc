//! What edits and kept places of the kind of resource say: title, reason, doubt.

use crate::flow::{Analysis, Kinds, Site, Why};
use crate::profile::Profile;

/// What the text stands for.
pub(super) fn title(site: Option<&Site>) -> &'static str {
    let met = site
        .map(|site| site.met.and(site.maybe))
        .unwrap_or_default();
    match () {
        () if met.has(Kinds::TYPE) || met.is_empty() => "Resource type",
        () if met.has(Kinds::ID) => "Resource id",
        () => "Address",
    }
}

/// Why the text changes.
pub(super) fn reason(why: Why, site: Option<&Site>, profile: &Profile) -> String {
    let met = site.map(|site| site.met).unwrap_or_default();
    let target = &profile.target;
    match why {
        Why::Evaluated | Why::Pattern | Why::Apart | Why::Wider(_) => format!(
            "Evaluated for a row of either kind, the condition that this is part of holds for a {} and not for a {target}; with this it does the opposite.",
            profile.original
        ),
        _ if met.has(Kinds::TYPE) => format!(
            "This text is compared with {}. Rows of a {target} hold {} there.",
            profile.column, profile.to
        ),
        _ if met.has(Kinds::ID) => format!(
            "This text is looked for in a resource id. The ids of a {target} have {} there.",
            profile.to
        ),
        _ if met.has(Kinds::ADDRESS) => {
            format!("This text is looked for in an address. A {target} has another host name.")
        }
        _ => format!(
            "This text names the kind of resource. Rows of a {target} hold {} instead.",
            profile.to
        ),
    }
}

/// Why somebody has to look at a change of the text that begins at a place; `None` when nobody has to.
pub(super) fn doubt(
    analysis: &Analysis,
    start: usize,
    why: Why,
    site: Option<&Site>,
    profile: &Profile,
) -> Option<String> {
    if let Some(others) = site.and_then(|site| let_through(site, profile)) {
        return Some(format!(
            "Rows of {others} are let through here too, and what they call {} is no longer found.",
            profile.from
        ));
    }
    let mut open = analysis.open.iter();
    if open.any(|one| one.sites.contains(&start)) {
        return Some(format!(
            "A condition that it is part of does not do for a {} what it did for a {} even so.",
            profile.target, profile.original
        ));
    }
    let mut labels = analysis.found.labelled.values();
    if labels.any(|texts| texts.contains(&start)) {
        return Some(format!(
            "The query itself gives it to rows of another table, which holds rows of a {}.",
            profile.original
        ));
    }
    if let Some(text) = left_behind(analysis, start) {
        return Some(format!(
            "The query compares it with {text} too, which stays as it is, so look at what that gives."
        ));
    }
    if let Some(column) = site.and_then(|site| site.foreign.as_ref()) {
        return Some(format!(
            "It is compared with {column} too, so look at what else changes with it."
        ));
    }
    let sentence = match why {
        _ if is_of_operation(analysis, start, site) => {
            "It is compared with the name of the operation too."
        }
        _ if is_shown(analysis, start) => "It is used elsewhere too, where the result shows it.",
        Why::Named => {
            return Some(format!(
                "It names one certain {}; put the name of your {} there.",
                profile.original, profile.target
            ));
        }
        Why::Wider(kind) => {
            return Some(format!(
                "It then treats other kinds of resource like a {} too, such as {kind}, which it did not treat like a {}.",
                profile.target, profile.original
            ));
        }
        Why::Apart => {
            "The text is no part of what it is compared with, so look what else it stands for."
        }
        Why::Pattern => "The old pattern may have matched more than this kind of resource.",
        _ if analysis.unsure.contains(&start) => {
            "It takes another change of the same condition that needs a look."
        }
        _ if !is_certain(site) => {
            "The table or column that it is looked for in is not known, so this may be something else."
        }
        _ => return None,
    };
    Some(sentence.to_owned())
}

/// Whether a text meets the operation too, and not only in a condition on both that follows the target.
fn is_of_operation(analysis: &Analysis, start: usize, site: Option<&Site>) -> bool {
    let found = &analysis.found;
    let meets = site.is_some_and(|site| site.met.has(Kinds::OPERATION));
    meets && (found.of_operation.contains(&start) || !found.combined.contains(&start))
}

/// Whether a text is known to meet what tells resources apart.
pub(super) fn is_certain(site: Option<&Site>) -> bool {
    site.is_none_or(|site| site.met.has(Kinds::RESOURCE) || !site.maybe.has(Kinds::RESOURCE))
}

/// Other providers whose rows come to a text that is the type alone.
fn let_through(site: &Site, profile: &Profile) -> Option<String> {
    let is_bare = site.text.eq_ignore_ascii_case(&profile.from);
    let names: Vec<&str> = site.others.iter().map(String::as_str).collect();
    (is_bare && !names.is_empty()).then(|| names.join(", "))
}

/// Whether a text is assigned to a column that nothing compares, so that the result shows it.
fn is_shown(analysis: &Analysis, start: usize) -> bool {
    let mut assigned = analysis.found.assigned.iter();
    assigned.any(|(assigned, sites)| {
        sites.contains(&start) && !analysis.found.compared.contains(assigned)
    })
}

/// A part of a text that the changed one is compared with, and that does not change.
fn left_behind(analysis: &Analysis, start: usize) -> Option<String> {
    let linked = analysis.found.linked.iter();
    let others = linked
        .filter(|(one, _)| *one == start)
        .map(|(_, other)| other);
    let mut left = others.filter(|other| !analysis.changes.contains_key(other));
    left.find_map(|other| {
        let part = &analysis.found.sites.get(other)?.text;
        let text = analysis.found.sites.get(&start)?.text.to_lowercase();
        let is_part = !part.is_empty() && text.contains(&part.to_lowercase());
        is_part.then(|| format!("“{part}”"))
    })
}

/// Why a place that holds the word stays as it is.
pub(super) fn kept_because(site: Option<&Site>) -> String {
    match site {
        Some(site) if site.elsewhere => {
            "it stands where only resources of another provider are left".to_owned()
        }
        Some(site) if site.covered => {
            "the condition that it stands in names both kinds of resource already".to_owned()
        }
        Some(site) if site.is_never_met => {
            "what it is compared with is never this text, so the condition holds for no resource"
                .to_owned()
        }
        Some(Site {
            foreign: Some(column),
            ..
        }) => {
            format!("it is compared with {column}, not with the resource type")
        }
        _ => "it is not compared with the resource type".to_owned(),
    }
}
