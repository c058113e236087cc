//! A source and the operators after its pipes, in one flat node.

use super::expressions::{bare_expression, needs_brackets};
use super::lists::{close, ends_list};
use super::{names, operators, paths, source};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// A tabular or scalar expression; with pipes a [`Pipeline`] of any length.
pub(super) fn pipeline(p: &mut Parser<'_>) -> bool {
    read(p, end_of_operator)
}

/// The same in a clause that other clauses may follow.
pub(super) fn in_clause(p: &mut Parser<'_>) -> bool {
    read(p, |_| {})
}

/// A pipeline; `finish` looks at what follows an operator.
fn read(p: &mut Parser<'_>, finish: fn(&mut Parser<'_>)) -> bool {
    p.nested(|p| {
        let start = p.checkpoint();
        let found = match operators::is_likely(p) {
            true => head(p, finish) || bare_expression(p),
            false => bare_expression(p) || head(p, finish),
        };
        if found && p.at(Pipe) {
            p.start_at(start, Pipeline);
            pipes(p, finish);
            p.end();
        }
        found
    })
}

/// A pipeline that must be there.
pub(super) fn required(p: &mut Parser<'_>) {
    if !pipeline(p) {
        p.missing("an expression");
    }
}

/// An operator at the head.
fn head(p: &mut Parser<'_>, finish: fn(&mut Parser<'_>)) -> bool {
    let found = operators::operator(p);
    if found {
        finish(p);
    }
    found
}

/// Whether a query, not a value, stands here: an operator, or a pipe before the end of the expression.
pub(super) fn is_query(p: &Parser<'_>) -> bool {
    if operators::is_likely(p) {
        return true;
    }
    let mut open = 0_usize;
    let mut ahead = 0;
    loop {
        match p.nth(ahead) {
            End | Semicolon => return false,
            Comma | RightParen if open == 0 => return false,
            Pipe if open == 0 => return true,
            LeftParen => open += 1,
            RightParen => open -= 1,
            _ => {}
        }
        ahead += 1;
    }
}

/// `(where … | project …)` without its parentheses: operators, the first without a pipe.
fn subquery(p: &mut Parser<'_>) -> bool {
    p.nested(|p| {
        p.start(Subquery);
        if !source::contextual_table(p) {
            operator(p, end_of_operator);
        }
        pipes(p, end_of_operator);
        p.end();
        true
    })
}

/// Operators in parentheses; reported when the parenthesis is missing.
pub(super) fn subquery_in_parentheses(p: &mut Parser<'_>) {
    if !p.at(LeftParen) {
        return p.missing("`(` and an operator");
    }
    p.bump();
    subquery(p);
    close(p, RightParen, "`)`");
}

/// The operators of a branch of `facet`.
pub(super) fn operators_in_parentheses(p: &mut Parser<'_>) {
    p.bump();
    if operators::begins(p) {
        subquery(p);
    } else {
        p.missing("an operator such as `where`");
    }
    close(p, RightParen, "`)`");
}

/// The operators of a branch of `fork`, or a whole query.
pub(super) fn branch_in_parentheses(p: &mut Parser<'_>) {
    if p.expect(LeftParen, "`(`") {
        if operators::begins(p) {
            subquery(p);
        } else {
            required(p);
        }
        close(p, RightParen, "`)`");
    }
}

fn pipes(p: &mut Parser<'_>, finish: fn(&mut Parser<'_>)) {
    while p.eat(Pipe) {
        operator(p, finish);
    }
}

/// The operator behind a pipe.
fn operator(p: &mut Parser<'_>, finish: fn(&mut Parser<'_>)) {
    if !operators::operator(p) {
        operators::unknown(p);
    }
    finish(p);
}

/// What an operator does not understand is skipped up to the next pipe with one error.
fn end_of_operator(p: &mut Parser<'_>) {
    if ends_list(p) || p.at(Comma) {
        return;
    }
    leftover(p, "`|` or the end of the operator");
    p.skip_until(|p| matches!(p.kind(), Pipe | Semicolon | RightParen | RightBrace));
}

/// Reports a token that nothing takes.
pub(super) fn leftover(p: &mut Parser<'_>, what: &str) {
    if p.is_outermost() && !begins_expression(p) {
        p.unexpected(what);
    } else if paths::is_keyword_as_name(p) && !operators::begins(p) {
        let word = p.word().to_owned();
        p.missing_token(what);
        needs_brackets(p, &word);
    } else {
        p.missing_token(what);
    }
}

/// Whether an expression or an operator can begin with the next token.
pub(super) fn begins_expression(p: &Parser<'_>) -> bool {
    begins_value(p) || operators::begins(p) || p.at_word("set")
}

/// Whether an expression can begin with the next token.
pub(super) fn begins_value(p: &Parser<'_>) -> bool {
    match p.kind() {
        String | Integer | Real | TimeSpan | Typed | Guid | LeftParen | LeftBracket | Minus
        | Plus | At => true,
        LeftBrace => names::length(p, 0, names::Kind::Reference) > 0,
        NotWord | InTilde => paths::is_keyword_as_name(p),
        Word => match p.class(0) {
            Some(Class::Plain | Class::Name | Class::Column | Class::Boolean) => true,
            _ => {
                source::begins_table(p)
                    || p.at_any_word(&["toscalar", "totable"])
                    || (p.at_word("dynamic") && p.nth(1) == LeftParen)
                    || paths::is_keyword_as_name(p)
            }
        },
        _ => false,
    }
}
