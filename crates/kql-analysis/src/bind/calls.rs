//! Calls of scalar functions.

use std::ops::Range;

use kql_syntax::ast::{Call, Expr as Syntax};

use super::Binder;
use super::literals::constant;
use super::names::derived;
use super::scope::{Binding, Row};
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind, Scalar, ScalarSource};
use crate::registry::{
    Class, Function, Signature, aggregate_signatures, function_signatures, functions,
};
use crate::types::ScalarType;
use crate::value::Value;

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
    pub(crate) fn call(&mut self, call: &Call, row: &Row<'_>) -> Option<Expr> {
        let name = call.name()?.text();
        let range = call.range();
        let arguments = call.arguments();
        if let Some(Binding::Lambda { .. }) = self.lookup(&name) {
            return self.call_lambda(&name, &arguments, row, range);
        }
        if self.aggregation.is_some() && !aggregate_signatures(&name).is_empty() {
            return self.aggregate_call(&name, &arguments, range);
        }
        match name.as_str() {
            "column_ifexists" | "columnifexists" => self.column_if_exists(&arguments, row, range),
            "toscalar" => self.first_cell(&arguments, range),
            "pack_all" => self.pack_all(&arguments, row, range),
            "bag_pack_columns" => self.pack_columns(&arguments, row, range),
            "column_names_of" => self.column_names(&arguments, range),
            _ => self.function(&name, &arguments, row, range),
        }
    }

    fn function(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let signatures = function_signatures(name);
        if signatures.is_empty() {
            self.unknown_function(name, range);
            return None;
        }
        let bound: Vec<Option<Expr>> = arguments
            .iter()
            .map(|argument| self.expression(argument, row))
            .collect();
        let bound: Option<Vec<Expr>> = bound.into_iter().collect();
        let arguments = bound?;
        let signature = self.choose(name, signatures, &arguments, range.clone())?;
        let ty = result_type(signature.declared.returns, &arguments);
        let arguments = match READS_TEXT.contains(&name) {
            true => self.first_as_text(arguments),
            false => arguments,
        };
        Some(Expr {
            kind: ExprKind::Call(signature.declared, arguments),
            ty,
            range,
        })
    }

    fn first_as_text(&self, mut arguments: Vec<Expr>) -> Vec<Expr> {
        // `replace_regex` and `trim` take the text at different places; every non-text one is converted.
        for argument in &mut arguments {
            if argument.ty == ScalarType::Dynamic {
                *argument = self.as_text(argument.clone());
            }
        }
        arguments
    }

    /// The signature that fits the arguments; reports the first misfit when none does.
    fn choose(
        &mut self,
        name: &str,
        signatures: &'static [Signature<Function>],
        arguments: &[Expr],
        range: Range<usize>,
    ) -> Option<&'static Signature<Function>> {
        let count = arguments.len();
        let counted: Vec<_> = signatures
            .iter()
            .filter(|signature| signature.takes(count))
            .collect();
        let Some(first) = counted.first() else {
            let shape = signatures
                .first()
                .map_or("", |signature| signature.declared.parameters);
            self.error(
                "RS2010",
                &format!(
                    "`{name}` does not take {count} argument{}",
                    if count == 1 { "" } else { "s" }
                ),
                Some(format!("write `{name}({shape})`")),
                range,
            );
            return None;
        };
        let misfit = |signature: &Signature<Function>| {
            (0..count).find(|&index| {
                !signature
                    .class_at(index, count)
                    .accepts(arguments[index].ty)
            })
        };
        if let Some(fitting) = counted.iter().find(|signature| misfit(signature).is_none()) {
            return Some(fitting);
        }
        let index = misfit(first).unwrap_or_default();
        let wanted = first.class_at(index, count);
        self.argument_misfit(name, index, wanted, &arguments[index]);
        None
    }

    pub(crate) fn argument_misfit(
        &mut self,
        name: &str,
        index: usize,
        wanted: Class,
        argument: &Expr,
    ) {
        let wanted = match wanted {
            Class::Scalar(ty) => ty.name().to_owned(),
            Class::Text => "string".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        let message = format!(
            "argument {} of `{name}` is of type {}, not {wanted}",
            index + 1,
            argument.ty.name()
        );
        self.error("RS2011", &message, None, argument.range.clone());
    }

    pub(crate) fn unknown_function(&mut self, name: &str, range: Range<usize>) {
        if !aggregate_signatures(name).is_empty() {
            let hint = "aggregates belong into `summarize` or `make-series`";
            return self.error(
                "RS2012",
                &format!("`{name}` is an aggregate"),
                Some(hint.to_owned()),
                range,
            );
        }
        if name.starts_with("geo_") {
            return self.unsupported(&format!("the function `{name}`"), range);
        }
        let known = functions()
            .map(|function| function.name)
            .chain(self.declared());
        let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        self.error(
            "RS2012",
            &format!("there is no function `{name}`"),
            near,
            range,
        );
    }

    /// `column_ifexists("name", default)`: decided here, because the columns are known.
    fn column_if_exists(
        &mut self,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let [column, default] = arguments else {
            self.error(
                "RS2010",
                "`column_ifexists` takes a column name and a value",
                None,
                range,
            );
            return None;
        };
        let name = self.expression(column, row)?;
        let ExprKind::Literal(Value::String(text)) = &name.kind else {
            self.error(
                "RS2013",
                "the column name must be a text constant",
                None,
                column.range(),
            );
            return None;
        };
        let default = self.expression(default, row)?;
        match row
            .schema
            .and_then(|schema| Some((schema, schema.index_of(text)?)))
        {
            Some((schema, index)) => Some(self.column(schema, index, range)),
            None => Some(Expr { range, ..default }),
        }
    }

    /// `toscalar(table)` or `toscalar(value)`.
    fn first_cell(&mut self, arguments: &[Syntax], range: Range<usize>) -> Option<Expr> {
        let [inner] = arguments else {
            self.error("RS2010", "`toscalar` takes one table or value", None, range);
            return None;
        };
        if !self.is_tabular(inner) {
            return self.expression(inner, &Row::none());
        }
        let outer = self.aggregation.take();
        let plan = self.tabular(inner);
        self.aggregation = outer;
        self.first_cell_of(plan?, range)
    }

    /// The first column of the first row of a table, evaluated once.
    pub(crate) fn first_cell_of(
        &mut self,
        plan: crate::plan::Plan,
        range: Range<usize>,
    ) -> Option<Expr> {
        let ty = plan
            .schema
            .columns
            .first()
            .map_or(ScalarType::Unknown, |column| column.ty);
        let scalar = Scalar {
            name: String::new(),
            source: ScalarSource::FirstCell(Box::new(plan)),
            ty,
        };
        let index = self.add_scalar(scalar, range.clone())?;
        Some(Expr {
            kind: ExprKind::Scalar(index),
            ty,
            range,
        })
    }

    /// `pack_all(ignore_null_empty?)`: a bag of all columns. The engine's call has the flag first and then
    /// names and values in turn.
    fn pack_all(&mut self, flag: &[Syntax], row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        let pack = function_signatures("pack_all").first()?;
        let flag = match flag {
            [] => constant(Value::Bool(false), ScalarType::Bool, range.clone()),
            [flag] => self.predicate(flag, &Row::none())?,
            _ => {
                self.error(
                    "RS2010",
                    "`pack_all` takes at most one argument",
                    None,
                    range,
                );
                return None;
            }
        };
        let Some(schema) = row.schema else {
            self.error(
                "RS2004",
                "`pack_all` needs the columns of a table",
                None,
                range,
            );
            return None;
        };
        let mut arguments = vec![flag];
        for (index, column) in schema.columns.iter().enumerate() {
            let key = Value::String(column.name.as_str().into());
            arguments.push(constant(key, ScalarType::String, range.clone()));
            arguments.push(self.column(schema, index, range.clone()));
        }
        Some(Expr {
            kind: ExprKind::Call(pack.declared, arguments),
            ty: ScalarType::Dynamic,
            range,
        })
    }

    /// `bag_pack_columns(a, b)`: a bag of columns under their own names.
    fn pack_columns(
        &mut self,
        columns: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let pack = function_signatures("bag_pack").first()?;
        let mut arguments = Vec::new();
        for column in columns {
            let value = self.expression(column, row)?;
            let Some(name) = derived(column).filter(|_| matches!(value.kind, ExprKind::Column(_)))
            else {
                let message = "`bag_pack_columns` takes names of columns";
                self.error("RS2019", message, None, column.range());
                return None;
            };
            let key = Value::String(name.into());
            arguments.push(constant(key, ScalarType::String, column.range()));
            arguments.push(value);
        }
        Some(Expr {
            kind: ExprKind::Call(pack.declared, arguments),
            ty: ScalarType::Dynamic,
            range,
        })
    }

    /// `column_names_of(table)`: known before the query runs.
    fn column_names(&mut self, arguments: &[Syntax], range: Range<usize>) -> Option<Expr> {
        let [table] = arguments else {
            self.error("RS2010", "`column_names_of` takes one table", None, range);
            return None;
        };
        let schema = self.tabular(table)?.schema;
        let names = schema.columns.iter();
        let names: Vec<Value> = names
            .map(|column| Value::String(column.name.as_str().into()))
            .collect();
        Some(constant(
            Value::Array(names.into()),
            ScalarType::Dynamic,
            range,
        ))
    }
}

/// The type that a result rule gives for arguments.
pub(crate) fn result_type(rule: &str, arguments: &[Expr]) -> ScalarType {
    let ty = |index: usize| {
        arguments
            .get(index)
            .map_or(ScalarType::Unknown, |argument| argument.ty)
    };
    match rule {
        "first" => ty(0),
        "second" => ty(1),
        "promoted" if ty(0) == ScalarType::Int => ScalarType::Long,
        "promoted" => ty(0),
        "widest" => common(arguments.iter()),
        "common" if arguments.len() >= 3 && ty(0) == ScalarType::Bool => {
            common(branches(arguments))
        }
        "common" => common(arguments.iter()),
        "type_argument" => type_argument(arguments),
        "percentile" if matches!(ty(0), ScalarType::Int | ScalarType::Long) => ScalarType::Long,
        "percentile" => ty(0),
        name => ScalarType::from_name(name).unwrap_or(ScalarType::Unknown),
    }
}

/// The values that `iff` and `case` choose from: every second argument, and the last.
fn branches(arguments: &[Expr]) -> impl Iterator<Item = &Expr> {
    let last = arguments.len() - 1;
    arguments
        .iter()
        .enumerate()
        .filter(move |(index, _)| index % 2 == 1 || *index == last)
        .map(|(_, branch)| branch)
}

/// The type that all values fit: the widest number, or the first type that is not dynamic.
fn common<'a>(arguments: impl Iterator<Item = &'a Expr>) -> ScalarType {
    use ScalarType::*;
    arguments
        .map(|argument| argument.ty)
        .fold(Unknown, |so_far, ty| match (so_far, ty) {
            (Unknown, ty) | (ty, Unknown) => ty,
            (Decimal, other) | (other, Decimal) if other.is_numeric() => Decimal,
            (Real, other) | (other, Real) if other.is_numeric() => Real,
            (Int | Long, Long) | (Long, Int) => Long,
            (Dynamic, other) => other,
            (first, _) => first,
        })
}

fn type_argument(arguments: &[Expr]) -> ScalarType {
    arguments
        .last()
        .and_then(|argument| match &argument.kind {
            ExprKind::Literal(Value::String(name)) => ScalarType::from_name(name),
            _ => None,
        })
        .unwrap_or(ScalarType::String)
}
