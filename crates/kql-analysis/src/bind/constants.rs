//! Arguments that must not differ from row to row, as the service's checker tells them: constants, and
//! literals of a few values.

use std::ops::Range;

use kql_syntax::ast::Expr as Syntax;

use super::Binder;
use super::scope::{Binding, Row};
use crate::plan::Expr;
use crate::registry::{Function, Needs, Signature};

/// The parts of a point in time that can be asked for.
const PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week_of_year",
    "day",
    "dayofyear",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];
/// The units in which a point in time can be moved, and two of them be apart.
const UNITS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

/// The values that a literal of a function may have; `None` for any.
fn values(function: &str) -> Option<&'static [&'static str]> {
    match function {
        "datetime_part" | "datepart" => Some(PARTS),
        "datetime_add" | "datetime_diff" => Some(UNITS),
        "countof" => Some(&["normal", "regex"]),
        _ => None,
    }
}

impl Binder<'_> {
    /// Reports arguments that a signature wants as constants or literals and that are none.
    pub(crate) fn check_constants(
        &mut self,
        signature: &Signature<Function>,
        (arguments, bound): (&[Syntax], &[Expr]),
        row: &Row<'_>,
    ) {
        let function = signature.declared.name;
        for (index, (argument, bound)) in arguments.iter().zip(bound).enumerate() {
            let Some(parameter) = signature.parameter_at(index, arguments.len()) else {
                continue;
            };
            // The last argument may be one more of those that may be repeated.
            if parameter.optional && !parameter.class.fits(bound.ty) {
                continue;
            }
            match parameter.needs {
                Needs::Nothing => {}
                Needs::Constant if self.is_constant(argument, row) => {}
                Needs::Constant => {
                    let message = format!(
                        "`{}` of `{function}` must be a constant, the same for all rows",
                        parameter.name
                    );
                    self.object(&message, argument.range());
                }
                Needs::Literal => self.check_literal(function, parameter.name, argument),
            }
        }
    }

    fn check_literal(&mut self, function: &str, parameter: &str, argument: &Syntax) {
        let Syntax::Literal(literal) = argument else {
            let message = format!("`{parameter}` of `{function}` must be written as a literal");
            return self.object(&message, argument.range());
        };
        let Some(text) = literal.string() else {
            return;
        };
        match values(function) {
            Some(known) if !known.contains(&text.to_ascii_lowercase().as_str()) => {
                self.unknown_value(function, parameter, known, argument.range());
            }
            None if text.is_empty() => {
                let message = format!("`{parameter}` of `{function}` is empty");
                self.object(&message, argument.range());
            }
            _ => {}
        }
    }

    fn unknown_value(
        &mut self,
        function: &str,
        parameter: &str,
        known: &[&str],
        range: Range<usize>,
    ) {
        let known = known.join(", ");
        let message = format!("`{parameter}` of `{function}` is one of {known}");
        self.object(&message, range);
    }

    /// Whether a value is the same for all rows. What stands in parentheses, a part of a value and the
    /// result of a user function are none, to the service.
    fn is_constant(&self, value: &Syntax, row: &Row<'_>) -> bool {
        match value {
            Syntax::Literal(_) | Syntax::Dynamic(_) | Syntax::TypeOf(_) => true,
            Syntax::Name(name) => {
                let name = name.text();
                let is_column = row.schema.is_some_and(|schema| {
                    schema.index_of(&name).is_some() || schema.open && self.lookup(&name).is_none()
                });
                !is_column
            }
            Syntax::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                let is_own = matches!(self.lookup(&name), Some(Binding::Lambda { .. }));
                let mut arguments = call.arguments().into_iter();
                name == "toscalar"
                    || !is_own && arguments.all(|argument| self.is_constant(&argument, row))
            }
            Syntax::Named(named) => named
                .value()
                .is_some_and(|value| self.is_constant(&value, row)),
            Syntax::Unary(_)
            | Syntax::Binary(_)
            | Syntax::Logical(_)
            | Syntax::In(_)
            | Syntax::Between(_) => {
                let mut operands = value.operands().into_iter();
                operands.all(|operand| self.is_constant(&operand, row))
            }
            _ => false,
        }
    }

    /// The keys of a bag that is packed are texts, each with a value behind it.
    pub(crate) fn check_bag_keys(&mut self, name: &str, arguments: &[Expr], range: Range<usize>) {
        use crate::types::ScalarType::{Dynamic, String, Unknown};
        if !matches!(name, "bag_pack" | "pack" | "pack_dictionary") {
            return;
        }
        // The first one has a parameter of its own.
        for key in arguments.iter().step_by(2).skip(1) {
            if !matches!(key.ty, String | Dynamic | Unknown) {
                let message = format!("a key of `{name}` is of type {}, not string", key.ty.name());
                return self.object(&message, key.range.clone());
            }
        }
        if arguments.len() % 2 == 1 && arguments.len() > 1 {
            let message = format!("the last key of `{name}` has no value");
            self.object(&message, range);
        }
    }
}
