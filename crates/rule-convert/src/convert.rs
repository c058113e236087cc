//! From a rule to the edits that convert it.

use kql_syntax::{SyntaxNode, apart, parse};
use sentinel_rules::rule::Rule;

use crate::edit::{Applicability, Edit, Kept, Target};
use crate::flow::{Analysed, Analysis, analyse};
use crate::profile::Profile;
use crate::resource_type::Found;
use crate::{
    checks, filters, gaps, metadata, moves, operations, provider, resource_type, result_fields,
    widen,
};

/// What the converted rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The target instead of the original.
    #[default]
    Replace,
    /// Both kinds of resource in one rule.
    Widen,
}

/// A conversion that has not been applied.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// Edits: fields first, then the query in order of place.
    pub edits: Vec<Edit>,
    /// Places that look as if they had to change and were left alone.
    pub kept: Vec<Kept>,
    /// Whether the rule is about the target already, so that there is nothing to convert.
    pub is_converted: bool,
    /// Whether the rule names only the provider, so that it is about both kinds of resource as it stands.
    pub treats_alike: bool,
    pub(crate) profile: Profile,
}

/// Finds the edits that convert a rule. A rule that is about the target already gets none, and neither
/// does one that does not mention the original kind of resource.
pub fn convert(rule: &Rule, profile: &Profile) -> Conversion {
    convert_as(rule, profile, Mode::Replace)
}

/// As [`convert`], choosing what the converted rule is about.
pub fn convert_as(rule: &Rule, profile: &Profile, mode: Mode) -> Conversion {
    let parsed = parse(&rule.query).root();
    let root = parsed.syntax();
    let analysis = apart(|| analyse(&parsed, &rule.query, profile));
    let analysed = Analysed {
        root,
        query: &rule.query,
        analysis: &analysis,
        profile,
    };
    let found = apart(|| resource_type::find(analysed));
    let mut in_query = match mode {
        Mode::Replace => apart(|| replaced(root, &analysis, &found, profile)),
        Mode::Widen => apart(|| widen::find(root, &rule.query, &analysis, &found, profile)),
    };
    let alone = in_query.is_empty();
    in_query.extend(apart(|| moves_of(root, &analysis, &found, profile, alone)));
    let is_to_do = in_query
        .iter()
        .any(|edit| edit.applicability != Applicability::Manual);
    let has_target = found.has_target || moves::is_moved(root, profile);
    let is_converted = has_target
        && !in_query
            .iter()
            .any(|edit| edit.applicability == Applicability::Safe);
    if is_converted || !is_to_do {
        // What is left to decide is kept, but the fields of the rule are those of the target already.
        in_query.retain(|edit| {
            let excludes = edit.id.starts_with("excluded@");
            excludes
                || is_open(edit) && (!is_converted || edit.applicability == Applicability::Review)
        });
    } else if mode == Mode::Replace && !profile.column.is_empty() {
        in_query.extend(apart(|| gaps::find(analysed)));
        in_query.extend(apart(|| operations::find(analysed)));
    }
    in_query.sort_by_key(start);
    apart(|| checks::settle(&rule.query, &mut in_query));
    let mut edits = match is_converted || !is_to_do {
        true => Vec::new(),
        false => {
            let mut edits = apart(|| metadata::find(rule, profile, mode));
            let safely = checks::safely(&rule.query, &in_query);
            edits.extend(apart(|| result_fields::find(rule, &safely)));
            edits
        }
    };
    // Unless the query changes unasked, the fields do not either: a rule is converted as a whole.
    let unasked = in_query
        .iter()
        .any(|edit| edit.applicability == Applicability::Safe);
    if !unasked {
        for edit in edits
            .iter_mut()
            .filter(|edit| edit.applicability == Applicability::Safe)
        {
            edit.applicability = Applicability::Review;
        }
    }
    edits.extend(in_query);
    let mut kept = found.kept;
    let shared = match edits.is_empty() && !is_converted && !profile.column.is_empty() {
        true => provider::comparisons(root, profile),
        false => Vec::new(),
    };
    let treats_alike = !shared.is_empty();
    kept.extend(shared);
    Conversion {
        is_converted: is_converted && edits.is_empty(),
        treats_alike,
        edits,
        kept,
        profile: profile.clone(),
    }
}

/// Whether an edit is about the kind of resource and not about what follows from it.
fn is_open(edit: &Edit) -> bool {
    let kind = edit.id.split('@').next().unwrap_or_default();
    matches!(kind, "resource-type" | "segment" | "condition" | "widen")
}

fn replaced(root: &SyntaxNode, analysis: &Analysis, found: &Found, profile: &Profile) -> Vec<Edit> {
    let mut edits = found.edits.clone();
    let is_told = filters::filters_by_provider(analysis)
        || filters::leaves_out_kinds(analysis)
        || filters::reads_own_table(analysis)
        || analysis.found.names_operations;
    if !edits.is_empty() || is_told && !found.has_target {
        edits.extend(filters::find(root, analysis, profile));
    }
    edits
}

/// Tables that others replace, for a rule that is converted anyway or that the profile's move is about.
fn moves_of(
    root: &SyntaxNode,
    analysis: &Analysis,
    found: &Found,
    profile: &Profile,
    alone: bool,
) -> Vec<Edit> {
    let is_main = |edit: &Edit| {
        let kind = edit.id.split('@').next().unwrap_or_default();
        profile
            .tables
            .iter()
            .any(|table| table.main && table.id == kind)
    };
    let about_target = found.has_target || names_managed_hsm(analysis);
    let mut edits = moves::find(root, analysis, profile, about_target);
    edits.retain(|edit| !alone || is_main(edit));
    edits
}

/// Whether a text of the query names a Managed HSM, for which the move of tables is not verified.
fn names_managed_hsm(analysis: &Analysis) -> bool {
    let mut sites = analysis.found.sites.values();
    sites.any(|site| site.text.to_lowercase().contains("managedhsm"))
}

fn start(edit: &Edit) -> usize {
    match &edit.target {
        Target::Query { range } => range.start,
        Target::Field { .. } => 0,
    }
}
