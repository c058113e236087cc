//! `scan` with its clauses and steps.

use super::super::expressions::{expression, required};
use super::super::lists::{List, close, ends_list, list_node};
use super::super::parameters::{ALWAYS, parameters};
use super::super::{names, statements};
use super::rows;
use crate::SyntaxKind;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// `scan [order by …] [partition by …] [declare (…)] with (step …; …)`
pub(super) fn scan(p: &mut Parser<'_>) {
    parameters(p, ALWAYS);
    by_list(
        p,
        OrderByClause,
        "order",
        List::some(rows::ordered, "an expression"),
    );
    by_list(
        p,
        PartitionByClause,
        "partition",
        List::some(expression, "an expression"),
    );
    if p.eat_word("declare") {
        statements::parameters(p);
    }
    p.expect_word("with");
    if p.expect(LeftParen, "`(`") {
        while p.at_word("step") {
            step(p);
        }
        close(p, RightParen, "`step` or `)`");
    }
}

fn by_list(p: &mut Parser<'_>, kind: SyntaxKind, word: &str, list: List) {
    if p.at_word(word) {
        p.start(kind);
        p.bump();
        p.expect_word("by");
        list_node(p, list.until(ends_clause));
        p.end();
    }
}

fn ends_clause(p: &Parser<'_>) -> bool {
    ends_list(p) || p.at_any_word(&["partition", "order", "by", "declare", "with"])
}

/// `step name [optional] [output = all]: condition [=> column = value, …];`
fn step(p: &mut Parser<'_>) {
    p.start(ScanStep);
    p.bump();
    if !names::name(p, names::Kind::New) {
        p.missing("a name");
    }
    p.eat_word("optional");
    if p.at_word("output") {
        output(p);
    }
    p.expect(Colon, "`:`");
    required(p);
    if p.eat(FatArrow) {
        List::some(assignment, "an assignment such as `column = value`").read(p);
    }
    p.expect(Semicolon, "`;`");
    p.end();
}

fn output(p: &mut Parser<'_>) {
    p.start(OutputClause);
    p.bump();
    p.expect(Equal, "`=`");
    match p.at_any_word(&["all", "last", "none"]) {
        true => p.bump(),
        false => p.missing_token("`all`, `last` or `none`"),
    }
    p.end();
}

fn assignment(p: &mut Parser<'_>) -> bool {
    if names::length(p, 0, names::Kind::New) == 0 {
        return false;
    }
    p.start(NamedExpression);
    names::name(p, names::Kind::New);
    p.expect(Equal, "`=`");
    required(p);
    p.end();
    true
}
