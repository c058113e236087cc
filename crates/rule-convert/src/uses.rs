//! Which names declared by `let` are compared with a column, and which literals stand behind them.

use std::collections::BTreeMap;

use kql_syntax::ast::{Binary, Expr, In, Let, Name};
use kql_syntax::{SyntaxKind, SyntaxNode};

/// Operators that compare two texts.
const COMPARISONS: [&str; 23] = [
    "==",
    "!=",
    "<>",
    "=~",
    "!~",
    "has",
    "!has",
    "has_cs",
    "!has_cs",
    "contains",
    "!contains",
    "contains_cs",
    "!contains_cs",
    "startswith",
    "!startswith",
    "endswith",
    "!endswith",
    "startswith_cs",
    "endswith_cs",
    "hasprefix",
    "hassuffix",
    "like",
    "notlike",
];

/// Functions through which a column keeps its meaning.
const TRANSPARENT: [&str; 5] = ["tolower", "toupper", "tostring", "trim", "coalesce"];

/// Something that is compared with a column: the other side of the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// The whole comparison.
    pub node: SyntaxNode,
    /// The other side, or the values of a list.
    pub operands: Vec<Expr>,
}

/// Every comparison with a column, in order of place.
pub(crate) fn comparisons(root: &SyntaxNode, column: &str) -> Vec<Compared> {
    root.descendants()
        .filter_map(|node| comparison(&node, column))
        .collect()
}

fn comparison(node: &SyntaxNode, column: &str) -> Option<Compared> {
    if let Some(binary) = Binary::cast(node.clone()) {
        if !COMPARISONS.contains(&binary.operator().as_str()) {
            return None;
        }
        let (left, right) = (binary.left()?, binary.right()?);
        let other = match (is_column(&left, column), is_column(&right, column)) {
            (true, _) => right,
            (_, true) => left,
            _ => return None,
        };
        return Some(Compared {
            node: node.clone(),
            operands: vec![other],
        });
    }
    let list = In::cast(node.clone())?;
    is_column(&list.needle()?, column).then(|| Compared {
        node: node.clone(),
        operands: list.values(),
    })
}

/// Whether an expression is the column, possibly inside functions that keep its meaning.
fn is_column(expression: &Expr, column: &str) -> bool {
    match expression.without_parentheses() {
        Expr::Name(name) => name.text() == column,
        Expr::Call(call) => {
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            match name.as_str() {
                "column_ifexists" | "columnifexists" => {
                    call.arguments().first().and_then(Expr::string).as_deref() == Some(column)
                }
                _ if TRANSPARENT.contains(&name.as_str()) => call
                    .arguments()
                    .iter()
                    .any(|argument| is_column(argument, column)),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The `let`s of a query by name.
pub(crate) fn lets(root: &SyntaxNode) -> BTreeMap<String, Let> {
    root.descendants()
        .filter_map(Let::cast)
        .filter_map(|declaration| Some((declaration.name()?.text(), declaration)))
        .collect()
}

/// Uses of a name outside of its declaration.
pub(crate) fn uses_of(root: &SyntaxNode, declaration: &Let) -> Vec<SyntaxNode> {
    let Some(declared) = declaration.name() else {
        return Vec::new();
    };
    let text = declared.text();
    root.descendants()
        .filter_map(Name::cast)
        .filter(|name| name.text() == text && name.syntax() != declared.syntax())
        .map(|name| name.syntax().clone())
        .collect()
}

/// The string literals inside an expression, as nodes.
pub(crate) fn string_literals(node: &SyntaxNode) -> Vec<SyntaxNode> {
    node.descendants()
        .filter(|child| child.kind() == SyntaxKind::Literal)
        .filter(|child| {
            child
                .children_with_tokens()
                .any(|token| token.kind() == SyntaxKind::String)
        })
        .collect()
}
