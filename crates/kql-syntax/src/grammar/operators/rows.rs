//! Operators that choose, order, count or draw rows.

use super::super::expressions::{named, required, required_named};
use super::super::lists::{List, list_node};
use super::super::names;
use super::super::parameters::{ALWAYS, BEFORE_EQUAL, only, parameters};
use super::super::properties::{OF_RENDER, render_properties, with_properties};
use super::{clause, of_clause};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Parameters and one expression: `where`, `take`, `sample`.
pub(super) fn single(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    required_named(p);
}

pub(super) fn consume(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
}

pub(super) fn get_schema(p: &mut Parser<'_>) {
    only(p, "kind");
}

/// `count` or `count as name`
pub(super) fn count(p: &mut Parser<'_>) {
    if !p.eat_word("as") {
        return;
    }
    if p.class(0) == Some(Class::Plain) {
        names::reference(p);
    } else {
        p.missing_token("a name");
    }
}

const KEYS: List = List::some(ordered, "an expression");

pub(super) fn sort(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
    p.expect_word("by");
    list_node(p, KEYS);
}

/// `expression [asc|desc] [nulls first|last]`.
pub(super) fn ordered(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    let found = named(p);
    if found {
        p.start_at(start, OrderedExpression);
        direction(p);
        p.end();
    }
    found
}

fn direction(p: &mut Parser<'_>) {
    if p.at_any_word(&["asc", "desc", "granny-asc", "granny-desc"]) {
        p.bump();
    }
    if p.eat_word("nulls") {
        match p.at_any_word(&["first", "last"]) {
            true => p.bump(),
            false => p.missing_token("`first` or `last`"),
        }
    }
}

/// A key that must be there.
pub(super) fn required_ordered(p: &mut Parser<'_>) {
    if !ordered(p) {
        p.missing("an expression");
    }
}

pub(super) fn top(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    required_named(p);
    p.expect_word("by");
    p.start(Expressions);
    required_ordered(p);
    p.end();
}

pub(super) fn top_hitters(p: &mut Parser<'_>) {
    required_named(p);
    of_clause(p);
    if p.at_word("by") {
        p.start(ByClause);
        p.bump();
        required_named(p);
        p.end();
    }
}

pub(super) fn sample_distinct(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    required_named(p);
    of_clause(p);
}

/// `range name from a to b step c`
pub(super) fn range(p: &mut Parser<'_>) {
    names::declaration(p);
    clause(p, FromClause, "from");
    clause(p, ToClause, "to");
    p.start(StepClause);
    p.expect_word("step");
    required(p);
    p.end();
}

/// Kinds of chart.
const CHARTS: [&str; 21] = [
    "table",
    "list",
    "barchart",
    "piechart",
    "ladderchart",
    "timechart",
    "linechart",
    "anomalychart",
    "pivotchart",
    "areachart",
    "stackedareachart",
    "scatterchart",
    "timepivot",
    "columnchart",
    "timeline",
    "3Dchart",
    "card",
    "treemap",
    "plotly",
    "graph",
    "sankey",
];

/// Whether the kind of a chart stands `ahead` tokens on.
pub(super) fn is_chart(p: &Parser<'_>, ahead: usize) -> bool {
    p.nth(ahead) == Word && CHARTS.contains(&p.nth_text(ahead))
}

pub(super) fn render(p: &mut Parser<'_>) {
    if is_chart(p, 0) || p.class(0) == Some(Class::Plain) {
        p.bump();
    } else {
        p.missing_token("a kind of chart such as `timechart`");
    }
    render_properties(p);
    with_properties(p, OF_RENDER);
}
