//! Properties in `with (…)`: `title = "…"` of `render`, `pair_delimiter = ";"` of `parse-kv` and others.

use super::lists::{List, close, ends_list, in_parentheses, list_node};
use super::parameters::{self, Value};
use super::{literals, names};
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// Properties of `render`.
const RENDER: [&str; 17] = [
    "kind",
    "title",
    "accumulate",
    "xcolumn",
    "ycolumns",
    "anomalycolumns",
    "series",
    "xtitle",
    "ytitle",
    "xaxis",
    "yaxis",
    "legend",
    "ysplit",
    "ymin",
    "ymax",
    "xmin",
    "xmax",
];

/// Properties of `parse-kv`.
const PARSE_KV: [&str; 6] = [
    "pair_delimiter",
    "kv_delimiter",
    "regex",
    "quote",
    "escape",
    "greedy",
];

/// Properties of `reduce`, besides the common parameters.
pub(super) const REDUCE: [&str; 2] = ["threshold", "characters"];

/// Whether a property of `render` stands `ahead` tokens on, so that a list of names before it is over.
fn is_property(p: &Parser<'_>, ahead: usize) -> bool {
    parameters::is_common(p, ahead) || (p.nth(ahead) == Word && RENDER.contains(&p.nth_text(ahead)))
}

/// `name = value` of a `with` clause; the name is a node.
fn property(p: &mut Parser<'_>, own: &[&str]) -> bool {
    if !p.at_any_word(own) {
        return false;
    }
    let kind = parameters::value_of(p.word());
    p.start(OperatorParameter);
    p.start(NameReference);
    p.bump();
    p.end();
    p.expect(Equal, "`=`");
    match kind {
        Value::Any if literals::literal(p) || names::reference(p) => {}
        kind => parameters::value(p, kind),
    }
    p.end();
    true
}

/// The properties that `with (…)` of an operator takes.
#[derive(Clone, Copy)]
pub(super) struct Properties {
    list: List,
    what: &'static str,
    /// Whether a comma may stand first.
    leading: bool,
}

/// Those of `render`.
pub(super) const OF_RENDER: Properties = Properties {
    list: List::of(|p| property(p, &RENDER), "a property such as `title`"),
    what: "a property such as `title`, or `)`",
    leading: true,
};

/// Those of `parse-kv`.
pub(super) const OF_PARSE_KV: Properties = Properties {
    list: List::of(
        |p| property(p, &PARSE_KV),
        "a property such as `pair_delimiter`",
    ),
    what: "a property such as `pair_delimiter`, or `)`",
    leading: false,
};

const OF_REDUCE: List = List::of(reduce_property, "a property such as `threshold`");

fn reduce_property(p: &mut Parser<'_>) -> bool {
    property(p, &REDUCE) || property(p, &parameters::COMMON)
}

/// `with (name = value, …)`, when it stands here.
pub(super) fn with_properties(p: &mut Parser<'_>, properties: Properties) {
    if !p.at_word("with") {
        return;
    }
    p.start(WithClause);
    p.bump();
    if p.expect(LeftParen, "`(`") {
        if properties.leading {
            p.eat(Comma);
        }
        properties.list.read(p);
        close(p, RightParen, properties.what);
    }
    p.end();
}

/// `with name = value, …` of `reduce`, without parentheses.
pub(super) fn with_bare_properties(p: &mut Parser<'_>) {
    if p.at_word("with") {
        p.start(WithClause);
        p.bump();
        OF_REDUCE.read(p);
        p.end();
    }
}

/// The older way of `render`: `kind = …`, `title = …`, `with "…"`, `by a, b`.
pub(super) fn render_properties(p: &mut Parser<'_>) {
    loop {
        let named = ["kind", "title", "accumulate"]
            .into_iter()
            .any(|name| parameters::only(p, name));
        if named {
            continue;
        }
        let with = p.at_word("with") && p.nth(1) != LeftParen;
        if !with && !p.at_word("by") {
            return;
        }
        p.start(OperatorParameter);
        p.bump();
        match with {
            true => parameters::value(p, Value::Any),
            false => list_node(p, RENDER_NAMES),
        }
        p.end();
    }
}

const RENDER_NAMES: List = List::some(render_name, "a name").until(render_names_end);

fn render_name(p: &mut Parser<'_>) -> bool {
    names::name(p, names::Kind::New)
}

fn render_names_end(p: &Parser<'_>) -> bool {
    p.at_any_word(&["kind", "title", "accumulate", "with", "by"])
}

/// Names between commas as the value of a property.
pub(super) const NAMES: List = List::some(parameter_name, "a name").until(names_end);

fn parameter_name(p: &mut Parser<'_>) -> bool {
    if is_property(p, 0) && p.nth(1) == Equal {
        return false;
    }
    names::name(p, names::Kind::New)
}

/// Whether a list of names as a value is over: another property follows, or the clause ends.
fn names_end(p: &Parser<'_>) -> bool {
    match p.at(Comma) {
        true => {
            (is_property(p, 1) && p.nth(2) == Equal)
                || matches!(
                    p.nth(1),
                    RightParen | RightBracket | RightBrace | Pipe | Semicolon | End
                )
        }
        false => ends_list(p) || (is_property(p, 0) && p.nth(1) == Equal),
    }
}

const STATEMENT_PROPERTIES: List =
    List::of(statement_property, "a property such as `format = \"csv\"`");

const SOURCE_PROPERTIES: List = List::of(source_property, "a property such as `format = \"csv\"`");

/// `with (name = value, …)` of `restrict`.
pub(super) fn with_named_values(p: &mut Parser<'_>) {
    if p.eat_word("with") {
        in_parentheses(p, STATEMENT_PROPERTIES);
    }
}

/// `with (name = value, …)` of `externaldata`.
pub(super) fn with_source_properties(p: &mut Parser<'_>) {
    if p.eat_word("with") {
        in_parentheses(p, SOURCE_PROPERTIES);
    }
}

fn statement_property(p: &mut Parser<'_>) -> bool {
    property_of(p, literals::unsigned)
}

/// A property of external data takes no duration, `int` or `decimal`.
fn source_property(p: &mut Parser<'_>) -> bool {
    property_of(p, |p| {
        let ty = p.word().split('(').next().unwrap_or_default();
        let typed = p.at(Typed) && matches!(ty, "int" | "decimal" | "timespan" | "time");
        !typed && !p.at(TimeSpan) && literals::unsigned(p)
    })
}

fn property_of(p: &mut Parser<'_>, value: fn(&mut Parser<'_>) -> bool) -> bool {
    if names::length(p, 0, names::Kind::New) == 0 {
        return false;
    }
    p.start(NamedExpression);
    names::name(p, names::Kind::New);
    p.expect(Equal, "`=`");
    if !value(p) && !names::name(p, names::Kind::New) {
        p.missing("a value");
    }
    p.end();
    true
}
