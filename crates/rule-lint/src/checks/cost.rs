//! What makes a query expensive, and names that have newer ones.

use std::collections::BTreeSet;

use kql_syntax::ast::{Binary, Call, Expr, Let, Logical, Name, Operator, Pipeline};
use kql_syntax::{SyntaxKind, SyntaxNode};

use crate::finding::Findings;
use crate::registry::{
    ALL_COLUMNS, ALL_NAMED, CONTAINS, DEPRECATED_FUNCTION, DEPRECATED_TABLE, FOLDED_COMPARISON,
    JOIN_KIND, NO_FILTER, REGEX_FIRST, WIDE_JOIN,
};
use crate::subject::Subject;

/// Shortest term that the index of `has` holds, in characters.
const SHORTEST_TERM: usize = 4;
/// Functions with newer names.
const RENAMED: [(&str, &str); 7] = [
    ("replace", "replace_regex"),
    ("makeset", "make_set"),
    ("makelist", "make_list"),
    ("columnifexists", "column_ifexists"),
    ("any", "take_any"),
    ("argmax", "arg_max"),
    ("argmin", "arg_min"),
];
/// Tables that get no rows any more, and their successors.
const RETIRED: [(&str, &str); 1] = [("ThreatIntelligenceIndicator", "ThreatIntelIndicators")];
/// Aggregates that may carry all columns.
const CARRIERS: [&str; 4] = ["arg_max", "arg_min", "take_any", "any"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let constants = constants(&subject.root());
    for node in subject.root().descendants() {
        if let Some(binary) = Binary::cast(node.clone()) {
            check_comparison(&binary, &constants, findings);
        } else if let Some(call) = Call::cast(node.clone()) {
            check_call(&call, findings);
        } else if let Some(logical) = Logical::cast(node.clone()) {
            check_logical(&logical, findings);
        } else if let Some(pipeline) = Pipeline::cast(node.clone()) {
            check_pipeline(&pipeline, findings);
        }
        check_table(subject, &node, findings);
    }
}

fn check_comparison(binary: &Binary, constants: &BTreeSet<String>, findings: &mut Findings) {
    let operator = binary.operator();
    let (Some(left), Some(right)) = (binary.left(), binary.right()) else {
        return;
    };
    match operator.as_str() {
        "contains" | "!contains" | "contains_cs" | "!contains_cs" => {
            let whole_word = right.string().is_some_and(|text| {
                text.chars().count() >= SHORTEST_TERM && text.chars().all(char::is_alphanumeric)
            });
            if whole_word {
                findings.query(
                    &CONTAINS,
                    binary.range(),
                    format!("`{operator}` reads every text whole"),
                );
                if operator.starts_with('!') {
                    findings.remedy("use `!has` when the word stands alone in the text");
                }
            }
        }
        "==" | "!=" => {
            let folded = [(&left, &right), (&right, &left)]
                .into_iter()
                .find_map(|(side, other)| other.string().and(folds(side, constants)));
            if let Some(function) = folded {
                let message = format!("`{function}` is called for each row only to compare");
                findings.query(&FOLDED_COMPARISON, binary.range(), message);
            }
        }
        _ => {}
    }
}

/// The function that converts a column to one letter case; a constant is converted once, whatever the rows are.
fn folds(expr: &Expr, constants: &BTreeSet<String>) -> Option<String> {
    let Expr::Call(call) = expr.without_parentheses() else {
        return None;
    };
    let name = call.name()?.text();
    let is_folded = matches!(name.as_str(), "tolower" | "toupper");
    (is_folded && reads_a_row(&call, constants)).then_some(name)
}

/// Names of values that the query declares once.
fn constants(root: &SyntaxNode) -> BTreeSet<String> {
    let lets = root.descendants().filter_map(Let::cast);
    let scalars = lets.filter(|one| {
        let value = one.value().map(|value| value.without_parentheses());
        !matches!(value, None | Some(Expr::Pipeline(_) | Expr::Source(_)))
    });
    scalars.filter_map(|one| Some(one.name()?.text())).collect()
}

/// Whether the arguments of a call name anything but such values.
fn reads_a_row(call: &Call, constants: &BTreeSet<String>) -> bool {
    let arguments = call.arguments();
    let names = arguments.iter().flat_map(|argument| {
        let nodes = argument.syntax().descendants();
        nodes.filter_map(Name::cast)
    });
    let mut names = names.filter(|name| {
        let caller = name.syntax().parent().and_then(Call::cast);
        !caller.is_some_and(|call| call.name().is_some_and(|own| own.range() == name.range()))
    });
    names.any(|name| !constants.contains(&name.text()))
}

fn check_call(call: &Call, findings: &mut Findings) {
    let Some(name) = call.name() else {
        return;
    };
    let text = name.text();
    if let Some((_, newer)) = RENAMED.iter().find(|(old, _)| *old == text) {
        findings.query(
            &DEPRECATED_FUNCTION,
            name.range(),
            format!("`{text}` is called `{newer}` today"),
        );
        findings.remedy(&format!("write `{newer}`"));
    }
    let all = call.arguments().iter().any(is_star);
    if all && CARRIERS.contains(&text.as_str()) {
        let message = format!("`{text}` carries every column of the table");
        findings.query(&ALL_COLUMNS, call.range(), message);
    }
}

fn is_star(expr: &Expr) -> bool {
    match expr {
        Expr::Star(_) => true,
        Expr::Wildcard(name) => name.syntax().text() == "*",
        _ => false,
    }
}

/// A regular expression before a cheaper condition in the same `and`.
fn check_logical(logical: &Logical, findings: &mut Findings) {
    if !logical.is_and() {
        return;
    }
    let operands = logical.operands();
    let regex = operands.iter().position(is_regex);
    if let Some(at) = regex
        && operands.iter().skip(at + 1).any(is_cheap)
    {
        findings.query(
            &REGEX_FIRST,
            operands[at].range(),
            "cheaper conditions follow this regular expression",
        );
    }
}

fn is_regex(expr: &Expr) -> bool {
    matches!(expr.without_parentheses(), Expr::Binary(binary) if binary.operator().starts_with("matches"))
}

fn is_cheap(expr: &Expr) -> bool {
    match expr.without_parentheses() {
        Expr::Binary(binary) => matches!(
            binary.operator().as_str(),
            "==" | "=~" | "has" | "has_cs" | ">" | ">=" | "<" | "<="
        ),
        Expr::In(list) => matches!(list.operator().as_str(), "in" | "in~" | "has_any"),
        Expr::Between(_) => true,
        _ => false,
    }
}

/// Whether at most one row comes out of operators behind a source that is written in the query.
fn is_one_row(pipeline: &Pipeline, operators: &[Operator]) -> bool {
    let Some(Expr::Source(source)) = pipeline.source() else {
        return false;
    };
    let is_written = match source.kind() {
        SyntaxKind::PrintOperator => true,
        SyntaxKind::DatatableOperator => cells(&source) <= source.columns().len(),
        _ => false,
    };
    let keeps = |operator: &Operator| {
        matches!(
            operator.kind(),
            SyntaxKind::WhereOperator | SyntaxKind::ExtendOperator | SyntaxKind::ProjectOperator
        )
    };
    is_written && operators.iter().all(keeps)
}

/// Cells of a table that is written in the query.
fn cells(table: &Operator) -> usize {
    let children = table.syntax().children();
    let children = children.filter(|child| child.kind() != SyntaxKind::ColumnDeclarations);
    let cells = children.flat_map(|child| match child.kind() {
        SyntaxKind::Expressions | SyntaxKind::Arguments => child.children().collect(),
        _ => vec![child],
    });
    cells.filter_map(Expr::cast).count()
}

fn check_pipeline(pipeline: &Pipeline, findings: &mut Findings) {
    let operators = pipeline.operators();
    let reads_table = matches!(pipeline.source(), Some(Expr::Name(name)) if kql_analysis::tables::schema(&name.text()).is_some());
    if reads_table {
        check_first(pipeline, &operators, findings);
    }
    check_regex_order(&operators, findings);
    for (at, operator) in operators.iter().enumerate() {
        check_star(operator, findings);
        if operator.kind() != SyntaxKind::JoinOperator {
            continue;
        }
        let left = operators.get(..at).unwrap_or_default();
        if operator.parameter("kind").is_none() && !is_one_row(pipeline, left) {
            findings.query(
                &JOIN_KIND,
                keyword(operator),
                "the join is innerunique: of left rows with one key, an arbitrary one is joined",
            );
        }
        let raw = operators.iter().take(at).all(|before| {
            matches!(
                before.kind(),
                SyntaxKind::ExtendOperator | SyntaxKind::JoinOperator
            )
        });
        if reads_table && raw {
            findings.query(
                &WIDE_JOIN,
                keyword(operator),
                "the left side is a whole table",
            );
        } else if operator.expression().is_some_and(|right| is_whole(&right)) {
            findings.query(
                &WIDE_JOIN,
                keyword(operator),
                "the right side is a whole table",
            );
        }
    }
}

/// Whether an expression is a table of events as it stands, or with further columns.
fn is_whole(expr: &Expr) -> bool {
    let expr = expr.without_parentheses();
    match (Pipeline::cast(expr.syntax().clone()), &expr) {
        (Some(pipeline), _) => {
            let widens = |operator: &Operator| operator.kind() == SyntaxKind::ExtendOperator;
            pipeline.source().is_some_and(|source| is_whole(&source))
                && pipeline.operators().iter().all(widens)
        }
        (None, Expr::Name(name)) => is_events(&name.text()),
        _ => false,
    }
}

/// Whether a table holds what happened, and not what is known of users, devices or threats.
pub(super) fn is_events(table: &str) -> bool {
    let describes = table.starts_with("ThreatIntel")
        || table.ends_with("Info")
        || table.ends_with("Inventory")
        || table.ends_with("KB")
        || table.ends_with("Watchlist");
    let schema = kql_analysis::tables::schema(table);
    !describes && schema.is_some_and(|schema| schema.index_of("TimeGenerated").is_some())
}

/// `distinct *`, and projections that name every column.
fn check_star(operator: &Operator, findings: &mut Findings) {
    let names = matches!(
        operator.kind(),
        SyntaxKind::DistinctOperator
            | SyntaxKind::ProjectKeepOperator
            | SyntaxKind::ProjectReorderOperator
    );
    let list = operator.list();
    if names && list.len() == 1 && list.iter().any(is_star) {
        let word = operator.keyword();
        let message = match operator.kind() {
            SyntaxKind::DistinctOperator => format!("`{word} *` compares every column"),
            _ => format!("`{word} *` does nothing"),
        };
        findings.query(&ALL_NAMED, operator.range(), message);
    }
}

fn keyword(operator: &Operator) -> std::ops::Range<usize> {
    let start = operator.range().start;
    start..start + operator.keyword().len()
}

/// What stands first behind a table, if it reads all rows.
fn check_first(pipeline: &Pipeline, operators: &[Operator], findings: &mut Findings) {
    let heavy = |operator: &&Operator| {
        matches!(
            operator.kind(),
            SyntaxKind::SummarizeOperator
                | SyntaxKind::ParseOperator
                | SyntaxKind::MvExpandOperator
                | SyntaxKind::MvApplyOperator
                | SyntaxKind::SortOperator
                | SyntaxKind::MakeSeriesOperator
                | SyntaxKind::EvaluateOperator
        )
    };
    let filters = |operator: &Operator| {
        matches!(
            operator.kind(),
            SyntaxKind::WhereOperator
                | SyntaxKind::TakeOperator
                | SyntaxKind::SearchOperator
                | SyntaxKind::InvokeOperator
        )
    };
    let mut before_filter = operators.iter().take_while(|operator| !filters(operator));
    if let Some(first) = before_filter.find(heavy)
        && let Some(source) = pipeline.source()
    {
        let message = format!(
            "`{}` is read whole before `{}`",
            source.syntax().text().to_string().trim(),
            first.keyword()
        );
        findings.query(&NO_FILTER, source.range(), message);
    }
}

/// A `where` with nothing but a regular expression right before one with a cheap condition.
fn check_regex_order(operators: &[Operator], findings: &mut Findings) {
    for pair in operators.windows(2) {
        let [first, second] = pair else {
            continue;
        };
        let both =
            first.kind() == SyntaxKind::WhereOperator && second.kind() == SyntaxKind::WhereOperator;
        let regex = first.expression().filter(is_regex);
        if let (true, Some(regex), Some(cheap)) = (both, regex, second.expression())
            && is_cheap(&cheap)
        {
            findings.query(
                &REGEX_FIRST,
                regex.range(),
                "a cheaper condition follows this regular expression",
            );
        }
    }
}

fn check_table(subject: &Subject<'_>, node: &SyntaxNode, findings: &mut Findings) {
    let Some(Expr::Name(name)) = Expr::cast(node.clone()) else {
        return;
    };
    let text = name.text();
    let Some((_, newer)) = RETIRED.iter().find(|(old, _)| *old == text) else {
        return;
    };
    let is_loaded = subject.environment.values(&text, "Type").is_some();
    if !is_loaded {
        findings.query(
            &DEPRECATED_TABLE,
            name.range(),
            format!("`{text}` gets no new rows"),
        );
        findings.remedy(&format!("use `{newer}`"));
    }
}
