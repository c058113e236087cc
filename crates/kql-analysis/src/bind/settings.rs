//! What a text asks of its client and of the service besides its rows: directives, parameters that a client
//! fills in, hints and kinds of operators. Checked once over the whole tree, function bodies included.

use kql_syntax::ast::{Name, OperatorParameter, has_child, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::Binder;

/// Lines that clients of the service know.
const DIRECTIVES: [&str; 14] = [
    "automate",
    "browse",
    "connect",
    "crp",
    "database",
    "download",
    "qp",
    "query",
    "run",
    "save",
    "sqr",
    "truesight",
    "upload",
    "welcome",
];

/// What the value of a parameter may be.
#[derive(Clone, Copy)]
enum Values {
    /// One of some words.
    Words(&'static [&'static str]),
    /// One of some words in any case.
    Hints(&'static [&'static str]),
    /// The same, or a number.
    HintsOrNumber(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// A number without a fraction.
    Integer,
}

const STRATEGIES: Values = Values::Hints(&["auto", "broadcast", "centralized", "shuffle"]);
const CONCURRENCIES: Values =
    Values::HintsOrNumber(&["auto", "left", "local", "right", "unresolved"]);
const REMOTES: Values = Values::Hints(&["auto", "left", "local", "right", "unresolved"]);

/// The values that a parameter of an operator takes; `None` where any will do, or where the binding of the
/// operator tells.
fn values(operator: SyntaxKind, parameter: &str) -> Option<Values> {
    use SyntaxKind::*;
    use Values::{Hints, HintsOrNumber, Truth, Words};
    Some(match (operator, parameter) {
        (DistinctOperator | JoinOperator, "hint.strategy") => STRATEGIES,
        (SummarizeOperator, "hint.strategy") => Hints(&["shuffle"]),
        (SortOperator, "hint.strategy") => Hints(&["splitBlock", "multipleBlocks"]),
        (DistinctOperator | JoinOperator | SummarizeOperator, "hint.num_partitions") => {
            Values::Integer
        }
        (JoinOperator, "hint.remote") => REMOTES,
        (EvaluateOperator, "hint.remote") => Hints(&["auto", "local"]),
        (EvaluateOperator, "hint.distribution") => {
            Hints(&["single", "per_node", "per_shard", "default"])
        }
        (UnionOperator, "hint.concurrency") => CONCURRENCIES,
        (UnionOperator, "hint.spread") => HintsOrNumber(&["auto", "local"]),
        (UnionOperator, "kind") => Words(&["inner", "outer"]),
        (UnionOperator, "isfuzzy" | "__isFuzzy" | "best_effort") => Truth,
        (MakeSeriesOperator, "kind") => Words(&["nonempty"]),
        (MvExpandOperator, "kind" | "bagexpansion") => Words(&["bag", "array"]),
        (ScanOperator, "kind") => Words(&["partial", "full"]),
        (ReduceOperator, "kind") => Words(&["source"]),
        _ => return None,
    })
}

/// Whether an operator takes a parameter no more than once.
fn is_single(parameter: &str) -> bool {
    !matches!(parameter, "hint.shufflekey")
}

impl Binder<'_> {
    /// Reports settings that the service's checker does not take.
    pub(crate) fn check_settings(&mut self, root: &SyntaxNode) {
        for node in root.descendants() {
            if has_child(&node, SyntaxKind::Directive) {
                self.check_directives(&node);
            }
            if has_child(&node, SyntaxKind::OperatorParameter) {
                self.check_parameters(&node);
            }
            if let Some(name) = Name::cast(node) {
                self.check_client_parameter(&name);
            }
        }
    }

    fn check_directives(&mut self, node: &SyntaxNode) {
        for element in node.children_with_tokens() {
            if let Some(token) = element.as_token()
                && token.kind() == SyntaxKind::Directive
            {
                self.check_directive(token);
            }
        }
    }

    fn check_directive(&mut self, token: &SyntaxToken) {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let name: String = token.text().chars().skip(1).take_while(is_part).collect();
        if DIRECTIVES.contains(&name.as_str()) {
            return;
        }
        let start = usize::from(token.text_range().start()) + 1;
        let message = match name.as_str() {
            "" => {
                "a line that begins with `#` is for a client; write `//` for a comment".to_owned()
            }
            _ => format!("no client knows the line `#{name}`; write `//` for a comment"),
        };
        self.object(&message, start..start + name.len());
    }

    fn check_client_parameter(&mut self, name: &Name) {
        if name.is_client_parameter() {
            let message = format!(
                "`{{{}}}` is filled in by a client such as a workbook",
                name.text()
            );
            let hint = "write the value in its place".to_owned();
            self.error("RS2033", &message, Some(hint), name.range());
        }
    }

    /// The parameters of one operator.
    fn check_parameters(&mut self, operator: &SyntaxNode) {
        let mut seen: Vec<String> = Vec::new();
        for parameter in operator.children().filter_map(OperatorParameter::cast) {
            let name = parameter.name();
            if seen.contains(&name) && is_single(&name) {
                let message = format!("`{name}` is given twice");
                self.object(&message, parameter.range());
            }
            if let Some(values) = values(operator.kind(), &name) {
                self.check_value(&name, &parameter, values);
            }
            seen.push(name);
        }
    }

    fn check_value(&mut self, name: &str, parameter: &OperatorParameter, values: Values) {
        let written = parameter.value();
        let among = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(&written));
        let is_number = || written.parse::<i64>().is_ok();
        let (fits, wanted) = match values {
            Values::Words(words) => (words.contains(&written.as_str()), words.join(", ")),
            Values::Hints(words) => (among(words), words.join(", ")),
            Values::HintsOrNumber(words) => (among(words) || is_number(), words.join(", ")),
            Values::Truth => (is_truth(&written), "true, false".to_owned()),
            Values::Integer => (is_number(), "a whole number".to_owned()),
        };
        if !fits && !written.is_empty() {
            let message = format!("`{name}` takes {wanted}, not `{written}`");
            self.object(&message, value_place(parameter));
        }
    }
}

fn is_truth(written: &str) -> bool {
    matches!(
        written,
        "true" | "false" | "True" | "False" | "TRUE" | "FALSE" | "bool(true)" | "bool(false)"
    )
}

/// Where the value of a parameter stands.
fn value_place(parameter: &OperatorParameter) -> std::ops::Range<usize> {
    let range = range_of(parameter.syntax());
    range.end - parameter.value().len()..range.end
}
