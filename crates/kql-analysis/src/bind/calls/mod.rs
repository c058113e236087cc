//! Calls of scalar functions.

mod columns;
mod first_cell;
mod result_type;
mod signatures;

use std::ops::Range;

use kql_syntax::apart;
use kql_syntax::ast::{Call, Expr as Syntax};

use super::Binder;
use super::conversions::as_text;
use super::literals::constant;
use super::scope::{Binding, Row};
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind};
use crate::registry::{aggregate_signatures, function_signatures, functions};
use crate::types::ScalarType;
use crate::value::Value;
pub(super) use result_type::{result_type, undecided};

/// Functions that read any scalar by its text.
const READS_TEXT: [&str; 15] = [
    "tolower",
    "toupper",
    "substring",
    "reverse",
    "split",
    "strlen",
    "string_size",
    "indexof",
    "countof",
    "replace_string",
    "replace_regex",
    "replace",
    "trim",
    "trim_start",
    "trim_end",
];

impl Binder<'_> {
    /// A call in an expression: a user function, an aggregate where one may stand, a function that the
    /// binder works out itself, or one of the registry.
    pub(crate) fn call(&mut self, call: &Call, row: &Row<'_>) -> Option<Expr> {
        if let Some(value) = self.element_call(call) {
            return Some(value);
        }
        let name = call.name()?.text();
        let range = call.range();
        let arguments = call.arguments();
        if let Some(Binding::Pattern { .. }) = self.lookup(&name) {
            let message = format!("the pattern `{name}` gives a table, not a value");
            let hint = "use `toscalar(…)` for its first value".to_owned();
            self.error("RS2004", &message, Some(hint), range);
            return None;
        }
        if let Some(Binding::Lambda { .. }) = self.lookup(&name) {
            return apart(|| self.call_lambda(&name, &arguments, row, range));
        }
        if self.aggregation.is_some() && !aggregate_signatures(&name).is_empty() {
            return apart(|| self.aggregate_call(&name, &arguments, range));
        }
        match name.as_str() {
            "column_ifexists" | "columnifexists" => {
                apart(|| self.column_if_exists(&arguments, row, range))
            }
            "toscalar" => apart(|| self.first_cell(&arguments, range)),
            "pack_all" => apart(|| self.pack_all(&arguments, row, range)),
            "bag_pack_columns" => apart(|| self.pack_columns(&arguments, row, range)),
            "bin_auto" => apart(|| self.bin_auto(&arguments, row, range)),
            "estimate_data_size" | "pack_array" => {
                apart(|| self.of_columns(&name, &arguments, row, range))
            }
            "column_names_of" => apart(|| self.column_names(&arguments, range)),
            "ingestion_time" if arguments.is_empty() => Some(self.ingestion_time(row, range)),
            _ => apart(|| self.function(&name, &arguments, row, range)),
        }
    }

    /// A call of a function of the registry.
    fn function(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let signatures = function_signatures(name);
        if signatures.is_empty() {
            return self.no_function(name, range);
        }
        let bound: Option<Vec<Expr>> = arguments
            .iter()
            .map(|argument| self.expression(argument, row))
            .collect();
        let bound = bound?;
        self.check_bag_keys(name, &bound, range.clone());
        let taking = signatures.iter().find(|one| one.takes(bound.len()));
        if let Some(signature) = taking {
            self.check_constants(signature, (arguments, &bound), row);
        }
        self.called(name, bound, range)
    }

    /// A call of a function of the registry with bound arguments.
    pub(crate) fn called(
        &mut self,
        name: &str,
        arguments: Vec<Expr>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let signatures = function_signatures(name);
        let signature = self.choose(signatures, &arguments, range.clone())?;
        self.check_window(name, &arguments, range.clone());
        let ty = match undecided(signatures, &arguments, |declared| declared.returns) {
            true => Some(ScalarType::Unknown),
            false => result_type(signature.declared.returns, &arguments),
        };
        let Some(ty) = ty else {
            return Some(self.nothing_in_common(name, &arguments, range));
        };
        let arguments = match READS_TEXT.contains(&name) {
            true => dynamics_as_text(arguments),
            false => arguments,
        };
        Some(Expr {
            kind: ExprKind::Call(signature.declared, arguments),
            ty,
            range,
        })
    }

    /// Reports arguments that should have one type and have several; gives what stands for their call.
    fn nothing_in_common(&mut self, name: &str, arguments: &[Expr], range: Range<usize>) -> Expr {
        let message = format!("the arguments of `{name}` are of different types");
        let hint = "convert them to one type".to_owned();
        self.error("RS2011", &message, Some(hint), range.clone());
        let dynamic = |argument: &Expr| argument.ty == ScalarType::Dynamic;
        let ty = match arguments.iter().any(dynamic) {
            true => ScalarType::Dynamic,
            false => ScalarType::Unknown,
        };
        constant(Value::Null, ty, range)
    }

    /// A call of what is no function: a literal such as `datetime(2025, 6, 14)`, or an error.
    fn no_function(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        let Some(ty) = ScalarType::from_name(name) else {
            self.unknown_function(name, range);
            return None;
        };
        let what = format!("this way to write a {name}");
        self.refuse("RS3007", &what, None, range.clone());
        Some(constant(Value::Null, ty, range))
    }

    /// Reports a name that is no function where one is called; `range` is that of the call.
    pub(crate) fn unknown_function(&mut self, name: &str, range: Range<usize>) {
        if !aggregate_signatures(name).is_empty() {
            let message = format!("`{name}` is an aggregate");
            let hint = "aggregates belong into `summarize` or `make-series`".to_owned();
            return self.error("RS2012", &message, Some(hint), range);
        }
        let known = functions()
            .map(|function| function.name)
            .chain(self.declared());
        let near = nearest(name, known).map(str::to_owned);
        let message = format!("there is no function `{name}`");
        let place = range.start..range.start + name.len();
        self.misspelt("RS2012", &message, near, range, place);
    }
}

/// Arguments with dynamic ones as text. Functions such as `replace_regex` and `trim` take the text at
/// different places, so all are converted.
fn dynamics_as_text(mut arguments: Vec<Expr>) -> Vec<Expr> {
    for argument in &mut arguments {
        if argument.ty == ScalarType::Dynamic {
            *argument = as_text(argument.clone());
        }
    }
    arguments
}
