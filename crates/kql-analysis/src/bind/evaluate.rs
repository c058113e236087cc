//! `evaluate`: which plugins there are, and those whose columns depend on the data.

use std::ops::Range;

use kql_syntax::ast::{Call, Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{
    AggregateCall, BagUnpack, Conflict, Evaluate, Expr, ExprKind, LateBinding, NamedExpr, Node,
    Plan, Plugin,
};
use crate::registry::aggregate_signatures;
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// Plugins with data-dependent columns that one query may have; each binds the query once more.
pub const MAX_LATE: usize = 50;

/// The arguments of a plugin's call: those by place, and those by name.
pub(crate) struct PluginArguments {
    pub placed: Vec<Syntax>,
    pub named: Vec<(String, Syntax)>,
}

impl PluginArguments {
    fn of(call: &Call) -> Self {
        let (mut placed, mut named) = (Vec::new(), Vec::new());
        for argument in call.arguments() {
            match &argument {
                Syntax::Named(inner) => match (inner.name(), inner.value()) {
                    (Some(name), Some(value)) => named.push((name.text(), value)),
                    _ => placed.push(argument),
                },
                _ => placed.push(argument),
            }
        }
        Self { placed, named }
    }

    /// An argument by its name or its place.
    pub fn get(&self, name: &str, place: usize) -> Option<Syntax> {
        let named = self.named.iter().find(|(known, _)| known == name);
        named
            .map(|(_, value)| value)
            .or(self.placed.get(place))
            .cloned()
    }
}

impl Binder<'_> {
    /// `T | evaluate plugin(…)`.
    pub(crate) fn evaluate(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let call = operator.call()?;
        let name = call.name()?.text();
        let arguments = PluginArguments::of(&call);
        match name.as_str() {
            "bag_unpack" => self.bag_unpack(input, operator, &arguments),
            "pivot" => self.pivot(input, operator, &arguments),
            _ => self.fixed_plugin(input, operator, &name, &arguments),
        }
    }

    fn bag_unpack(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let column = self.column_argument(&input.schema, arguments, 0, operator)?;
        let mut natural = input.schema.clone().opened(true);
        let Some(column) = column else {
            return Some(self.unknown_table(natural, operator.range()));
        };
        let ty = natural.columns.remove(column).ty;
        if !matches!(ty, ScalarType::Dynamic | ScalarType::Unknown) {
            let what = format!("`bag_unpack` of a column of type {}", ty.name());
            let hint = "convert it with `parse_json(…)` before";
            self.refuse("RS3005", &what, Some(hint), operator.range());
            return Some(self.unknown_table(natural, operator.range()));
        }
        let prefix = match arguments.get("OutputColumnPrefix", 1) {
            Some(prefix) => self.constant_text(&prefix)?,
            None => String::new(),
        };
        let conflict = match arguments.get("columnsConflict", 2) {
            Some(conflict) => self.conflict(&conflict)?,
            None => Conflict::Error,
        };
        let ignored = match arguments.get("ignoredProperties", 3) {
            Some(ignored) => self.constant_texts(&ignored)?,
            None => Vec::new(),
        };
        let unpack = BagUnpack {
            column,
            prefix,
            conflict,
            ignored,
        };
        self.data_dependent(input, Plugin::BagUnpack(unpack), natural, operator)
    }

    fn conflict(&mut self, argument: &Syntax) -> Option<Conflict> {
        match self.constant_text(argument)?.as_str() {
            "error" => Some(Conflict::Error),
            "replace_source" => Some(Conflict::ReplaceSource),
            "keep_source" => Some(Conflict::KeepSource),
            other => {
                let message = format!("`{other}` is no way to resolve a conflict of columns");
                let hint = "use `error`, `replace_source` or `keep_source`";
                self.error("RS2031", &message, Some(hint.to_owned()), argument.range());
                None
            }
        }
    }

    fn pivot(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let pivot = self.column_argument(&input.schema, arguments, 0, operator)?;
        let aggregated = arguments.placed.get(1);
        let mut keys = Vec::new();
        for place in 2..arguments.placed.len() {
            keys.extend(self.column_argument(&input.schema, arguments, place, operator)?);
        }
        let Some(pivot) = pivot else {
            let kept = keys.iter().map(|key| input.schema.columns[*key].clone());
            let kept = Schema::from(kept.collect::<Vec<_>>());
            return Some(self.unknown_table(kept, operator.range()));
        };
        let (call, read) = self.pivoted(&input, aggregated, operator.range())?;
        if arguments.placed.len() < 3 {
            let others = (0..input.schema.len()).filter(|index| *index != pivot);
            keys = others.filter(|index| !read.contains(index)).collect();
        }
        let natural = keys.iter().map(|key| input.schema.columns[*key].clone());
        let natural = Schema::from(natural.collect::<Vec<_>>()).opened(true);
        keys.push(pivot);
        let grouped = grouped(input, &keys, call.clone(), operator.range());
        self.data_dependent(grouped, Plugin::Pivot(call), natural, operator)
    }

    /// The aggregate of a `pivot`, and the columns that it reads.
    fn pivoted(
        &mut self,
        input: &Plan,
        item: Option<&Syntax>,
        range: Range<usize>,
    ) -> Option<(AggregateCall, Vec<usize>)> {
        let Some(item) = item else {
            let count = aggregate_signatures("count").first()?;
            let call = AggregateCall {
                names: vec!["count_".to_owned()],
                types: vec![ScalarType::Long],
                aggregate: count.declared,
                args: Vec::new(),
                range,
            };
            return Some((call, Vec::new()));
        };
        let mut names = ColumnNames::default();
        let (calls, _) = self.aggregates(input, &[], std::slice::from_ref(item), &mut names)?;
        match <[AggregateCall; 1]>::try_from(calls) {
            Ok([call]) if call.names.len() == 1 => {
                let mut read = Vec::new();
                call.args.iter().for_each(|arg| columns_of(arg, &mut read));
                Some((call, read))
            }
            _ => {
                let hint = "write one call, such as `count()` or `sum(x)`";
                self.error(
                    "RS2031",
                    "`pivot` takes one aggregate",
                    Some(hint.to_owned()),
                    item.range(),
                );
                None
            }
        }
    }

    /// A plugin whose columns depend on the data, unless the query declares them.
    fn data_dependent(
        &mut self,
        input: Plan,
        plugin: Plugin,
        natural: Schema,
        operator: &Operator,
    ) -> Option<Plan> {
        let declared = self.declared_result(&input, &plugin, operator)?;
        let evaluate = Evaluate {
            input,
            plugin,
            declared: declared.is_some(),
        };
        if let Some(declared) = declared {
            let node = Node::Evaluate(Box::new(evaluate));
            return Some(plan(node, declared, operator.range()));
        }
        if self.parts > 0 {
            let what = "a plugin with open columns inside a subquery";
            self.unsupported(what, operator.range());
            return Some(self.unknown_table(natural, operator.range()));
        }
        let index = self.late;
        self.late += 1;
        if index >= MAX_LATE {
            let message = format!("the query has more than {MAX_LATE} plugins with open columns");
            let hint = "declare the columns: `evaluate bag_unpack(d) : (name: string)`";
            self.error("RS2002", &message, Some(hint.to_owned()), operator.range());
            return None;
        }
        if let Some(known) = self.known.get(index) {
            return Some(plan(Node::Late { index }, known.clone(), operator.range()));
        }
        if self.probe.is_none() {
            let node = Node::Evaluate(Box::new(evaluate));
            self.probe = Some(plan(node, natural.clone(), operator.range()));
        }
        Some(plan(Node::Late { index }, natural, operator.range()))
    }

    /// The columns that a query declares for a plugin's result; `*` stands for those of its input.
    fn declared_result(
        &mut self,
        input: &Plan,
        plugin: &Plugin,
        operator: &Operator,
    ) -> Option<Option<Schema>> {
        let declarations = operator.columns();
        let star = operator.schema_is_open();
        if declarations.is_empty() && !star {
            return Some(None);
        }
        let mut columns: Vec<ColumnSchema> = Vec::new();
        if star {
            columns = input.schema.columns.clone();
            if let Plugin::BagUnpack(unpack) = plugin {
                columns.remove(unpack.column);
            }
        }
        for declaration in declarations {
            let name = declaration.name()?.text();
            let ty = self.declared_type(&declaration.type_name()?, declaration.range())?;
            columns.retain(|column| column.name != name);
            columns.push(ColumnSchema { name, ty });
        }
        Some(Some(Schema::from(columns)))
    }

    /// Index of the column that an argument names; `Some(None)` when only running the query tells.
    pub(crate) fn column_argument(
        &mut self,
        schema: &Schema,
        arguments: &PluginArguments,
        place: usize,
        operator: &Operator,
    ) -> Option<Option<usize>> {
        let Some(argument) = arguments.placed.get(place) else {
            let message = format!("the plugin takes a column as argument {}", place + 1);
            self.error("RS2010", &message, None, operator.range());
            return None;
        };
        let row = self.row(schema);
        let found = self.expression(argument, &row)?;
        match found.kind {
            ExprKind::Column(index) => Some(Some(index)),
            _ if found.ty == ScalarType::Unknown => Some(None),
            _ => {
                let hint = "compute it with `extend` before, and name it here";
                self.error(
                    "RS2019",
                    "only the name of a column stands here",
                    Some(hint.to_owned()),
                    argument.range(),
                );
                None
            }
        }
    }

    fn constant(&mut self, argument: &Syntax, what: &str) -> Option<Value> {
        let found = self.expression(argument, &Row::none())?;
        match found.kind {
            ExprKind::Literal(value) if found.ty != ScalarType::Unknown => Some(value),
            _ => {
                let message = format!("{what} stands here");
                self.error("RS2031", &message, None, argument.range());
                None
            }
        }
    }

    /// A constant text.
    pub(crate) fn constant_text(&mut self, argument: &Syntax) -> Option<String> {
        match self.constant(argument, "only a constant text")? {
            Value::String(text) => Some(text.to_string()),
            _ => {
                let message = "only a constant text stands here";
                self.error("RS2031", message, None, argument.range());
                None
            }
        }
    }

    /// A constant truth value.
    pub(crate) fn constant_bool(&mut self, argument: &Syntax) -> Option<bool> {
        match self.constant(argument, "only `true` or `false`")? {
            Value::Bool(truth) => Some(truth),
            _ => {
                let message = "only `true` or `false` stands here";
                self.error("RS2031", message, None, argument.range());
                None
            }
        }
    }

    /// The texts of a constant dynamic array.
    fn constant_texts(&mut self, argument: &Syntax) -> Option<Vec<String>> {
        let what = "only a constant array of texts";
        if let Value::Array(items) = self.constant(argument, what)? {
            let texts = items.iter().map(|item| match item {
                Value::String(text) => Some(text.to_string()),
                _ => None,
            });
            if let Some(texts) = texts.collect() {
                return Some(texts);
            }
        }
        let message = format!("{what} stands here");
        self.error("RS2031", &message, None, argument.range());
        None
    }

    /// What has to run before the query can be bound with all columns.
    pub(crate) fn late_binding(&mut self, text: &str) -> Option<Box<LateBinding>> {
        let plan = self.probe.take()?;
        Some(Box::new(LateBinding {
            plan,
            text: text.to_owned(),
            catalog: self.catalog.clone(),
            known: std::mem::take(&mut self.known),
        }))
    }
}

/// The columns that an expression reads.
fn columns_of(expr: &Expr, read: &mut Vec<usize>) {
    match &expr.kind {
        ExprKind::Column(index) => read.push(*index),
        ExprKind::Call(_, args) | ExprKind::Array(args) => {
            args.iter().for_each(|arg| columns_of(arg, read));
        }
        ExprKind::Index(base, index) => {
            columns_of(base, read);
            columns_of(index, read);
        }
        ExprKind::In(list) => columns_of(&list.needle, read),
        ExprKind::Literal(_) | ExprKind::Scalar(_) => {}
    }
}

/// The input with one row per value of the key columns, and an aggregate behind them.
fn grouped(input: Plan, keys: &[usize], call: AggregateCall, range: Range<usize>) -> Plan {
    let column = |index: usize, ty| Expr {
        kind: ExprKind::Column(index),
        ty,
        range: range.clone(),
    };
    let named = |place: usize, index: usize| {
        let column_schema = &input.schema.columns[index];
        NamedExpr {
            name: column_schema.name.clone(),
            expr: column(place, column_schema.ty),
        }
    };
    let key_exprs = keys.iter().map(|index| named(*index, *index)).collect();
    let outputs = keys.iter().enumerate();
    let mut outputs: Vec<NamedExpr> = outputs.map(|(place, index)| named(place, *index)).collect();
    let ty = call.types.first().copied().unwrap_or(ScalarType::Unknown);
    outputs.push(NamedExpr {
        name: String::new(),
        expr: column(keys.len(), ty),
    });
    let schema = super::project::schema_of(&outputs);
    let node = Node::Summarize {
        input: Box::new(input),
        keys: key_exprs,
        aggregates: vec![call],
        outputs,
    };
    plan(node, schema, range)
}
