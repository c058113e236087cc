//! The registry and its help agree: each name has both, and each has a page.

use std::collections::BTreeSet;

use kql_analysis::registry::help::{self, Entries};
use kql_analysis::registry::{aggregates, functions};

fn same_names(declared: BTreeSet<&str>, helped: &Entries) {
    let helped: BTreeSet<&str> = helped.keys().copied().collect();
    let without_help: Vec<_> = declared.difference(&helped).collect();
    let without_signature: Vec<_> = helped.difference(&declared).collect();
    assert!(without_help.is_empty(), "no help on {without_help:?}");
    assert!(
        without_signature.is_empty(),
        "help without a signature: {without_signature:?}"
    );
}

/// Names that the binder knows by itself, without a signature.
const BY_THE_BINDER: [&str; 17] = [
    "!in",
    "!in~",
    "all",
    "cluster",
    "database",
    "entity_group",
    "external_table",
    "graph",
    "in",
    "inner_nodes",
    "in~",
    "labels",
    "map",
    "materialized_view",
    "node_id",
    "stored_query_result",
    "table",
];

#[test]
fn functions_and_operators_have_help() {
    let mut declared: BTreeSet<&str> = functions().map(|function| function.name).collect();
    declared.extend(BY_THE_BINDER);
    same_names(declared, help::functions());
}

#[test]
fn aggregates_have_help() {
    let declared = aggregates().map(|aggregate| aggregate.name).collect();
    same_names(declared, help::aggregates());
}

#[test]
fn help_is_one_line_with_a_page() {
    let all = [
        help::functions(),
        help::aggregates(),
        help::operators(),
        help::plugins(),
    ];
    for (name, help) in all.into_iter().flatten() {
        let tidy = !help.summary.is_empty() && !help.summary.ends_with('.');
        assert!(tidy, "{name}: {}", help.summary);
        let page = help.link();
        assert!(
            page.starts_with("https://learn.microsoft.com/kusto/query/"),
            "{page}"
        );
    }
}
