//! Parts of bound expressions that several checks look at.

use kql_analysis::plan::{Expr, ExprKind};

/// Shows the parts that must all be true.
pub(crate) fn conjuncts<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
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

/// An expression and all inside of it, in order of the text.
pub(crate) fn within(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let mut open = vec![expr];
    std::iter::from_fn(move || {
        let expr = open.pop()?;
        open.extend(expr.parts().exprs.into_iter().rev());
        Some(expr)
    })
}

/// The columns that an expression reads, in order.
pub(crate) fn columns(expr: &Expr) -> Vec<usize> {
    let column = |expr: &Expr| match expr.kind {
        ExprKind::Column(at) => Some(at),
        _ => None,
    };
    within(expr).filter_map(column).collect()
}
