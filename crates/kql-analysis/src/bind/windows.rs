//! Functions of a row and its neighbours: where they may stand, and over which rows.

use std::ops::Range;

use kql_syntax::SyntaxKind;

use super::Binder;
use super::expressions::has_column;
use crate::plan::{Expr, ExprKind, Haystack};

/// The functions that need rows in a fixed order.
const WINDOWS: [&str; 7] = [
    "row_number",
    "prev",
    "next",
    "row_cumsum",
    "row_rank_dense",
    "row_rank_min",
    "row_window_session",
];

impl Binder<'_> {
    /// Reports a window function whose rows have no order, or whose distance or default differs from row
    /// to row.
    pub(crate) fn check_window(&mut self, name: &str, arguments: &[Expr], range: Range<usize>) {
        if !WINDOWS.contains(&name) {
            return;
        }
        if let ("prev" | "next", Some(read)) = (name, arguments.first())
            && !matches!(read.kind, ExprKind::Column(_))
        {
            let message = format!("`{name}` reads a column, not a computed value");
            self.object(&message, read.range.clone());
        }
        if !self.in_order {
            let hint = "put `sort by …` or `serialize` before";
            let message = format!("`{name}` needs rows in order");
            return self.error("RS3010", &message, Some(hint.to_owned()), range);
        }
        if !matches!(name, "prev" | "next") {
            return;
        }
        if let Some(varying) = arguments
            .iter()
            .skip(1)
            .find(|argument| has_column(argument))
        {
            let message = format!("the distance and the default of `{name}` must be constants");
            let hint = "write `iff(isnull(…), …, …)` around it";
            let place = varying.range.clone();
            self.error("RS3011", &message, Some(hint.to_owned()), place);
        }
    }
}

/// Whether an operator's rows have a fixed order, given that of its input and that of the table bound
/// last.
pub(crate) fn order_after(operator: SyntaxKind, input: bool, last: bool) -> bool {
    use SyntaxKind::*;
    match operator {
        SortOperator | TopOperator | TopHittersOperator | SerializeOperator | MvApplyOperator => {
            true
        }
        WhereOperator
        | ExtendOperator
        | ProjectOperator
        | ProjectAwayOperator
        | ProjectKeepOperator
        | ProjectRenameOperator
        | ProjectReorderOperator
        | ProjectByNamesOperator
        | TakeOperator
        | SampleOperator
        | MvExpandOperator
        | ParseOperator
        | ParseKvOperator
        | ScanOperator
        | AsOperator
        | RenderOperator => input,
        InvokeOperator => last,
        _ => false,
    }
}

/// The first window function in an expression, and its place.
pub(crate) fn find(expr: &Expr) -> Option<(&'static str, Range<usize>)> {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Scalar(_) => None,
        ExprKind::Call(function, _) if WINDOWS.contains(&function.name) => {
            Some((function.name, expr.range.clone()))
        }
        ExprKind::Call(_, args) | ExprKind::Array(args) => args.iter().find_map(find),
        ExprKind::Index(base, index) => find(base).or_else(|| find(index)),
        ExprKind::In(list) => find(&list.needle).or_else(|| match &list.haystack {
            Haystack::Values(values) => values.iter().find_map(find),
            Haystack::Table(_) => None,
        }),
    }
}
