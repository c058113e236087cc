//! The texts that stand for the kind of resource: changed where they meet it, kept elsewhere.

mod wording;

use std::ops::Range;

use kql_syntax::{SyntaxKind, SyntaxNode};

use crate::edit::{Applicability, Certainty, Edit, Kept, Target};
use crate::flow::{
    Analysed, Analysis, Change, Kinds, Site, Why, is_unmistakable, names_target, rename, requoted,
};
use crate::profile::Profile;
use wording::{doubt, is_certain, kept_because, reason, title};

/// What was found about the kind of resource in a query.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub edits: Vec<Edit>,
    pub kept: Vec<Kept>,
    /// Whether the query is about the target already, at least in part.
    pub has_target: bool,
}

/// Finds the texts to change and those to keep.
pub(crate) fn find(given: Analysed<'_>) -> Found {
    let Analysed {
        root,
        query,
        analysis,
        profile,
    } = given;
    let sites = &analysis.found.sites;
    let mut found = Found {
        has_target: analysis.found.has_target
            || sites.values().any(|site| {
                site.met.and(site.maybe).has(Kinds::RESOURCE) && names_target(&site.text, profile)
            }),
        ..Found::default()
    };
    for (start, (change, why)) in &analysis.changes {
        let site = sites.get(start).filter(|site| site.range == change.range);
        found
            .edits
            .push(changed(query, analysis, change, *why, site, profile));
    }
    for site in sites
        .values()
        .filter(|site| !analysis.changes.contains_key(&site.range.start))
    {
        found.edits.extend(unmet(query, site, profile));
    }
    for trouble in &analysis.open {
        found.edits.push(open(query, &trouble.range, profile));
    }
    for range in analysis.found.behind.values() {
        found.edits.push(open(query, range, profile));
    }
    let unknown = analysis.found.unknown.values();
    found
        .edits
        .extend(unknown.map(|(range, column)| made_by_running(query, range, column, profile)));
    let certain = analysis.found.certain.values();
    found
        .edits
        .extend(certain.map(|(range, column)| certain_name(query, range, column, profile)));
    let excluding = analysis.found.excluding.values();
    found
        .edits
        .extend(excluding.map(|(range, operations)| excluded(query, range, operations, profile)));
    separate(&mut found.edits);
    keep_the_rest(root, analysis, profile, &mut found);
    found
}

/// A text that changes.
fn changed(
    query: &str,
    analysis: &Analysis,
    change: &Change,
    why: Why,
    site: Option<&Site>,
    profile: &Profile,
) -> Edit {
    let start = change.range.start;
    let before = query.get(change.range.clone()).unwrap_or_default();
    let doubt = doubt(analysis, start, why, site, profile);
    let mut reason = reason(why, site, profile);
    if let Some(doubt) = &doubt {
        reason = format!("{reason} {doubt}");
    }
    Edit {
        id: format!("resource-type@{start}"),
        before: before.to_owned(),
        after: change.after.clone(),
        target: Target::Query {
            range: change.range.clone(),
        },
        title: title(site).to_owned(),
        reason,
        applicability: match doubt {
            Some(_) => Applicability::Review,
            None => Applicability::Safe,
        },
        certainty: match is_certain(site) {
            true => Certainty::Documented,
            false => Certainty::Unknown,
        },
    }
}

/// An id or address in a text that meets no known column of that kind.
fn unmet(query: &str, site: &Site, profile: &Profile) -> Option<Edit> {
    if site.covered || site.elsewhere || !is_unmistakable(&site.text, profile) {
        return None;
    }
    let renamed = rename(&site.text, profile)?;
    let before = query.get(site.range.clone())?.to_owned();
    let place = site
        .foreign
        .as_ref()
        .map(|column| format!(" in {column}"))
        .unwrap_or_default();
    Some(Edit {
        id: format!("segment@{}", site.range.start),
        after: requoted(&before, &site.text, &renamed.text, profile),
        before,
        target: Target::Query {
            range: site.range.clone(),
        },
        title: "Resource id or address".to_owned(),
        reason: format!(
            "This text holds an id, operation or address of a {}. What it is looked for{place} is not known to tell resources apart, and the same name need not exist for a {}.",
            profile.original, profile.target
        ),
        applicability: Applicability::Review,
        certainty: Certainty::Inferred,
    })
}

/// A condition for which no change was found.
fn open(query: &str, range: &Range<usize>, profile: &Profile) -> Edit {
    let text = query.get(range.clone()).unwrap_or_default().to_owned();
    Edit {
        id: format!("condition@{}", range.start),
        target: Target::Query {
            range: range.clone(),
        },
        before: text.clone(),
        after: text,
        title: "Condition on the resource".to_owned(),
        reason: format!(
            "Evaluated for a row of either kind, this condition holds for a {} or leaves it out, and does not do the same for a {}. No change of its constants was found that does, so this needs a decision of yours.",
            profile.original, profile.target
        ),
        applicability: Applicability::Manual,
        certainty: Certainty::Inferred,
    }
}

/// A comparison with constants that only a run of the query makes.
fn made_by_running(query: &str, range: &Range<usize>, column: &str, profile: &Profile) -> Edit {
    let mut edit = open(query, range, profile);
    let column = if column.is_empty() {
        &profile.column
    } else {
        column
    };
    edit.reason = format!(
        "{} is compared here with values that the query puts together while it runs, or that come from outside, so what they come to could not be told. Look whether they name a {}.",
        column, profile.original
    );
    edit
}

/// A comparison with the names of certain resources.
fn certain_name(query: &str, range: &Range<usize>, column: &str, profile: &Profile) -> Edit {
    let mut edit = open(query, range, profile);
    edit.id = format!("name@{}", range.start);
    edit.title = "Name of a resource".to_owned();
    edit.reason = format!(
        "{} is compared here with a name that the query writes out. If it names a {}, put the name of your {} there.",
        if column.is_empty() {
            "The name"
        } else {
            column
        },
        profile.original,
        profile.target
    );
    edit
}

/// A filter that leaves out the target, or operations of its own, which a rule about the original may do to
/// mean the original.
fn excluded(query: &str, range: &Range<usize>, operations: &[String], profile: &Profile) -> Edit {
    let mut edit = open(query, range, profile);
    edit.id = format!("excluded@{}", range.start);
    if !operations.is_empty() {
        edit.title = format!("Leaves out operations of a {}", profile.target);
        edit.reason = format!(
            "This leaves out operations that a {} logs and a {} does not: {}. A rule about a {} loses nothing by that; whether one about a {} may is a decision of yours.",
            profile.target,
            profile.original,
            operations.join(", "),
            profile.original,
            profile.target
        );
        return edit;
    }
    edit.title = format!("Leaves out every {}", profile.target);
    edit.reason = format!(
        "This condition holds for a {} and for anything else, but not for a {}. Whether the rule is to find a {} is a decision of yours; as it stands it finds none.",
        profile.original, profile.target, profile.target
    );
    edit
}

/// Ranges of one conversion do not overlap: a hint around edits shrinks to its start.
fn separate(edits: &mut [Edit]) {
    let taken: Vec<Range<usize>> = edits
        .iter()
        .filter(|edit| edit.applicability != Applicability::Manual)
        .filter_map(|edit| edit.target.range().cloned())
        .collect();
    for edit in edits
        .iter_mut()
        .filter(|edit| edit.applicability == Applicability::Manual)
    {
        if let Target::Query { range } = &mut edit.target
            && taken
                .iter()
                .any(|one| one.start < range.end && range.start < one.end)
        {
            range.end = range.start;
        }
    }
}

/// Lists every other place that holds the word, in comments and in texts.
fn keep_the_rest(root: &SyntaxNode, analysis: &Analysis, profile: &Profile, found: &mut Found) {
    if profile.from.is_empty() {
        return;
    }
    let word = profile.from.to_lowercase();
    let changed: Vec<Range<usize>> = found
        .edits
        .iter()
        .filter_map(|edit| edit.target.range().cloned())
        .collect();
    for token in root
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
    {
        let range = usize::from(token.text_range().start())..usize::from(token.text_range().end());
        let text = token.text().to_lowercase();
        let named = text.contains(&word)
            || token.kind() == SyntaxKind::Comment && rename(token.text(), profile).is_some();
        let covered = changed
            .iter()
            .any(|edit| edit.start <= range.start && range.end <= edit.end);
        if covered || !named {
            continue;
        }
        let reason = match token.kind() {
            SyntaxKind::Comment => "a comment changes no result".to_owned(),
            SyntaxKind::String => kept_because(analysis.found.sites.get(&range.start)),
            SyntaxKind::Word => "it is a name, not a value".to_owned(),
            _ => continue,
        };
        found.kept.push(Kept {
            range,
            text: token.text().trim_end().to_owned(),
            reason,
        });
    }
}
