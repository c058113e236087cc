//! Functions inside of functions over one text column are computed once per distinct text as a whole: what
//! stands between them then has as many cells as there are texts, and not as there are rows.

use std::collections::BTreeSet;

use kql_analysis::plan::{Expr, ExprKind, Haystack};

use super::condition::is_of_row;
use crate::column::Column;
use crate::error::EvalError;
use crate::key::Groups;
use crate::operators::Runner;
use crate::table::Table;

impl Runner<'_> {
    /// The expression's value in every row, computed once per text; `None` when it reads something else than
    /// one column of few texts, or when a function reads that column itself.
    pub(super) fn by_texts(
        &mut self,
        expr: &Expr,
        table: &Table,
    ) -> Result<Option<Column>, EvalError> {
        let Some(index) = only_column(expr).filter(|_| !self.is_traced()) else {
            return Ok(None);
        };
        let Some(column) = table.column(index).filter(|column| has_few_texts(column)) else {
            return Ok(None);
        };
        // Only texts that stand in a row are asked about; another could be an error.
        let groups = Groups::of(std::slice::from_ref(column), table.rows());
        let once = table.take_alone(index, &groups.first_rows);
        let column = self.column(expr, &once)?;
        Ok(Some(column.take(&groups.of_row)))
    }
}

/// Whether a column has far fewer texts than rows. What has one row for each text has not.
fn has_few_texts(column: &Column) -> bool {
    let texts = column.texts();
    texts.is_some_and(|(codes, texts)| !codes.is_empty() && texts.len() <= codes.len() / 4)
}

/// The only column that functions inside of functions read.
fn only_column(expr: &Expr) -> Option<usize> {
    let is_function = |expr: &Expr| matches!(expr.kind, ExprKind::Call(..) | ExprKind::Index(..));
    let is_nested = is_function(expr) && expr.parts().exprs.iter().any(|part| is_function(part));
    if !is_nested || !is_of_row(expr) {
        return None;
    }
    let mut columns = BTreeSet::new();
    collect(expr, &mut columns)?;
    columns.first().copied().filter(|_| columns.len() == 1)
}

/// The columns that an expression reads; `None` when it reads a table.
fn collect(expr: &Expr, columns: &mut BTreeSet<usize>) -> Option<()> {
    match &expr.kind {
        ExprKind::Column(index) => {
            columns.insert(*index);
        }
        ExprKind::In(list) if matches!(list.haystack, Haystack::Table(_)) => return None,
        _ => {}
    }
    let parts = expr.parts();
    parts
        .exprs
        .iter()
        .try_for_each(|part| collect(part, columns))
}
