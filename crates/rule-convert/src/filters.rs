//! Reads of the shared table without a filter on the resource type.

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Expr, Pipeline};

use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::profile::Profile;
use crate::uses::comparisons;

/// One edit for every pipeline that reads the table and filters on nothing that tells resources apart.
pub(crate) fn find(root: &SyntaxNode, profile: &Profile) -> Vec<Edit> {
    root.descendants()
        .filter_map(Pipeline::cast)
        .filter_map(|pipeline| missing(&pipeline, profile))
        .collect()
}

fn missing(pipeline: &Pipeline, profile: &Profile) -> Option<Edit> {
    let Some(Expr::Name(source)) = pipeline.source() else {
        return None;
    };
    let filtered = pipeline.operators().iter().any(|operator| {
        comparisons(operator.syntax(), &profile.column)
            .iter()
            .any(|one| is_outside_of_pipelines(&one.node, pipeline))
    });
    if source.text() != profile.table || filtered {
        return None;
    }
    let end = source.range().end;
    Some(Edit {
        id: format!("filter@{end}"),
        target: Target::Query { range: end..end },
        before: String::new(),
        after: format!("\n| where {} =~ \"{}\"", profile.column, profile.to),
        title: "Missing filter".to_owned(),
        reason: format!(
            "This part reads every row of {}, whatever its resource. Without a filter, rows of vaults end up in alerts about Managed HSMs.",
            profile.table
        ),
        applicability: Applicability::Review,
        certainty: Certainty::Inferred,
    })
}

/// Whether a comparison belongs to this pipeline and not to one inside it.
fn is_outside_of_pipelines(node: &SyntaxNode, pipeline: &Pipeline) -> bool {
    node.ancestors().find_map(Pipeline::cast).as_ref() == Some(pipeline)
}
