//! `set` statements, and what depends on them: `bin_auto`.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Set};

use super::Binder;
use super::literals::constant;
use super::scope::Row;
use crate::plan::Expr;
use crate::types::ScalarType;
use crate::value::Value;

/// The option that holds the width of `bin_auto`'s bins.
const BIN_SIZE: &str = "query_bin_auto_size";
/// The option that holds a point where one of its bins begins.
const BIN_START: &str = "query_bin_auto_at";

impl Binder<'_> {
    /// Keeps the value of an option. Options that the engine does not know change nothing.
    pub(crate) fn set_option(&mut self, set: &Set) {
        let Some(name) = set.name().map(|name| name.text()) else {
            return;
        };
        if !matches!(name.as_str(), BIN_SIZE | BIN_START) {
            return;
        }
        let value = set.value();
        if let Some(value) = value.and_then(|value| self.expression(&value, &Row::none())) {
            self.options.insert(name, value);
        }
    }

    /// `bin_auto(value)` is `bin_at` with width and start from the options.
    pub(crate) fn bin_auto(
        &mut self,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let [value] = arguments else {
            self.error("RS2010", "`bin_auto` takes one value", None, range);
            return None;
        };
        let value = self.expression(value, row)?;
        let Some(size) = self.options.get(BIN_SIZE).cloned() else {
            let hint = format!("write `set {BIN_SIZE} = 1h;` in front of the query");
            let message = "the width of `bin_auto` is not set";
            self.error("RS3012", message, Some(hint), range.clone());
            return Some(constant(Value::Null, value.ty, range));
        };
        let start = self.options.get(BIN_START).cloned();
        let start = start.unwrap_or_else(|| zero(value.ty, range.clone()));
        self.called("bin_at", vec![value, size, start], range)
    }
}

fn zero(ty: ScalarType, range: Range<usize>) -> Expr {
    match ty {
        ScalarType::DateTime => constant(Value::DateTime(0), ty, range),
        ScalarType::TimeSpan => constant(Value::TimeSpan(0), ty, range),
        _ => constant(Value::Long(0), ScalarType::Long, range),
    }
}
