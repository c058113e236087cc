//! The names of the operators, what it means when one of them leaves a row out, and the words for links
//! that may name more rows than needed.

use kql_analysis::plan::{Node, Plugin};

use super::fate::Why;

/// Of an operator whose result rows are not told apart.
pub(super) const NOT_TRACED: &str =
    "which rows make a row of its result is not told apart, so all of its input stands for it";
/// Of functions over neighbouring rows.
pub(crate) const NEIGHBOURS: &str = "it reads other rows too (row_number, prev, next and the like), so all of its input stands for it";
/// Of `make-series`.
pub(crate) const SERIES: &str = "the rows of the bin of a point are exact; its score and its baseline may rest on all other rows of the series";
/// Of `scan`.
pub(crate) const SCAN: &str = "the number of a match, or a match among very many, may rest on any row of its partition, so all of them stand for it";

/// The keyword of an operator.
pub(crate) fn operator(node: &Node) -> &'static str {
    match node {
        Node::Table { .. } => "table",
        Node::Rows { .. } => "datatable",
        Node::Print { .. } => "print",
        Node::Range { .. } => "range",
        Node::Shared { .. } => "let",
        Node::Where { .. } => "where",
        Node::Project { .. } => "project",
        Node::Extend { .. } | Node::ExtendTuple { .. } => "extend",
        Node::Summarize { .. } => "summarize",
        Node::Distinct { .. } => "distinct",
        Node::Sort { .. } => "sort",
        Node::Take { .. } => "take",
        Node::Top { .. } => "top",
        Node::Count { .. } => "count",
        Node::Join { .. } => "join",
        Node::Union { .. } => "union",
        Node::MvExpand { .. } => "mv-expand",
        Node::Each(each) => match each.split {
            kql_analysis::plan::Split::Expansion(_) => "mv-apply",
            kql_analysis::plan::Split::Key { .. } => "partition",
        },
        Node::TopNested { .. } => "top-nested",
        Node::Reduce(_) => "reduce",
        Node::Scan(_) => "scan",
        Node::Part { .. } => "part",
        Node::MakeSeries(_) => "make-series",
        Node::As { .. } => "as",
        Node::Parse(_) => "parse",
        Node::ParseKv(_) => "parse-kv",
        Node::GetSchema { .. } => "getschema",
        Node::Pass { .. } => "serialize",
        Node::Evaluate(evaluate) => plugin(&evaluate.plugin),
        Node::Late { .. } => "evaluate",
    }
}

fn plugin(plugin: &Plugin) -> &'static str {
    match plugin {
        Plugin::BagUnpack(_) => "evaluate bag_unpack",
        Plugin::Pivot(_) => "evaluate pivot",
        Plugin::Narrow => "evaluate narrow",
        Plugin::SchemaMerge { .. } => "evaluate schema_merge",
        Plugin::RollingPercentile(_) => "evaluate rolling_percentile",
        Plugin::SlidingCounts(_) => "evaluate sliding_window_counts",
        Plugin::ActivityCounts => "evaluate activity_counts_metrics",
        Plugin::RowsNear { .. } => "evaluate rows_near",
        Plugin::CommonValues(_) => "evaluate dcount_intersect",
        Plugin::AddressLookup(_) => "evaluate ipv4_lookup",
    }
}

/// Why an operator leaves a row out that it says nothing more about; `None` where the operators inside
/// of it tell.
pub(super) fn loss(node: &Node) -> Option<Why> {
    Some(match node {
        Node::Take { .. } | Node::Top { .. } => Why::BeyondCount,
        Node::MvExpand { .. } => Why::NothingToExpand,
        Node::MakeSeries(_) => Why::OutsideAxis,
        Node::Parse(_) => Why::NoMatch,
        Node::Scan(_) => Why::MatchesNoStep,
        Node::Summarize { .. } => Why::NotChosen,
        Node::Each(_) => return None,
        _ => Why::LeftOut,
    })
}
