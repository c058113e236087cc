//! Calls of scalar functions.

use std::ops::Range;

use kql_syntax::ast::{Call, Expr as Syntax};

use super::literals::constant;
use super::names::derived;
use super::scope::{Binding, Row};
use super::{Binder, dynamic_kind};
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind, Scalar, ScalarSource};
use crate::registry::{
    Class, Function, Named, Signature, aggregate_signatures, function_signatures, functions,
};
use crate::types::{ScalarType, Schema};
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
        if let Some(value) = self.element_call(call) {
            return Some(value);
        }
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
            "bin_auto" => self.bin_auto(&arguments, row, range),
            "estimate_data_size" | "pack_array" => self.of_columns(&name, &arguments, row, range),
            "column_names_of" => self.column_names(&arguments, range),
            "ingestion_time" if arguments.is_empty() => Some(self.ingestion_time(row, range)),
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
            let message = format!("the arguments of `{name}` are of different types");
            let hint = "convert them to one type".to_owned();
            self.error("RS2011", &message, Some(hint), range.clone());
            let dynamic = |argument: &Expr| argument.ty == ScalarType::Dynamic;
            let ty = match arguments.iter().any(dynamic) {
                true => ScalarType::Dynamic,
                false => ScalarType::Unknown,
            };
            return Some(constant(Value::Null, ty, range));
        };
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
    pub(crate) fn choose<T: Named>(
        &mut self,
        signatures: &'static [Signature<T>],
        arguments: &[Expr],
        range: Range<usize>,
    ) -> Option<&'static Signature<T>> {
        let types: Vec<ScalarType> = arguments.iter().map(|argument| argument.ty).collect();
        let mut counted = signatures
            .iter()
            .filter(|signature| signature.takes(types.len()));
        let first = counted.clone().next();
        let Some(first) = first else {
            self.wrong_count(signatures, types.len(), range);
            return signatures.first();
        };
        let mut fitting = counted
            .clone()
            .filter(|signature| signature.misfit(&types, Class::fits).is_none());
        if let Some(chosen) = fitting.clone().next() {
            if fitting.all(|one| dynamic_misfit(one, arguments).is_some())
                && let Some(index) = dynamic_misfit(chosen, arguments)
            {
                self.object_to_dynamic(chosen, index, arguments);
            }
            return Some(chosen);
        }
        let index = first.misfit(&types, Class::fits).unwrap_or_default();
        let class = first.class_at(index, types.len());
        let run = counted.find(|signature| signature.misfit(&types, Class::accepts).is_none());
        self.argument_misfit(
            first.declared.name(),
            index,
            class,
            &arguments[index],
            run.is_some(),
        );
        run.or(Some(first))
    }

    /// The checker objects to an array or a bag that it knows to be one where something else is taken.
    fn object_to_dynamic<T: Named>(
        &mut self,
        signature: &Signature<T>,
        index: usize,
        arguments: &[Expr],
    ) {
        let wanted = match signature.class_at(index, arguments.len()) {
            Class::Array => "an array",
            Class::Bag => "a bag",
            Class::Codes => "a whole number or an array of them",
            _ => "a text",
        };
        let name = signature.declared.name();
        let message = format!("argument {} of `{name}` is not {wanted}", index + 1);
        self.object(&message, arguments[index].range.clone());
    }

    fn wrong_count<T: Named>(
        &mut self,
        signatures: &[Signature<T>],
        count: usize,
        range: Range<usize>,
    ) {
        let Some(first) = signatures.first() else {
            return;
        };
        let name = first.declared.name();
        let plural = if count == 1 { "" } else { "s" };
        let message = format!("`{name}` does not take {count} argument{plural}");
        let hint = format!("write `{name}({})`", first.declared.shape());
        self.error("RS2010", &message, Some(hint), range);
    }

    pub(crate) fn argument_misfit(
        &mut self,
        name: &str,
        index: usize,
        wanted: Class,
        argument: &Expr,
        runs: bool,
    ) {
        let wanted = match wanted {
            Class::Scalar(ty) => ty.name().to_owned(),
            Class::Text => "string".to_owned(),
            Class::Counted => "bool".to_owned(),
            Class::Codes => "long".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        let message = format!(
            "argument {} of `{name}` is of type {}, not {wanted}",
            index + 1,
            argument.ty.name()
        );
        match runs {
            true => self.object(&message, argument.range.clone()),
            false => self.error("RS2011", &message, None, argument.range.clone()),
        }
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
        let known = functions()
            .map(|function| function.name)
            .chain(self.declared());
        let near = nearest(name, known).map(str::to_owned);
        let message = format!("there is no function `{name}`");
        let place = range.start..range.start + name.len();
        self.misspelt("RS2012", &message, near, range, place);
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
            Some((schema, index)) => {
                let column = self.column(schema, index, range);
                // The checker takes the type of the other value, the engine the column's.
                let ty = match self.is_checker() {
                    true => default.ty,
                    false => column.ty,
                };
                Some(Expr { ty, ..column })
            }
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
        if let Some(known) = self.search_memory().and_then(|known| known.value(inner)) {
            return Some(known);
        }
        let plan = self.inner_table(inner)?;
        let value = self.first_cell_of(plan, range)?;
        if let Some(known) = self.search_memory() {
            known.keep_value(inner, value.clone());
        }
        Some(value)
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
        let all: Vec<usize> = (0..schema.len()).collect();
        self.packed(schema, &all, flag, range)
    }

    /// A bag of columns under their own names; the flag leaves out empty ones.
    pub(crate) fn packed(
        &self,
        schema: &Schema,
        columns: &[usize],
        flag: Expr,
        range: Range<usize>,
    ) -> Option<Expr> {
        let pack = function_signatures("pack_all").first()?;
        let mut arguments = vec![flag];
        for index in columns {
            let key = Value::String(schema.columns.get(*index)?.name.as_str().into());
            arguments.push(constant(key, ScalarType::String, range.clone()));
            arguments.push(self.column(schema, *index, range.clone()));
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

    /// A call that may have `*` as its only argument, for all columns.
    fn of_columns(
        &mut self,
        name: &str,
        columns: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let mut arguments = Vec::new();
        for column in columns {
            match (column, row.schema) {
                (Syntax::Star(_) | Syntax::Wildcard(_), Some(schema)) if columns.len() == 1 => {
                    let all =
                        (0..schema.len()).map(|index| self.column(schema, index, column.range()));
                    arguments.extend(all);
                }
                _ => arguments.push(self.expression(column, row)?),
            }
        }
        self.called(name, arguments, range)
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

/// The function that converts a value to a type.
pub(crate) fn conversion_to(ty: ScalarType) -> Option<&'static Function> {
    let name = match ty {
        ScalarType::Bool => "tobool",
        ScalarType::Int => "toint",
        ScalarType::Long => "tolong",
        ScalarType::Real => "toreal",
        ScalarType::Decimal => "todecimal",
        ScalarType::String => "tostring",
        ScalarType::DateTime => "todatetime",
        ScalarType::TimeSpan => "totimespan",
        ScalarType::Guid => "toguid",
        ScalarType::Dynamic | ScalarType::Unknown => return None,
    };
    let signature = function_signatures(name).first()?;
    Some(signature.declared)
}

/// The type that a result rule gives for arguments; `None` when they have no type in common.
pub(crate) fn result_type(rule: &str, arguments: &[Expr]) -> Option<ScalarType> {
    use ScalarType::*;
    let ty = |index: usize| arguments.get(index).map_or(Unknown, |argument| argument.ty);
    Some(match rule {
        "first" => ty(0),
        "second" => ty(1),
        "promoted" => promoted(ty(0)),
        "widest" => promoted(
            arguments
                .iter()
                .map(|argument| argument.ty)
                .fold(Unknown, |widest, ty| common(widest, ty).unwrap_or(widest)),
        ),
        "branches" => of_branches(arguments),
        "common" => arguments
            .iter()
            .try_fold(None, |so_far: Option<ScalarType>, argument| match so_far {
                None => Some(Some(argument.ty)),
                Some(so_far) => common(so_far, argument.ty).map(Some),
            })?
            .unwrap_or(Unknown),
        "type_argument" => type_argument(arguments),
        "average" if ty(0) == Decimal => Decimal,
        "average" => Real,
        "percentile" if ty(0) == Decimal => Real,
        "percentile" => promoted(ty(0)),
        name => ScalarType::from_name(name).unwrap_or(Unknown),
    })
}

/// Whether an argument of unknown type leaves open which type a call gives: the rule mixes it with others,
/// or several signatures fit that differ.
pub(crate) fn undecided<T>(
    signatures: &[Signature<T>],
    arguments: &[Expr],
    returns: impl Fn(&T) -> &'static str,
) -> bool {
    let types: Vec<ScalarType> = arguments.iter().map(|argument| argument.ty).collect();
    if !types.contains(&ScalarType::Unknown) {
        return false;
    }
    let fits = |signature: &&Signature<T>| {
        signature.takes(types.len()) && signature.misfit(&types, Class::fits).is_none()
    };
    let rules = signatures.iter().filter(fits);
    let rules: Vec<&str> = rules.map(|signature| returns(signature.declared)).collect();
    let mixes = |rule: &&str| match *rule {
        "common" => true,
        "average" | "widest" => types.first() == Some(&ScalarType::Unknown),
        _ => false,
    };
    let given = |rule: &&str| result_type(rule, arguments);
    rules.iter().any(mixes)
        || rules
            .first()
            .is_some_and(|first| rules.iter().any(|rule| given(rule) != given(first)))
}

fn promoted(ty: ScalarType) -> ScalarType {
    match ty {
        ScalarType::Int => ScalarType::Long,
        other => other,
    }
}

/// The type of the values that `iff` and `case` choose from: every second argument, and the last. A
/// dynamic one takes the type of the others; different ones make the result dynamic.
fn of_branches(arguments: &[Expr]) -> ScalarType {
    use ScalarType::{Dynamic, Unknown};
    let last = arguments.len().saturating_sub(1);
    let types = arguments
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 2 == 1 || *index == last)
        .map(|(_, branch)| branch.ty);
    let known = types.filter(|ty| *ty != Dynamic).collect::<Vec<_>>();
    if known.contains(&Unknown) {
        return Unknown;
    }
    let mut known = known.into_iter();
    let Some(first) = known.next() else {
        return Dynamic;
    };
    known.try_fold(first, common).unwrap_or(Dynamic)
}

/// The type that values of two types can have together: the wider number, or the one type.
fn common(left: ScalarType, right: ScalarType) -> Option<ScalarType> {
    use ScalarType::*;
    match (left, right) {
        (Unknown, other) | (other, Unknown) => Some(other),
        (left, right) if left == right => Some(left),
        (left, right) if left.is_numeric() && right.is_numeric() => {
            let wider = [Decimal, Real, Long]
                .into_iter()
                .find(|ty| left == *ty || right == *ty);
            Some(wider.unwrap_or(Int))
        }
        _ => None,
    }
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

/// The first argument that the checker knows to be another kind of dynamic value than a signature takes.
fn dynamic_misfit<T>(signature: &Signature<T>, arguments: &[Expr]) -> Option<usize> {
    let count = arguments.len();
    let misfits = |index: &usize| {
        !dynamic_kind::passes(signature.class_at(*index, count), &arguments[*index])
    };
    (0..count).find(misfits)
}
