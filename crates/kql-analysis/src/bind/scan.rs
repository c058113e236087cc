//! `scan`: steps that see what the rows before have left in them.

use kql_syntax::ast::{Expr as Syntax, Member, Named, Operator, ParameterType};

use super::Binder;
use super::literals::constant;
use super::scope::Row;
use super::tabular::{plan, same_columns};
use crate::plan::{Expr, ExprKind, Node, Plan, Scan, ScanOutput, ScanStep};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// Most steps of one `scan`.
pub const MAX_STEPS: usize = 64;

/// The steps whose columns an expression may read.
#[derive(Clone, Debug)]
pub(crate) struct StepNames {
    /// Identity of the row that the expression is over.
    row: usize,
    /// Names of all steps, in order.
    names: Vec<String>,
    /// The last step that may be read.
    last: usize,
    /// Columns of the input and the declared ones.
    schema: Schema,
}

impl Binder<'_> {
    pub(crate) fn scan(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        if operator.parameter("kind").is_some() {
            self.unsupported("the parameter `kind` of `scan`", operator.range());
            return None;
        }
        let input = self.scan_order(input, operator)?;
        let row = self.row(&input.schema);
        let partition: Option<Vec<Expr>> = operator
            .scan_partition()
            .iter()
            .map(|key| self.expression(key, &row))
            .collect();
        let (schema, defaults) = self.columns_with_declared(&input.schema, operator)?;
        let names = self.step_names(operator)?;
        let steps = self.scan_steps(operator, &schema, names)?;
        let mut result = schema;
        // The service's checker believes in this column even where it is not asked for.
        let unasked = self.is_checker().then(|| "match_id".to_owned());
        let match_id = operator.parameter("with_match_id").or(unasked);
        if let Some(name) = &match_id {
            self.new_column(&mut result, name, ScalarType::Long, operator)?;
        }
        let scan = Scan {
            input,
            partition: partition?,
            defaults,
            steps,
            match_id: match_id.is_some(),
        };
        Some(plan(Node::Scan(Box::new(scan)), result, operator.range()))
    }

    fn scan_order(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let ordered = operator.scan_order();
        if ordered.is_empty() {
            return Some(input);
        }
        let keys = self.keys_over(&input.schema, &ordered)?;
        Some(same_columns(input, operator, |input| Node::Sort {
            input,
            keys,
        }))
    }

    /// The input's columns with the declared ones, and the values of the latter before they are assigned.
    fn columns_with_declared(
        &mut self,
        input: &Schema,
        operator: &Operator,
    ) -> Option<(Schema, Vec<Expr>)> {
        let mut schema = input.clone();
        let mut defaults = Vec::new();
        for parameter in operator.declared() {
            let Some(ParameterType::Scalar(written)) = parameter.ty() else {
                return None;
            };
            let ty = self.declared_type(&written, parameter.range())?;
            let default = match parameter.default() {
                Some(default) => self.expression(&default, &Row::none())?,
                None => constant(Value::Null, ty, parameter.range()),
            };
            defaults.push(self.assigned(default, ty)?);
            let name = parameter.name()?.text();
            self.new_column(&mut schema, &name, ty, operator)?;
        }
        Some((schema, defaults))
    }

    fn new_column(
        &mut self,
        schema: &mut Schema,
        name: &str,
        ty: ScalarType,
        operator: &Operator,
    ) -> Option<()> {
        if schema.index_of(name).is_some() {
            let message = format!("there is a column `{name}` already");
            self.error("RS3008", &message, None, operator.range());
            return None;
        }
        let name = name.to_owned();
        schema.columns.push(ColumnSchema { name, ty });
        Some(())
    }

    fn step_names(&mut self, operator: &Operator) -> Option<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for step in operator.steps() {
            let name = step.name()?.text();
            if names.contains(&name) {
                let message = format!("there are two steps `{name}`");
                self.error("RS3008", &message, None, step.range());
                return None;
            }
            names.push(name);
        }
        if names.len() <= MAX_STEPS {
            return Some(names);
        }
        let message = format!("`scan` takes at most {MAX_STEPS} steps");
        self.error("RS3008", &message, None, operator.range());
        None
    }

    fn scan_steps(
        &mut self,
        operator: &Operator,
        schema: &Schema,
        names: Vec<String>,
    ) -> Option<Vec<ScanStep>> {
        let row = self.row(schema);
        let outer = self.steps.replace(StepNames {
            row: row.id,
            names,
            last: 0,
            schema: schema.clone(),
        });
        let mut steps = Vec::new();
        let mut sound = true;
        for (place, step) in operator.steps().iter().enumerate() {
            if let Some(names) = &mut self.steps {
                names.last = place;
            }
            match self.scan_step(step, &row) {
                Some(step) => steps.push(step),
                None => sound = false,
            }
        }
        self.steps = outer;
        sound.then_some(steps)
    }

    fn scan_step(&mut self, step: &kql_syntax::ast::ScanStep, row: &Row<'_>) -> Option<ScanStep> {
        if step.is_optional() {
            self.unsupported("an optional step of `scan`", step.range());
            return None;
        }
        let output = match step.output().as_deref() {
            None | Some("all") => ScanOutput::All,
            Some("last") => ScanOutput::Last,
            Some("none") => ScanOutput::None,
            Some(other) => {
                let message = format!("`{other}` is not an output of a step");
                let hint = "write `all`, `last` or `none`";
                self.error("RS2021", &message, Some(hint.to_owned()), step.range());
                return None;
            }
        };
        let condition = self.predicate(&step.condition()?, row)?;
        self.refuse_windows(&condition)?;
        let mut assignments = Vec::new();
        for assignment in step.assignments() {
            assignments.push(self.assignment(&assignment, row)?);
        }
        Some(ScanStep {
            output,
            condition,
            assignments,
        })
    }

    fn assignment(&mut self, assignment: &Named, row: &Row<'_>) -> Option<(usize, Expr)> {
        let name = assignment.name()?;
        let schema = row.schema?;
        let Some(index) = schema.index_of(&name.text()) else {
            let message = format!("`scan` declares no column `{}`", name.text());
            let hint = format!("write `declare ({}: …)`", name.text());
            self.error("RS2006", &message, Some(hint), name.range());
            return None;
        };
        let value = self.expression(&assignment.value()?, row)?;
        self.refuse_windows(&value)?;
        let ty = schema.columns.get(index)?.ty;
        Some((index, self.assigned(value, ty)?))
    }

    /// A value for a column of a type: of that type, or a number for a number.
    fn assigned(&mut self, value: Expr, ty: ScalarType) -> Option<Expr> {
        let any = |ty| matches!(ty, ScalarType::Dynamic | ScalarType::Unknown);
        let fits = value.ty == ty || any(value.ty) || any(ty);
        if fits || (value.ty.is_numeric() && ty.is_numeric()) {
            return Some(value);
        }
        let message = format!(
            "a value of type {} does not fit a column of type {}",
            value.ty.name(),
            ty.name()
        );
        self.error("RS3008", &message, None, value.range.clone());
        None
    }

    /// Functions of neighbouring rows have no place in a step.
    fn refuse_windows(&mut self, expr: &Expr) -> Option<()> {
        let Some((name, range)) = super::windows::find(expr) else {
            return Some(());
        };
        let message = format!("`{name}` does not apply inside `scan`");
        let hint = "read the row before with `step.column`, or compute it in an `extend` before";
        self.error("RS3009", &message, Some(hint.to_owned()), range);
        None
    }

    /// `step.column`: what the state of a step has of a column. `None` when this is no such path.
    pub(crate) fn step_column(&mut self, member: &Member, row: &Row<'_>) -> Option<Option<Expr>> {
        let steps = self.steps.as_ref().filter(|steps| steps.row == row.id)?;
        let (Some(Syntax::Name(base)), Some(Syntax::Name(column))) =
            (member.base(), member.member())
        else {
            return None;
        };
        let place = steps.names.iter().position(|name| *name == base.text())?;
        if steps.schema.index_of(&base.text()).is_some() {
            return None;
        }
        let (last, width) = (steps.last, steps.schema.len());
        if steps.schema.open && steps.schema.index_of(&column.text()).is_none() {
            return Some(self.inferred_column(&column.text(), column.range()));
        }
        let found = steps.schema.index_of(&column.text());
        let ty = found.and_then(|index| Some(steps.schema.columns.get(index)?.ty));
        let (Some(index), Some(ty)) = (found, ty) else {
            let message = format!("`scan` has no column `{}`", column.text());
            self.error("RS2006", &message, None, column.range());
            return Some(None);
        };
        if place > last {
            let message = format!("the step `{}` comes later", base.text());
            self.error("RS3008", &message, None, member.range());
            return Some(None);
        }
        let kind = ExprKind::Column(width * (place + 1) + index);
        let range = member.range();
        Some(Some(Expr { kind, ty, range }))
    }
}
