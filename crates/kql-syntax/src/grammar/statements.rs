//! Statements: `let`, `set`, `alias`, `declare`, `restrict`, and tabular expressions.

use super::{close, comma_separated, expressions, in_parentheses, names, pipeline};
use crate::SyntaxKind;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Statements between semicolons, up to `end`.
pub(super) fn list(p: &mut Parser<'_>, end: SyntaxKind) {
    while !p.at(End) && !p.at(end) {
        if p.eat(Semicolon) {
            continue;
        }
        let before = p.progress();
        statement(p);
        if !p.at(Semicolon) && !p.at(end) && !p.at(End) {
            p.expected("`|` or `;`");
            p.skip_until(|p| p.at(Semicolon) || p.at(end));
        }
        if p.progress() == before {
            p.bump();
        }
    }
}

fn statement(p: &mut Parser<'_>) {
    match p.word() {
        "let" if names::begins(p, 1) => let_statement(p),
        "set" if p.nth(1) == Word => set_statement(p),
        "alias" if p.nth_is_word(1, "database") => alias_statement(p),
        "declare" if p.nth(1) == Word => declare_statement(p),
        "restrict" if p.nth_is_word(1, "access") => restrict_statement(p),
        _ => {
            p.start(ExpressionStatement);
            pipeline::pipeline(p);
            p.end();
        }
    }
}

fn let_statement(p: &mut Parser<'_>) {
    p.start(LetStatement);
    p.bump();
    names::declaration(p);
    p.expect(Equal, "`=`");
    if is_lambda(p) {
        lambda(p);
    } else {
        pipeline::pipeline(p);
    }
    p.end();
}

/// Whether `(…) {` or `view () {` stands here.
fn is_lambda(p: &Parser<'_>) -> bool {
    let open = usize::from(p.at_word("view"));
    p.nth(open) == LeftParen
        && p.after_brackets(open)
            .is_some_and(|next| p.nth(next) == LeftBrace)
}

fn lambda(p: &mut Parser<'_>) {
    p.nested(|p| {
        p.start(Lambda);
        p.eat_word("view");
        parameters(p);
        p.start(Body);
        p.expect(LeftBrace, "`{`");
        list(p, RightBrace);
        close(p, RightBrace, "`}`");
        p.end();
        p.end();
    });
}

/// `(name: type, …)`
pub(super) fn parameters(p: &mut Parser<'_>) {
    p.start(Parameters);
    in_parentheses(p, parameter);
    p.end();
}

/// `name: type`, `name: type = default` or `name: (column: type, …)`.
fn parameter(p: &mut Parser<'_>) {
    p.start(Parameter);
    names::declaration(p);
    p.expect(Colon, "`:` and a type");
    if p.at(LeftParen) {
        names::column_declarations(p);
    } else {
        names::type_name(p);
    }
    if p.eat(Equal) {
        expressions::expression(p);
    }
    p.end();
}

fn set_statement(p: &mut Parser<'_>) {
    p.start(SetStatement);
    p.bump();
    names::declaration(p);
    if p.eat(Equal) {
        expressions::expression(p);
    }
    p.end();
}

fn alias_statement(p: &mut Parser<'_>) {
    p.start(AliasStatement);
    p.bump();
    p.bump();
    names::declaration(p);
    p.expect(Equal, "`=`");
    expressions::expression(p);
    p.end();
}

fn declare_statement(p: &mut Parser<'_>) {
    p.start(DeclareStatement);
    p.bump();
    if p.eat_word("query_parameters") {
        in_parentheses(p, parameter);
    } else {
        // `declare pattern` is read as it stands: Sentinel rules have no use for it.
        p.skip_until(|p| p.at(Semicolon));
    }
    p.end();
}

fn restrict_statement(p: &mut Parser<'_>) {
    p.start(RestrictStatement);
    p.bump();
    p.bump();
    p.expect_word("to");
    in_parentheses(p, names::wildcard);
    if p.eat_word("with") {
        p.expect(LeftParen, "`(`");
        comma_separated(p, expressions::expression);
        close(p, RightParen, "`)`");
    }
    p.end();
}
