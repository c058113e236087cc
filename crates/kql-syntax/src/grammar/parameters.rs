//! Parameters of operators: `kind = inner`, `hint.strategy = shuffle`, and properties in `with (…)`.

use super::lists::{List, close, ends_list};
use super::{expressions, literals, names, paths};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// What a parameter takes.
#[derive(Clone, Copy)]
enum Value {
    /// A literal or a word.
    Any,
    /// A word; some are reserved elsewhere.
    Word,
    /// A call or path.
    Expression,
    /// Names between commas.
    Names,
}

/// Names that every operator takes.
const COMMON: [&str; 30] = [
    "kind",
    "hint.strategy",
    "hint.shufflekey",
    "hint.num_partitions",
    "hint.remote",
    "hint.concurrency",
    "hint.distribution",
    "hint.materialized",
    "hint.progressive_top",
    "hint.spread",
    "isfuzzy",
    "withsource",
    "with_source",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "bagexpansion",
    "bin_legacy",
    "cycles",
    "decodeblocks",
    "expandoutput",
    "force_remote",
    "__crossCluster",
    "__crossDB",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__sourceColumnIndex",
    "hint.pass_filters",
];

/// Words that only stand as the value of a parameter.
const VALUE_WORDS: [&str; 3] = ["simple", "relaxed", "nooptimization"];

/// Which parameters an operator takes.
#[derive(Clone, Copy)]
pub(super) struct Parameters {
    /// Those besides the common ones.
    pub own: &'static [&'static str],
    /// Whether a name without `=` behind it is not a parameter.
    pub needs_equal: bool,
}

/// The common parameters, where a name is one only before `=`.
pub(super) const BEFORE_EQUAL: Parameters = Parameters {
    own: &[],
    needs_equal: true,
};

/// The common parameters, where each such name is one.
pub(super) const ALWAYS: Parameters = Parameters {
    own: &[],
    needs_equal: false,
};

impl Parameters {
    /// The same with parameters of the operator's own.
    pub const fn and(self, own: &'static [&'static str]) -> Self {
        Self { own, ..self }
    }
}

/// How many tokens make up the name of a parameter that stands `ahead`; 0 when none does.
fn name_length(p: &Parser<'_>, ahead: usize, own: &[&str]) -> usize {
    if p.nth(ahead) != Word {
        return 0;
    }
    let word = p.nth_text(ahead);
    if COMMON.contains(&word) || own.contains(&word) {
        return 1;
    }
    let split = word == "hint"
        && p.nth(ahead + 1) == Dot
        && matches!(
            p.nth_text(ahead + 2),
            "pass_filters" | "pass_filters_column"
        );
    if split { 3 } else { 0 }
}

/// Whether the name of a parameter that every operator takes stands `ahead` tokens on.
pub(super) fn is_common(p: &Parser<'_>, ahead: usize) -> bool {
    name_length(p, ahead, &[]) > 0
}

/// All parameters that stand here.
pub(super) fn parameters(p: &mut Parser<'_>, which: Parameters) {
    loop {
        let name = name_length(p, 0, which.own);
        if name == 0 || (which.needs_equal && p.nth(name) != Equal) {
            return;
        }
        let kind = value_of(p.word());
        p.start(OperatorParameter);
        p.bump_all(name);
        p.expect(Equal, "`=`");
        value(p, kind);
        p.end();
    }
}

/// The one parameter of a name, when it stands here with `=`.
pub(super) fn only(p: &mut Parser<'_>, name: &str) -> bool {
    let found = p.at_word(name) && p.nth(1) == Equal;
    if found {
        let kind = value_of(name);
        p.start(OperatorParameter);
        p.bump_all(2);
        value(p, kind);
        p.end();
    }
    found
}

fn value_of(name: &str) -> Value {
    match name {
        "kind" | "bagexpansion" | "flags" | "cycles" | "output" | "xaxis" | "yaxis" | "legend"
        | "ysplit" => Value::Word,
        "title" | "xtitle" | "ytitle" => Value::Expression,
        "ycolumns" | "anomalycolumns" | "series" => Value::Names,
        _ if name.starts_with("hint.") => Value::Word,
        _ => Value::Any,
    }
}

fn value(p: &mut Parser<'_>, kind: Value) {
    let found = match kind {
        Value::Any => any_value(p),
        Value::Word => word_value(p) || any_value(p),
        Value::Expression => paths::postfix(p),
        Value::Names => {
            super::lists::list_node(p, PARAMETER_NAMES);
            true
        }
    };
    if !found {
        p.missing("a value");
    }
}

const PARAMETER_NAMES: List = List::some(parameter_name, "a name").until(names_end);

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

fn word_value(p: &mut Parser<'_>) -> bool {
    let found = p.at_any_word(&VALUE_WORDS);
    if found {
        p.bump();
    }
    found
}

/// A literal or a word.
fn any_value(p: &mut Parser<'_>) -> bool {
    match p.kind() {
        Word if matches!(p.class(0), Some(Class::Boolean | Class::Plain)) => {}
        Word if p.class(0) == Some(Class::Name) && !p.at_word("typeof") => {}
        String if p.nth(1) != String => {}
        Integer | Real | Typed | TimeSpan => {}
        _ => return literals::literal(p) || names::reference(p),
    }
    p.bump();
    true
}

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
    is_common(p, ahead) || (p.nth(ahead) == Word && RENDER.contains(&p.nth_text(ahead)))
}

/// `name = value` of a `with` clause; the name is a node.
fn property(p: &mut Parser<'_>, own: &[&str]) -> bool {
    if !p.at_any_word(own) {
        return false;
    }
    let kind = value_of(p.word());
    p.start(OperatorParameter);
    p.start(NameReference);
    p.bump();
    p.end();
    p.expect(Equal, "`=`");
    match kind {
        Value::Any if literals::literal(p) || names::reference(p) => {}
        kind => value(p, kind),
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
    property(p, &REDUCE) || property(p, &COMMON)
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
            .any(|name| only(p, name));
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
            true => value(p, Value::Any),
            false => super::lists::list_node(p, RENDER_NAMES),
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

/// `datascope = all`
pub(super) fn data_scope(p: &mut Parser<'_>) {
    if !p.at_word("datascope") {
        return;
    }
    p.start(DataScopeClause);
    p.bump();
    p.expect(Equal, "`=`");
    if p.at_any_word(&["all", "hotcache"]) {
        p.bump();
    } else {
        p.missing_token("`all` or `hotcache`");
    }
    p.end();
}

const STATEMENT_PROPERTIES: List =
    List::of(statement_property, "a property such as `format = \"csv\"`");

/// `with (name = value, …)` of `externaldata` and `restrict`.
pub(super) fn with_named_values(p: &mut Parser<'_>) {
    if p.eat_word("with") {
        super::lists::in_parentheses(p, STATEMENT_PROPERTIES);
    }
}

fn statement_property(p: &mut Parser<'_>) -> bool {
    if names::length(p, 0, names::Kind::New) == 0 {
        return false;
    }
    p.start(NamedExpression);
    names::name(p, names::Kind::New);
    p.expect(Equal, "`=`");
    if !literals::unsigned(p) && !names::name(p, names::Kind::New) {
        p.missing("a value");
    }
    p.end();
    true
}

/// `= value` behind the type of a parameter of a function.
pub(super) fn default_value(p: &mut Parser<'_>) {
    if p.eat(Equal) && !literals::literal(p) && !names::reference(p) {
        expressions_missing(p);
    }
}

fn expressions_missing(p: &mut Parser<'_>) {
    p.missing("a value");
    // Keeps what stands there as a value, so that the parameters behind it are still read.
    expressions::expression(p);
}
