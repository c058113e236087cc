//! From a rule to the edits that convert it.

use kql_syntax::parse;
use sentinel_rules::rule::Rule;

use crate::edit::{Edit, Kept, Target};
use crate::profile::Profile;
use crate::{filters, metadata, operations, resource_type};

/// A conversion that has not been applied.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// Edits: fields first, then the query in order of place.
    pub edits: Vec<Edit>,
    /// Places that look as if they had to change and were left alone.
    pub kept: Vec<Kept>,
    /// Whether the rule is about the target already, so that there is nothing to convert.
    pub is_converted: bool,
    pub(crate) profile: &'static Profile,
}

/// Finds the edits that convert a rule. A rule that is about the target already gets none, and neither
/// does one that does not mention the original kind of resource.
pub fn convert(rule: &Rule, profile: &'static Profile) -> Conversion {
    let root = parse(&rule.query).syntax();
    let found = resource_type::find(&root, profile);
    if found.edits.is_empty() {
        return Conversion {
            edits: Vec::new(),
            kept: found.kept,
            is_converted: found.has_target,
            profile,
        };
    }
    let mut in_query = found.edits;
    in_query.extend(filters::find(&root, profile));
    in_query.extend(operations::find(&root, profile));
    in_query.sort_by_key(start);
    let mut edits = metadata::find(rule, profile);
    edits.extend(in_query);
    Conversion {
        edits,
        kept: found.kept,
        is_converted: false,
        profile,
    }
}

fn start(edit: &Edit) -> usize {
    match &edit.target {
        Target::Query { range } => range.start,
        Target::Field { .. } => 0,
    }
}
