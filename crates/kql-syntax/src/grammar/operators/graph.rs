//! Operators on graphs.

use super::super::expressions::{named, sign};
use super::super::lists::{List, close, ends_list, list_node};
use super::super::parameters::{BEFORE_EQUAL, Parameters, parameters};
use super::super::{names, paths, pipeline};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `make-graph source --> target with nodes on key partitioned-by column (operators)`
pub(super) fn make_graph(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL);
    column(p);
    match arrow(p, &["-->", "--"]) {
        0 => p.missing_token("`-->` or `--`"),
        count => p.bump_all(count),
    }
    column(p);
    if p.at_word("with_node_id") {
        p.start(WithClause);
        p.bump();
        p.expect(Equal, "`=`");
        names::declaration(p);
        p.end();
    } else if p.at_word("with") {
        p.start(WithClause);
        p.bump();
        List::some(nodes, "a table").until(ends_nodes).read(p);
        p.end();
    }
    if p.eat_word("partitioned-by") {
        paths::required_path(p);
        pipeline::subquery_in_parentheses(p);
    }
}

fn column(p: &mut Parser<'_>) {
    if !names::reference(p) {
        p.missing("a column");
    }
}

/// `table on key`
fn nodes(p: &mut Parser<'_>) -> bool {
    let found = sign(p);
    if found {
        p.expect_word("on");
        column(p);
    }
    found
}

fn ends_nodes(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_word("partitioned-by")
}

/// How many tokens the first of some arrows that stands here takes; 0 when none does.
fn arrow(p: &Parser<'_>, arrows: &[&str]) -> usize {
    let lengths = arrows.iter().map(|arrow| p.joined(arrow));
    lengths.into_iter().find(|count| *count > 0).unwrap_or(0)
}

/// `graph-match patterns where condition project columns`
pub(super) fn graph_match(p: &mut Parser<'_>) {
    matched(p, BEFORE_EQUAL);
}

pub(super) fn shortest_paths(p: &mut Parser<'_>) {
    matched(p, BEFORE_EQUAL.and(&["output"]));
}

fn matched(p: &mut Parser<'_>, which: Parameters) {
    parameters(p, which);
    List::some(pattern, "a pattern such as `(a)-[b]->(c)`")
        .open()
        .read(p);
    if p.at_word("where") {
        p.start(WhereClause);
        p.bump();
        if !pipeline::in_clause(p) {
            p.missing("a condition");
        }
        p.end();
    }
    if p.at_word("project") {
        p.start(ProjectClause);
        p.bump();
        list_node(p, List::some(named, "an expression"));
        p.end();
    }
}

/// Nodes and edges in a row.
fn pattern(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    let before = p.progress();
    while node(p) || edge(p) {}
    let found = p.progress() > before;
    if found {
        p.start_at(start, GraphPattern);
        p.end();
    }
    found
}

/// `(name)`
fn node(p: &mut Parser<'_>) -> bool {
    let found = p.eat(LeftParen);
    if found {
        names::reference(p);
        close(p, RightParen, "`)`");
    }
    found
}

/// `-->`, `<--`, `--`, `-[name*1..3]->`
fn edge(p: &mut Parser<'_>) -> bool {
    let bare = arrow(p, &["-->", "<--", "--"]);
    p.bump_all(bare);
    let open = if bare > 0 {
        0
    } else {
        arrow(p, &["-[", "<-["])
    };
    if open > 0 {
        p.bump_all(open);
        names::reference(p);
        if p.eat(Star) {
            hops(p);
        }
        match arrow(p, &["]->", "]-"]) {
            0 => p.missing_token("`]->` or `]-`"),
            count => p.bump_all(count),
        }
    }
    bare + open > 0
}

/// `1..3` behind `*`
fn hops(p: &mut Parser<'_>) {
    if !sign(p) {
        p.missing("a number");
    }
    p.expect(DotDot, "`..`");
    if !sign(p) {
        p.missing("a number");
    }
}

/// `graph-to-table nodes as N, edges as E`
pub(super) fn to_table(p: &mut Parser<'_>) {
    List::some(output, "`nodes` or `edges`").open().read(p);
}

fn output(p: &mut Parser<'_>) -> bool {
    let own: &[&str] = match p.word() {
        "nodes" => &["with_node_id"],
        "edges" => &["with_source_id", "with_target_id"],
        _ => return false,
    };
    p.bump();
    if p.eat_word("as") {
        names::declaration(p);
    }
    parameters(
        p,
        Parameters {
            own,
            needs_equal: true,
        },
    );
    true
}

pub(super) fn mark_components(p: &mut Parser<'_>) {
    parameters(p, BEFORE_EQUAL.and(&["with_component_id"]));
}
