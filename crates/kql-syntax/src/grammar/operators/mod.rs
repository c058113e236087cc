//! The tabular operators: which keyword opens which, one function for each shape.

mod columns;
mod expand;
mod graph;
mod inline_table;
mod nearest;
mod nested;
mod parsing;
mod rows;
mod scan;
mod search;
mod tables;

use super::names;
use super::parameters;
use crate::SyntaxKind;
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// What reads an operator behind its keyword.
type Shape = fn(&mut Parser<'_>);

/// An operator: its keyword, its node, what reads it, and where its keyword is one.
type Entry = (&'static str, SyntaxKind, Shape, Where);

/// When a keyword opens an operator, and not a name.
#[derive(Clone, Copy)]
enum Where {
    /// Always.
    Always,
    /// Behind a pipe always; at the head of a query not at all, as the word may be a name.
    AfterPipe,
    /// Behind a pipe always; at the head when what follows fits.
    When(fn(&Parser<'_>) -> bool),
    /// Unless a parenthesis follows: then it is a call.
    NotCall(fn(&Parser<'_>) -> bool),
    /// When what follows fits.
    Only(fn(&Parser<'_>) -> bool),
}

use Where::{AfterPipe, Always, NotCall, Only, When};

/// Every operator, in order of the keywords.
const OPERATORS: [Entry; 60] = [
    (
        "__executeAndCache",
        ExecuteAndCacheOperator,
        nothing,
        Always,
    ),
    (
        "__partitionby",
        PartitionByOperator,
        nested::partition_by,
        AfterPipe,
    ),
    ("as", AsOperator, columns::name, Always),
    (
        "assert-schema",
        AssertSchemaOperator,
        names::row_schema,
        Always,
    ),
    ("consume", ConsumeOperator, rows::consume, AfterPipe),
    ("count", CountOperator, rows::count, NotCall(never)),
    ("distinct", DistinctOperator, columns::distinct, AfterPipe),
    (
        "evaluate",
        EvaluateOperator,
        parsing::evaluate,
        When(is_evaluate),
    ),
    ("extend", ExtendOperator, columns::some_named, AfterPipe),
    ("facet", FacetOperator, nested::facet, When(is_by)),
    ("filter", WhereOperator, rows::single, AfterPipe),
    ("find", FindOperator, search::find, Always),
    ("fork", ForkOperator, nested::fork, AfterPipe),
    ("getschema", GetSchemaOperator, rows::get_schema, AfterPipe),
    (
        "graph-mark-components",
        GraphMarkComponentsOperator,
        graph::mark_components,
        Always,
    ),
    (
        "graph-match",
        GraphMatchOperator,
        graph::graph_match,
        Always,
    ),
    (
        "graph-shortest-paths",
        GraphShortestPathsOperator,
        graph::shortest_paths,
        Always,
    ),
    (
        "graph-to-table",
        GraphToTableOperator,
        graph::to_table,
        Always,
    ),
    (
        "graph-where-edges",
        GraphWhereEdgesOperator,
        super::expressions::required,
        Always,
    ),
    (
        "graph-where-nodes",
        GraphWhereNodesOperator,
        super::expressions::required,
        Always,
    ),
    (
        "inline_external_table",
        UnknownOperator,
        inline_table::inline_table,
        Only(inline_table::begins),
    ),
    ("invoke", InvokeOperator, parsing::invoke, Always),
    ("join", JoinOperator, tables::join, AfterPipe),
    ("limit", TakeOperator, rows::single, AfterPipe),
    ("lookup", LookupOperator, tables::lookup, AfterPipe),
    (
        "macro-expand",
        MacroExpandOperator,
        tables::macro_expand,
        Always,
    ),
    ("make-graph", MakeGraphOperator, graph::make_graph, Always),
    (
        "make-series",
        MakeSeriesOperator,
        expand::make_series,
        Always,
    ),
    ("mv-apply", MvApplyOperator, expand::mv_apply, Always),
    ("mv-expand", MvExpandOperator, expand::mv_expand, Always),
    ("mvapply", MvApplyOperator, expand::mv_apply, AfterPipe),
    ("mvexpand", MvExpandOperator, expand::mv_expand, AfterPipe),
    ("order", SortOperator, rows::sort, AfterPipe),
    ("parse", ParseOperator, parsing::parse, AfterPipe),
    ("parse-kv", ParseKvOperator, parsing::parse_kv, Always),
    ("parse-where", ParseOperator, parsing::parse, Always),
    (
        "partition",
        PartitionOperator,
        nested::partition,
        When(is_by_or_parameter),
    ),
    ("print", PrintOperator, columns::some_named, Always),
    ("project", ProjectOperator, columns::named, Always),
    (
        "project-away",
        ProjectAwayOperator,
        columns::wildcards,
        Always,
    ),
    (
        "project-by-names",
        ProjectByNamesOperator,
        columns::by_names,
        Always,
    ),
    (
        "project-keep",
        ProjectKeepOperator,
        columns::wildcards,
        Always,
    ),
    (
        "project-rename",
        ProjectRenameOperator,
        columns::named,
        Always,
    ),
    (
        "project-reorder",
        ProjectReorderOperator,
        columns::reorder,
        Always,
    ),
    ("range", RangeOperator, rows::range, NotCall(is_range)),
    (
        "reduce",
        ReduceOperator,
        parsing::reduce,
        When(is_by_or_parameter),
    ),
    ("render", RenderOperator, rows::render, When(is_render)),
    ("sample", SampleOperator, rows::single, Always),
    (
        "sample-distinct",
        SampleDistinctOperator,
        rows::sample_distinct,
        Always,
    ),
    ("scan", ScanOperator, scan::scan, AfterPipe),
    ("search", SearchOperator, search::search, Always),
    (
        "serialize",
        SerializeOperator,
        columns::serialize,
        AfterPipe,
    ),
    ("sort", SortOperator, rows::sort, AfterPipe),
    (
        "summarize",
        SummarizeOperator,
        columns::summarize,
        AfterPipe,
    ),
    ("take", TakeOperator, rows::single, AfterPipe),
    ("top", TopOperator, rows::top, AfterPipe),
    ("top-hitters", TopHittersOperator, rows::top_hitters, Always),
    ("top-nested", TopNestedOperator, nested::top_nested, Always),
    ("union", UnionOperator, tables::union, Always),
    ("where", WhereOperator, rows::single, Always),
];

fn entry(p: &Parser<'_>) -> Option<&'static Entry> {
    if matches!(p.class(0), None | Some(Class::Plain | Class::Boolean)) {
        return None;
    }
    let found = OPERATORS.binary_search_by_key(&p.word(), |(keyword, ..)| *keyword);
    OPERATORS.get(found.ok()?)
}

/// Whether an operator's keyword stands here as it may behind a pipe.
pub(crate) fn begins(p: &Parser<'_>) -> bool {
    match entry(p) {
        Some((.., NotCall(_))) => p.nth(1) != LeftParen,
        Some((.., Only(fits))) => fits(p),
        found => found.is_some(),
    }
}

/// Whether an operator, not a name, stands at the head of a query.
pub(super) fn is_likely(p: &Parser<'_>) -> bool {
    match entry(p) {
        Some((.., Always)) => true,
        Some((.., When(fits) | NotCall(fits) | Only(fits))) => fits(p),
        _ => false,
    }
}

/// One operator with its keyword.
pub(super) fn operator(p: &mut Parser<'_>) -> bool {
    match entry(p) {
        Some((_, kind, shape, _)) if begins(p) => {
            p.start(*kind);
            p.bump();
            shape(p);
            p.end();
            true
        }
        _ => false,
    }
}

/// What stands behind a pipe and is not an operator.
pub(super) fn unknown(p: &mut Parser<'_>) {
    if p.class(0) != Some(Class::Plain) {
        return p.missing("an operator such as `where`");
    }
    let message = format!("`{}` is not an operator", p.word());
    let keywords = OPERATORS.iter().map(|(keyword, ..)| *keyword);
    let meant = nearest::nearest(p.word(), keywords);
    p.report_misspelt("RS1006", message, meant);
    p.start(UnknownOperator);
    p.bump();
    p.skip_until(|p| matches!(p.kind(), Pipe | Semicolon | RightParen | RightBrace));
    p.end();
}

fn nothing(_: &mut Parser<'_>) {}

fn never(_: &Parser<'_>) -> bool {
    false
}

fn is_by(p: &Parser<'_>) -> bool {
    p.nth_is_word(1, "by")
}

fn is_by_or_parameter(p: &Parser<'_>) -> bool {
    is_by(p) || parameters::is_common(p, 1)
}

fn is_evaluate(p: &Parser<'_>) -> bool {
    names::length(p, 1, names::Kind::Reference) > 0 || parameters::is_common(p, 1)
}

fn is_range(p: &Parser<'_>) -> bool {
    let name = names::length(p, 1, names::Kind::Reference);
    name > 0 && p.nth_is_word(1 + name, "from")
}

fn is_render(p: &Parser<'_>) -> bool {
    rows::is_chart(p, 1) || names::is_word(p, 1, names::Kind::Reference)
}

/// A clause that opens with a word and holds one expression.
fn clause(p: &mut Parser<'_>, kind: SyntaxKind, word: &str) {
    p.start(kind);
    p.expect_word(word);
    super::expressions::required(p);
    p.end();
}

fn optional_clause(p: &mut Parser<'_>, kind: SyntaxKind, word: &str) {
    if p.at_word(word) {
        clause(p, kind, word);
    }
}

/// `of column`
fn of_clause(p: &mut Parser<'_>) {
    p.start(OfClause);
    p.expect_word("of");
    super::expressions::required_named(p);
    p.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_order() {
        assert!(OPERATORS.is_sorted_by_key(|(keyword, ..)| *keyword));
    }
}
