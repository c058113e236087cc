//! Bases on which the place of a difference alone decides: what stands around it is true or false as it must be.

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::pool::{Pool, addressed, text, text_of, typed, whole_of};
use crate::log::Sheet;

impl Pool<'_> {
    /// The base with rows in which the place of the difference alone decides its predicate.
    pub(in crate::generate) fn deciding(&self, base: &Base, focus: &Focus) -> Option<Base> {
        let mut made = base.clone();
        let mut is_other = false;
        for (source, wanted) in &focus.context {
            if self.is_fixed(&source.column) {
                continue;
            }
            let sheets = made.log.sheets.iter_mut();
            for sheet in sheets.filter(|sheet| sheet.table == source.table) {
                let Some(column) = sheet.column(&source.column) else {
                    continue;
                };
                let Some(value) = self.of_context(wanted, sheet, column) else {
                    continue;
                };
                is_other |= !sheet.rows.is_empty();
                (0..sheet.rows.len()).for_each(|row| sheet.set(row, column, value.clone()));
            }
        }
        is_other.then_some(made)
    }

    /// A value that a column is to have for a difference alone to decide, as a value of the log.
    fn of_context(&self, wanted: &Value, sheet: &Sheet, column: usize) -> Option<Value> {
        let schema = sheet.columns.get(column)?;
        match (wanted, schema.ty) {
            (Value::String(known), ScalarType::String) => {
                let natural = self.carrying.back_constant(known, &schema.name);
                let natural = in_address(sheet, column, natural);
                let is_natural = self.carrying.is_natural(&natural, &schema.name);
                is_natural.then(|| text(&natural))
            }
            (Value::Null, ScalarType::Int | ScalarType::Long | ScalarType::Real) => {
                Some(Value::Null)
            }
            (wanted, ty @ (ScalarType::Int | ScalarType::Long | ScalarType::Real)) => {
                whole_of(wanted).map(|number| typed(number, ty))
            }
            _ => None,
        }
    }
}

/// A path in the address that a column has; any other text as it is.
fn in_address(sheet: &Sheet, column: usize, natural: String) -> String {
    let here = sheet.rows.first().and_then(|row| row.get(column));
    let here = here.and_then(text_of).filter(|here| here.contains("://"));
    let made = here.and_then(|here| addressed(&natural, &here));
    made.unwrap_or(natural)
}
