//! Parameters of operators: `kind = inner`, `hint.strategy = shuffle`.

use super::{expressions, literals, names, paths, properties};
use crate::keywords::Class;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// What a parameter takes.
#[derive(Clone, Copy)]
pub(super) enum Value {
    /// A literal or a word.
    Any,
    /// A word; some are reserved elsewhere.
    Word,
    /// A literal or the name of a new column, which `typeof` can be.
    Name,
    /// A call or path.
    Expression,
    /// Names between commas.
    Names,
}

/// Names that every operator takes.
pub(super) const COMMON: [&str; 30] = [
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

/// What the parameter of a name takes.
pub(super) fn value_of(name: &str) -> Value {
    match name {
        "kind" | "bagexpansion" | "flags" | "cycles" | "output" | "xaxis" | "yaxis" | "legend"
        | "ysplit" => Value::Word,
        "title" | "xtitle" | "ytitle" => Value::Expression,
        "ycolumns" | "anomalycolumns" | "series" => Value::Names,
        "withsource" | "with_source" | "with_itemindex" | "with_match_id" => Value::Name,
        _ if name.starts_with("hint.") => Value::Word,
        _ => Value::Any,
    }
}

/// The value of a parameter; reported when it is missing.
pub(super) fn value(p: &mut Parser<'_>, kind: Value) {
    let found = match kind {
        Value::Any => any_value(p),
        Value::Word => word_value(p) || any_value(p),
        Value::Name => p.eat_word("typeof") || any_value(p),
        Value::Expression => paths::postfix(p),
        Value::Names => {
            super::lists::list_node(p, properties::NAMES);
            true
        }
    };
    if !found {
        p.missing("a value");
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

/// `= value` behind the type of a parameter of a function.
pub(super) fn default_value(p: &mut Parser<'_>) {
    if !p.eat(Equal) || literals::literal(p) {
        return;
    }
    // A name may stand here, but not one in brackets.
    if p.at(LeftBracket) || !names::reference(p) {
        expressions_missing(p);
    }
}

fn expressions_missing(p: &mut Parser<'_>) {
    p.missing("a value");
    // Keeps what stands there as a value, so that the parameters behind it are still read.
    expressions::expression(p);
}
