//! Statements: `let`, `set`, `alias`, `declare`, `restrict`, and tabular expressions.

use super::expressions;
use super::lists::{List, close, ends_list, in_parentheses};
use super::{calls, literals, names, parameters, paths, pipeline, properties};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// The statements of a whole text.
pub(super) fn query(p: &mut Parser<'_>) {
    while p.eat(Directive) {}
    while !p.at(End) {
        top_list(p);
        if !p.at(End) {
            pipeline::leftover(p, "`|`, `;` or the end of the query");
            let before = p.progress();
            p.skip_until(|p| p.at(Semicolon));
            p.eat(Semicolon);
            if p.progress() == before {
                p.bump();
            }
        }
    }
}

/// The statements at the top, as far as they go.
fn top_list(p: &mut Parser<'_>) {
    p.begin_statement();
    while statement(p) && p.eat(Semicolon) {
        p.begin_statement();
    }
}

/// Statements between semicolons, as far as they go.
pub(super) fn list(p: &mut Parser<'_>) {
    while statement(p) && p.eat(Semicolon) {}
}

fn statement(p: &mut Parser<'_>) -> bool {
    match p.word() {
        "let" if names::length(p, 1, names::Kind::Reference) > 0 => let_statement(p),
        "let" if p.nth(1) == Word && p.nth(2) == Equal => let_statement(p),
        "set" if p.at(Word) => set_statement(p),
        "alias" if p.nth_is_word(1, "database") => alias_statement(p),
        "declare" if p.nth_is_word(1, "pattern") => pattern_statement(p),
        "declare" if p.nth_is_word(1, "query_parameters") => parameters_statement(p),
        "restrict" if p.nth_is_word(1, "access") => restrict_statement(p),
        _ => return expression_statement(p),
    }
    true
}

fn expression_statement(p: &mut Parser<'_>) -> bool {
    let start = p.checkpoint();
    let found = pipeline::pipeline(p);
    if found {
        p.start_at(start, ExpressionStatement);
        p.end();
    }
    found
}

fn let_statement(p: &mut Parser<'_>) {
    p.start(LetStatement);
    p.bump();
    if !names::reference(p) {
        unfit_name(p);
    }
    p.expect(Equal, "`=`");
    if p.at_word("materialize") {
        p.nested(calls::materialize);
    } else if !entity_group(p) {
        match is_lambda(p) {
            true => {
                p.nested(lambda);
            }
            false => pipeline::required(p),
        }
    }
    p.end();
}

/// A keyword in place of a name, or nothing.
fn unfit_name(p: &mut Parser<'_>) {
    if p.at(Word) && p.nth(1) == Equal {
        let top = p.is_top();
        names::keyword_as_name(p, top);
    } else {
        p.missing("a name");
    }
}

/// `entity_group [databases]` or `entity_group("name")`.
pub(super) fn entity_group(p: &mut Parser<'_>) -> bool {
    if !p.at_word("entity_group") {
        return false;
    }
    if !calls::call(p) {
        p.start(EntityGroup);
        p.bump();
        if p.expect(LeftBracket, "`[`") {
            List::some(expressions::expression, "a database").read(p);
            close(p, RightBracket, "`]`");
        }
        p.end();
    }
    true
}

/// Whether the parameters of a function, with or without `view`, stand here.
fn is_lambda(p: &Parser<'_>) -> bool {
    let open = usize::from(p.at_word("view"));
    if p.nth(open) != LeftParen {
        return false;
    }
    let name = names::length(p, open + 1, names::Kind::New);
    matches!(p.nth(open + 1), RightParen | Star) || (name > 0 && p.nth(open + 1 + name) == Colon)
}

fn lambda(p: &mut Parser<'_>) -> bool {
    p.start(Lambda);
    p.eat_word("view");
    parameters(p);
    body(p);
    p.end();
    true
}

/// `{ let …; query }`
fn body(p: &mut Parser<'_>) {
    p.start(Body);
    if p.expect(LeftBrace, "`{`") {
        while body_statement(p) {
            p.expect(Semicolon, "`;`");
        }
        expression_statement(p);
        p.eat(Semicolon);
        close_body(p);
    }
    p.end();
}

fn body_statement(p: &mut Parser<'_>) -> bool {
    match p.word() {
        "let" => let_statement(p),
        "declare" => parameters_statement(p),
        _ => return false,
    }
    true
}

/// The closing brace; what stands before it is skipped, semicolons included.
fn close_body(p: &mut Parser<'_>) {
    if !p.at(RightBrace) {
        p.missing_token("`}`");
        p.skip_until(|p| p.at(RightBrace));
    }
    p.eat(RightBrace);
}

const PARAMETERS: List = List::of(parameter, "a parameter such as `name: string`");

/// `(name: type, …)`
pub(super) fn parameters(p: &mut Parser<'_>) {
    p.start(Parameters);
    in_parentheses(p, PARAMETERS);
    p.end();
}

/// `name: type`, `name: type = default` or `name: (column: type, …)`.
fn parameter(p: &mut Parser<'_>) -> bool {
    names::typed(p, Parameter, parameters::default_value)
}

fn set_statement(p: &mut Parser<'_>) {
    p.start(SetStatement);
    p.bump();
    names::declaration(p);
    if p.eat(Equal) {
        expressions::required(p);
    }
    p.end();
}

fn alias_statement(p: &mut Parser<'_>) {
    p.start(AliasStatement);
    p.bump_all(2);
    names::declaration(p);
    p.expect(Equal, "`=`");
    expressions::required(p);
    p.end();
}

fn parameters_statement(p: &mut Parser<'_>) {
    p.start(DeclareStatement);
    p.bump();
    p.expect_word("query_parameters");
    in_parentheses(
        p,
        List::some(parameter, "a parameter such as `name: string`"),
    );
    p.end();
}

fn restrict_statement(p: &mut Parser<'_>) {
    p.start(RestrictStatement);
    p.bump_all(2);
    p.expect_word("to");
    in_parentheses(p, List::some(paths::entity, "a table"));
    properties::with_named_values(p);
    p.end();
}

/// `declare pattern name = (parameters) [path] { (values).[path] = { body }; … }`
fn pattern_statement(p: &mut Parser<'_>) {
    p.start(DeclareStatement);
    p.bump_all(2);
    names::declaration(p);
    if p.eat(Equal) {
        in_parentheses(
            p,
            List::of(
                names::column_declaration,
                "a parameter such as `name: string`",
            ),
        );
        if p.eat(LeftBracket) {
            if !names::column_declaration(p) {
                p.missing("a parameter such as `name: string`");
            }
            close(p, RightBracket, "`]`");
        }
        pattern_matches(p);
    }
    p.end();
}

fn pattern_matches(p: &mut Parser<'_>) {
    if !p.expect(LeftBrace, "`{`") {
        return;
    }
    if !p.at(LeftParen) {
        p.missing("a pattern such as `(\"value\") = { … };`");
    }
    while p.at(LeftParen) {
        pattern_match(p);
    }
    close_body(p);
}

fn pattern_match(p: &mut Parser<'_>) {
    in_parentheses(p, List::some(expressions::expression, "a value"));
    if p.eat(Dot) && p.expect(LeftBracket, "`[`") {
        if !literals::literal(p) {
            p.missing("a text");
        }
        close(p, RightBracket, "`]`");
    }
    p.expect(Equal, "`=`");
    p.nested(|p| {
        body(p);
        true
    });
    p.expect(Semicolon, "`;`");
}

/// Statements in parentheses, as `macro-expand` takes them.
pub(super) fn in_parentheses_list(p: &mut Parser<'_>) {
    if !p.expect(LeftParen, "`(`") {
        return;
    }
    p.nested(|p| {
        p.start(Body);
        list(p);
        p.end();
        true
    });
    if !ends_list(p) {
        pipeline::leftover(p, "`|`, `;` or `)`");
    }
    close(p, RightParen, "`)`");
}
