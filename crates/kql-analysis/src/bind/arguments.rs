//! Arguments of user functions: what each parameter stands for in the body.

use std::ops::Range;

use kql_syntax::ast::{ColumnDeclaration, Expr as Syntax, Lambda, Parameter, ParameterType};

use super::Binder;
use super::conversions::converted;
use super::expressions::has_column;
use super::scope::{Binding, Row, Scope};
use crate::plan::{Expr, Plan};
use crate::types::{ScalarType, Schema};

impl Binder<'_> {
    /// The scope of a body: each parameter stands for its argument. What is wrong with the arguments is
    /// reported, and then there is no scope.
    pub(super) fn bind_parameters(
        &mut self,
        name: &str,
        lambda: &Lambda,
        (input, arguments): (Option<Plan>, &[Syntax]),
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Scope> {
        let mut scope = Scope::default();
        let mut parameters = lambda.parameters();
        if let Some(input) = input {
            let first = parameters.drain(..parameters.len().min(1)).next();
            let (parameter, binding) = self.bind_input(name, first, input, range.clone())?;
            scope.names.insert(parameter, binding);
        }
        if arguments.len() > parameters.len() {
            let message = format!(
                "`{name}` takes {} arguments, not {}",
                parameters.len(),
                arguments.len()
            );
            self.error("RS2010", &message, None, range);
            return None;
        }
        self.check_argument_names(name, arguments, &parameters)?;
        for (index, parameter) in parameters.iter().enumerate() {
            let parameter_name = parameter.name()?.text();
            let given = argument_for(arguments, index, &parameter_name);
            let Some(argument) = given.or_else(|| parameter.default()) else {
                let message = format!("the argument `{parameter_name}` of `{name}` is missing");
                self.error("RS2010", &message, None, range);
                return None;
            };
            let binding = self.bind_argument(parameter, &argument, row)?;
            scope.names.insert(parameter_name, binding);
        }
        Some(scope)
    }

    /// An argument with a name is for a parameter of that name.
    fn check_argument_names(
        &mut self,
        function: &str,
        arguments: &[Syntax],
        parameters: &[Parameter],
    ) -> Option<()> {
        for argument in arguments {
            let Syntax::Named(named) = argument else {
                continue;
            };
            let name = named.name()?.text();
            let mut known = parameters.iter().filter_map(Parameter::name);
            if !known.any(|known| known.text() == name) {
                let message = format!("`{function}` has no parameter `{name}`");
                self.error("RS2010", &message, None, argument.range());
                return None;
            }
        }
        Some(())
    }

    /// The table before `invoke`, as the first parameter.
    fn bind_input(
        &mut self,
        name: &str,
        parameter: Option<Parameter>,
        input: Plan,
        range: Range<usize>,
    ) -> Option<(String, Binding)> {
        let declared = parameter.and_then(|parameter| match parameter.ty() {
            Some(ParameterType::Table(columns)) => Some((parameter.name()?, columns)),
            _ => None,
        });
        let Some((table, columns)) = declared else {
            let message = format!("the first parameter of `{name}` is not a table");
            let hint = "declare it as `(T: (*), …)` to use it with `invoke`";
            self.error("RS2011", &message, Some(hint.to_owned()), range);
            return None;
        };
        let schema = input.schema.clone();
        self.check_table(&columns, &schema, range.clone())?;
        let index = self.share(table.text(), Some(input), schema, range)?;
        Some((table.text(), Binding::Table(index)))
    }

    /// A table has the columns that a parameter asks for.
    fn check_table(
        &mut self,
        columns: &[ColumnDeclaration],
        schema: &Schema,
        range: Range<usize>,
    ) -> Option<()> {
        for column in columns {
            let name = column.name()?.text();
            let Some(ty) = ScalarType::from_name(&column.type_name()?) else {
                continue;
            };
            let found = schema.index_of(&name).map(|index| schema.columns[index].ty);
            let fits = match found {
                Some(found) => found == ty || found == ScalarType::Unknown,
                None => schema.open,
            };
            if !fits {
                let message = format!("the table has no column `{name}` of type {}", ty.name());
                self.error("RS2011", &message, None, range);
                return None;
            }
        }
        Some(())
    }

    /// What a parameter stands for: a table, or a scalar of its type.
    fn bind_argument(
        &mut self,
        parameter: &Parameter,
        argument: &Syntax,
        row: &Row<'_>,
    ) -> Option<Binding> {
        let argument = match argument {
            Syntax::Named(named) => named.value()?,
            other => other.clone(),
        };
        if let Some(ParameterType::Table(columns)) = parameter.ty() {
            let plan = self.tabular(&argument)?;
            self.check_table(&columns, &plan.schema, argument.range())?;
            let (name, schema) = (parameter.name()?.text(), plan.schema.clone());
            let index = self.share(name, Some(plan), schema, argument.range())?;
            return Some(Binding::Table(index));
        }
        let expr = self.expression(&argument, row)?;
        let expr = match has_column(&expr) {
            true => expr,
            false => self.named_scalar(parameter.name()?.text(), expr, argument.range())?,
        };
        let expr = self.as_declared(parameter, expr);
        Some(Binding::Scalar {
            expr: Box::new(expr),
            row: row.id,
        })
    }

    /// A parameter of the query itself: it has its default value.
    pub(crate) fn query_parameter(&mut self, parameter: &Parameter) -> Option<(String, Binding)> {
        let name = parameter.name()?.text();
        if let Some(default) = parameter.default() {
            let binding = self.bind_argument(parameter, &default, &Row::none())?;
            return Some((name, binding));
        }
        let what = format!("the parameter `{name}` without a default value");
        self.unsupported(&what, parameter.range());
        let missing = self.erroneous(parameter.range());
        let expr = self.as_declared(parameter, missing);
        Some((name, Binding::from(expr)))
    }

    /// An argument as a value of its parameter's type. Kusto converts numbers and dynamic values.
    fn as_declared(&mut self, parameter: &Parameter, argument: Expr) -> Expr {
        let Some(ParameterType::Scalar(declared)) = parameter.ty() else {
            return argument;
        };
        let Some(ty) = self.declared_type(&declared, parameter.range()) else {
            return argument;
        };
        if argument.ty == ty || argument.ty == ScalarType::Unknown || ty == ScalarType::Dynamic {
            return Expr { ty, ..argument };
        }
        let given = argument.ty;
        if given == ScalarType::Dynamic || given.is_numeric() && ty.is_numeric() {
            return converted(argument, ty);
        }
        let what = format!(
            "an argument of type {} for a {} parameter",
            given.name(),
            ty.name()
        );
        let range = argument.range.clone();
        self.refuse("RS3005", &what, Some("convert it in the call"), range);
        Expr { ty, ..argument }
    }
}

/// The argument for a parameter, by name or by position.
fn argument_for(arguments: &[Syntax], index: usize, name: &str) -> Option<Syntax> {
    let named = arguments.iter().find(|argument| match argument {
        Syntax::Named(named) => named.name().is_some_and(|written| written.text() == name),
        _ => false,
    });
    let placed = arguments.get(index);
    let placed = placed.filter(|argument| !matches!(argument, Syntax::Named(_)));
    named.or(placed).cloned()
}
