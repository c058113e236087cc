//! Tables that others replace: the new table is read, and gives its columns the old names.

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Call, Expr, Name, Named};

use crate::edit::{Applicability, Edit, Target};
use crate::filters::begins_a_pipeline;
use crate::flow::Analysis;
use crate::gaps::named_columns;
use crate::profile::{MovedTable, Profile};

/// Edits for reads of tables that are replaced.
pub(crate) fn find(
    root: &SyntaxNode,
    analysis: &Analysis,
    profile: &Profile,
    is_about_target: bool,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for table in &profile.tables {
        for name in root.descendants().filter_map(Name::cast) {
            if name.text() == table.from && is_read(&name) {
                edits.push(moved(root, &name, table, analysis, is_about_target));
            }
        }
    }
    edits
}

/// Whether the query reads the replacement of a table that the profile is about.
pub(crate) fn is_moved(root: &SyntaxNode, profile: &Profile) -> bool {
    let mut names = root.descendants().filter_map(Name::cast);
    names.any(|name| {
        profile
            .tables
            .iter()
            .any(|table| table.main && table.to == name.text())
    })
}

/// Whether a name is that of a table and not of a column, argument or function.
fn is_read(name: &Name) -> bool {
    let Some(parent) = name.syntax().parent() else {
        return false;
    };
    let declares = Named::cast(parent.clone()).is_some() || Call::cast(parent.clone()).is_some();
    let inside_operator = parent
        .ancestors()
        .take_while(|node| {
            Expr::cast(node.clone()).is_none_or(|one| !matches!(one, Expr::Pipeline(_)))
        })
        .filter_map(kql_syntax::ast::Operator::cast)
        .any(|operator| {
            use kql_syntax::SyntaxKind::{
                FindOperator, JoinOperator, LookupOperator, SearchOperator, UnionOperator,
            };
            !matches!(
                operator.kind(),
                UnionOperator | JoinOperator | LookupOperator | FindOperator | SearchOperator
            )
        });
    !declares && !inside_operator
}

fn moved(
    root: &SyntaxNode,
    name: &Name,
    table: &MovedTable,
    analysis: &Analysis,
    is_about_target: bool,
) -> Edit {
    let names = named_columns(root, analysis);
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|column| names.contains(&column.name))
        .map(|column| format!("{} = {}", column.name, column.value))
        .collect();
    let extend = match columns.is_empty() {
        true => String::new(),
        false => format!("\n| extend\n    {}", columns.join(",\n    ")),
    };
    let after = match begins_a_pipeline(root, &name.range()) || columns.is_empty() {
        true => format!("{}{extend}", table.to),
        false => format!("({}{extend})", table.to),
    };
    let sure = table.main && !is_about_target;
    Edit {
        id: format!("{}@{}", table.id, name.range().start),
        target: Target::Query {
            range: name.range(),
        },
        before: table.from.clone(),
        after,
        title: "Table".to_owned(),
        reason: table.reason.clone(),
        applicability: if sure {
            Applicability::Safe
        } else {
            Applicability::Review
        },
        certainty: match is_about_target && table.main {
            true => crate::edit::Certainty::Unknown,
            false => table.certainty,
        },
    }
}
