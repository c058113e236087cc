//! Parts of bound expressions that several checks look at.

use kql_analysis::plan::{Expr, ExprKind};

/// Shows the parts that must all be true.
pub(super) fn conjuncts<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Call(function, args) if function.name == "and" => {
                open.extend(args.iter().rev())
            }
            _ => see(expr),
        }
    }
}

/// The columns that an expression reads, in order.
pub(super) fn columns(expr: &Expr) -> Vec<usize> {
    let mut all = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let ExprKind::Column(at) = expr.kind {
            all.push(at);
        }
        open.extend(expr.parts().exprs.into_iter().rev());
    }
    all
}
