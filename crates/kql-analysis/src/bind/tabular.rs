//! Pipelines: which expressions are tables, and the operators in order.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{
    Expr as Syntax, Lambda, Member, Operator, Ordered, ParameterType, Statement,
};

use super::Binder;
use super::names::ColumnNames;
use super::scope::{Binding, Row};
use super::windows::order_after;
use crate::plan::{Expr, Node, Plan, SortKey};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// Names of a lambda's body, and whether each is a table.
type Locals = BTreeMap<String, bool>;

impl Binder<'_> {
    /// Whether an expression gives a table.
    pub(crate) fn is_tabular(&self, expression: &Syntax) -> bool {
        self.is_table(expression, &Locals::new(), 0)
    }

    fn is_table(&self, expression: &Syntax, locals: &Locals, depth: usize) -> bool {
        match expression {
            Syntax::Pipeline(_) | Syntax::Source(_) | Syntax::Wildcard(_) => true,
            Syntax::Paren(paren) => paren
                .inner()
                .is_some_and(|inner| self.is_table(&inner, locals, depth)),
            Syntax::Name(name) => self.names_table(&name.text(), locals, depth),
            Syntax::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                match self.lookup(&name) {
                    Some(Binding::Lambda { lambda, .. }) => {
                        depth < super::MAX_INLINING && self.gives_table(lambda, depth)
                    }
                    _ => {
                        matches!(name.as_str(), "materialize" | "table" | "graph")
                            || crate::tables::function(&name).is_some()
                    }
                }
            }
            Syntax::Member(member) => match member.base() {
                Some(Syntax::Call(call)) => call.name().is_some_and(|name| {
                    matches!(
                        name.text().as_str(),
                        "database" | "cluster" | "workspace" | "app"
                    )
                }),
                Some(base @ Syntax::Member(_)) => self.is_table(&base, locals, depth),
                _ => false,
            },
            _ => false,
        }
    }

    fn names_table(&self, name: &str, locals: &Locals, depth: usize) -> bool {
        if let Some(table) = locals.get(name) {
            return *table;
        }
        match self.lookup(name) {
            Some(Binding::Table(_)) => true,
            Some(Binding::Lambda { lambda, .. }) => {
                depth < super::MAX_INLINING && self.gives_table(lambda, depth)
            }
            Some(_) => false,
            None => self.outside(name).is_some(),
        }
    }

    fn gives_table(&self, lambda: &Lambda, depth: usize) -> bool {
        let mut locals = Locals::new();
        for parameter in lambda.parameters() {
            let table = matches!(parameter.ty(), Some(ParameterType::Table(_)));
            locals.extend(parameter.name().map(|name| (name.text(), table)));
        }
        for statement in lambda.statements() {
            match statement {
                Statement::Let(declaration) => {
                    let table = declaration
                        .value()
                        .is_some_and(|value| self.is_table(&value, &locals, depth + 1));
                    locals.extend(declaration.name().map(|name| (name.text(), table)));
                }
                Statement::Expression(last) => return self.is_table(&last, &locals, depth + 1),
                _ => {}
            }
        }
        false
    }

    /// Binds a table expression. After an error, which has been reported, it is a table of which nothing
    /// is known, so that the rest of the query is checked as well.
    pub(crate) fn tabular(&mut self, expression: &Syntax) -> Option<Plan> {
        let bound = self.sound_tabular(expression);
        bound.or_else(|| Some(self.unknown_table(Schema::unknown(), expression.range())))
    }

    /// Stands for a table that has an error.
    pub(crate) fn unknown_table(&mut self, schema: Schema, range: Range<usize>) -> Plan {
        self.broken = true;
        self.in_order = true;
        plan(Node::Rows { rows: Vec::new() }, schema.opened(true), range)
    }

    fn sound_tabular(&mut self, expression: &Syntax) -> Option<Plan> {
        match expression {
            Syntax::Pipeline(pipeline) => {
                let source = self.tabular(&pipeline.source()?)?;
                Some(self.operators(source, &pipeline.operators()))
            }
            Syntax::Paren(paren) => self.tabular(&paren.inner()?),
            Syntax::Name(name) => self.table(&name.text(), expression.range()),
            Syntax::Source(operator) => self.source(operator),
            Syntax::Call(call) => {
                let name = call.name()?.text();
                self.tabular_call(&name, &call.arguments(), expression.range())
            }
            Syntax::Member(member) => {
                self.elsewhere(member);
                None
            }
            Syntax::Wildcard(_) => {
                self.union_of(std::slice::from_ref(expression), expression.range())
            }
            _ => {
                self.error(
                    "RS2016",
                    "a value stands where a table is expected",
                    None,
                    expression.range(),
                );
                None
            }
        }
    }

    /// An operator on its input. Columns that an open input is believed to have stay in the result of an
    /// operator that keeps its input's columns.
    fn stage(&mut self, input: Plan, operator: &Operator) -> Plan {
        let schema = input.schema.clone();
        let outer = std::mem::take(&mut self.inferred);
        let in_order = self.in_order;
        self.lost = false;
        let lost_rows = std::mem::take(&mut self.lost_rows);
        self.lost_input = lost_rows;
        self.graph_input = self.graph.take();
        let bound = self.operator(input, operator);
        self.in_order = order_after(operator.kind(), in_order, self.in_order);
        let inferred = std::mem::replace(&mut self.inferred, outer);
        let mut plan =
            bound.unwrap_or_else(|| self.unknown_table(schema.clone(), operator.range()));
        plan.schema.open |= schema.open && self.stays_open(operator.kind());
        if !schema.open || leaves_out_columns(operator.kind()) {
            return plan;
        }
        plan.schema.open = true;
        if lost_rows && self.is_checker() {
            self.lost_rows = true;
            return plan;
        }
        let mut place = match operator.kind() {
            SyntaxKind::ProjectReorderOperator => 0,
            _ => schema.len().min(plan.schema.len()),
        };
        for name in inferred {
            if plan.schema.index_of(&name).is_none() {
                let ty = ScalarType::Unknown;
                plan.schema.columns.insert(place, ColumnSchema { name, ty });
                place += 1;
            }
        }
        plan
    }

    /// Whether the result of an operator on an open table is open. The checker takes it to be so even where
    /// the operator names its columns.
    fn stays_open(&self, operator: SyntaxKind) -> bool {
        match operator {
            SyntaxKind::CountOperator | SyntaxKind::GetSchemaOperator => false,
            SyntaxKind::ProjectAwayOperator => true,
            _ => self.is_checker(),
        }
    }

    /// Binds operators one after the other.
    pub(crate) fn operators(&mut self, input: Plan, operators: &[Operator]) -> Plan {
        let mut plan = input;
        for operator in operators {
            plan = self.stage(plan, operator);
        }
        plan
    }

    fn operator(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        use SyntaxKind::*;
        match operator.kind() {
            WhereOperator => {
                let row = self.row(&input.schema);
                let predicate = self.predicate(&operator.expression()?, &row)?;
                if predicate.ty == ScalarType::Dynamic {
                    let message = "the condition is of type dynamic, not bool";
                    self.object(message, predicate.range.clone());
                }
                Some(self.filtered(input, predicate, operator.range()))
            }
            ProjectOperator => self.project(input, operator),
            ProjectAwayOperator => self.project_away(input, operator),
            ProjectByNamesOperator => self.project_by_names(input, operator),
            ProjectKeepOperator => self.project_keep(input, operator),
            ProjectRenameOperator => self.project_rename(input, operator),
            ProjectReorderOperator => self.project_reorder(input, operator),
            ExtendOperator => self.extend(input, operator),
            SerializeOperator if operator.list().is_empty() => Some(pass(input, operator)),
            SerializeOperator => {
                self.in_order = true;
                self.extend(input, operator)
            }
            SummarizeOperator => self.summarize(input, operator),
            DistinctOperator => self.distinct(input, operator),
            SortOperator => self.sort(input, operator),
            TopOperator => self.top(input, operator),
            TakeOperator => {
                let count = self.count_argument(operator)?;
                Some(same_columns(input, operator, |input| Node::Take {
                    input,
                    count,
                }))
            }
            CountOperator => {
                let name = operator
                    .name()
                    .map_or_else(|| "Count".to_owned(), |name| name.text());
                let schema = Schema::new([(name, ScalarType::Long)]);
                Some(Plan {
                    node: Node::Count {
                        input: Box::new(input),
                    },
                    schema,
                    range: operator.range(),
                })
            }
            JoinOperator => self.join(input, operator),
            LookupOperator => self.lookup_operator(input, operator),
            UnionOperator => self.union_with(input, operator),
            MvExpandOperator => self.mv_expand(input, operator),
            MvApplyOperator => self.mv_apply(input, operator),
            TopNestedOperator => self.top_nested(input, operator),
            TopHittersOperator => self.top_hitters(input, operator),
            SampleOperator => self.sample(input, operator),
            SampleDistinctOperator => self.sample_distinct(input, operator),
            ScanOperator => self.scan(input, operator),
            PartitionOperator => self.partition(input, operator),
            MakeSeriesOperator => self.make_series(input, operator),
            InvokeOperator => self.invoke(input, operator),
            AsOperator => {
                let name = operator.name()?.text();
                let evaluates = &mut self.evaluates;
                let evaluates = *evaluates.get_or_insert_with(|| evaluates_beside(operator));
                let plan = evaluates.then(|| input.clone());
                let schema = input.schema.clone();
                let index = self.share(name.clone(), plan, schema, operator.range())?;
                self.define(name, Binding::Table(index));
                Some(same_columns(input, operator, |input| Node::As {
                    input,
                    index,
                }))
            }
            MakeGraphOperator
            | GraphMatchOperator
            | GraphShortestPathsOperator
            | GraphToTableOperator
            | GraphMarkComponentsOperator
            | GraphWhereNodesOperator
            | GraphWhereEdgesOperator => self.graph_operator(input, operator),
            EvaluateOperator => self.evaluate(input, operator),
            SearchOperator => self.search(Some(input), operator),
            ParseOperator => self.parse(input, operator),
            ParseKvOperator => self.parse_kv(input, operator),
            GetSchemaOperator => Some(get_schema(input, operator)),
            RenderOperator => Some(pass(input, operator)),
            ConsumeOperator => Some(self.consume(input, operator)),
            ForkOperator | FacetOperator => Some(self.several(input, operator)),
            ReduceOperator => self.reduce(input, operator),
            _ => {
                self.unsupported_operator(operator);
                None
            }
        }
    }

    /// Refuses an operator by its name.
    pub(crate) fn unsupported_operator(&mut self, operator: &Operator) {
        let text = operator.syntax().text().to_string();
        let text = text.trim_start();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let word = text.split(|c: char| !letter(c)).next().unwrap_or_default();
        self.unsupported(&format!("the operator `{word}`"), operator.range());
    }

    /// A table of another place. Only `cluster` and `database` are part of KQL; the rest is known to
    /// Azure Monitor alone.
    fn elsewhere(&mut self, member: &Member) {
        let mut base = member.base();
        while let Some(Syntax::Member(inner)) = &base {
            base = inner.base();
        }
        let Some(Syntax::Call(call)) = base else {
            return self.unsupported("this path to a table", member.range());
        };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        match (
            name.as_str(),
            call.arguments().first().and_then(Syntax::string),
        ) {
            ("database", Some(database)) => {
                let message = format!("there is no database `{database}`");
                let hint = "only the tables of the workspace are known".to_owned();
                self.error("RS2017", &message, Some(hint), call.range());
            }
            ("cluster" | "database", _) => {
                self.unsupported("a table of another database or cluster", member.range());
            }
            _ => {
                self.unknown_function(&name, call.range());
                self.lost_rows = true;
            }
        }
    }

    /// The number of rows that `take` and `top` keep.
    fn count_argument(&mut self, operator: &Operator) -> Option<Expr> {
        self.row_count(&operator.expression()?)
    }

    /// A number of rows.
    pub(crate) fn row_count(&mut self, syntax: &Syntax) -> Option<Expr> {
        let count = self.expression(syntax, &Row::none())?;
        if matches!(
            count.ty,
            ScalarType::Int | ScalarType::Long | ScalarType::Unknown
        ) {
            return Some(count);
        }
        self.error(
            "RS2011",
            "the number of rows must be an integer",
            None,
            syntax.range(),
        );
        None
    }

    fn sort(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let keys = self.sort_keys(&input.schema, operator)?;
        let dynamic = |key: &&SortKey| key.expr.ty == ScalarType::Dynamic;
        if let Some(key) = keys.iter().find(dynamic) {
            let hint = "convert it, for example with `tostring(…)`".to_owned();
            let message = "a dynamic value has no order";
            self.error("RS2011", message, Some(hint), key.expr.range.clone());
        }
        Some(same_columns(input, operator, |input| Node::Sort {
            input,
            keys,
        }))
    }

    fn top(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.count_argument(operator)?;
        let keys = self.sort_keys(&input.schema, operator)?;
        Some(same_columns(input, operator, |input| Node::Top {
            input,
            count,
            keys,
        }))
    }

    fn sort_keys(&mut self, schema: &Schema, operator: &Operator) -> Option<Vec<SortKey>> {
        self.keys_over(schema, &operator.ordered())
    }

    /// Sort keys over a table's columns.
    pub(crate) fn keys_over(
        &mut self,
        schema: &Schema,
        ordered: &[Ordered],
    ) -> Option<Vec<SortKey>> {
        let row = self.row(schema);
        let keys = ordered.iter().map(|ordered| {
            let expr = self.expression(&ordered.expression()?, &row)?;
            Some(sort_key(expr, ordered))
        });
        keys.collect()
    }

    fn distinct(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let items = operator.list();
        let columns = match items.as_slice() {
            [Syntax::Wildcard(_) | Syntax::Star(_)] => None,
            _ => Some(self.named_expressions(
                &input.schema,
                &items,
                &mut ColumnNames::beside(&input.schema),
            )?),
        };
        let range = operator.range();
        let input = match columns {
            None => input,
            Some(columns) => super::project::projected(input, columns, range.clone()),
        };
        let dynamic = |column: &&ColumnSchema| column.ty == ScalarType::Dynamic;
        if let Some(column) = input.schema.columns.iter().find(dynamic) {
            self.dynamic_key(&column.name, range);
        }
        Some(same_columns(input, operator, |input| Node::Distinct {
            input,
        }))
    }
}

/// Whether an operator's result lacks columns that it reads.
fn leaves_out_columns(operator: SyntaxKind) -> bool {
    use SyntaxKind::*;
    matches!(
        operator,
        ProjectOperator
            | ProjectAwayOperator
            | ProjectKeepOperator
            | ProjectByNamesOperator
            | SummarizeOperator
            | DistinctOperator
            | CountOperator
            | MakeSeriesOperator
            | EvaluateOperator
            | PartitionOperator
            | TopNestedOperator
            | TopHittersOperator
            | SampleDistinctOperator
            | ReduceOperator
            | ConsumeOperator
            | ForkOperator
            | FacetOperator
            | GetSchemaOperator
    )
}

/// Whether the query of an operator has plugins.
fn evaluates_beside(operator: &Operator) -> bool {
    let root = operator.syntax().ancestors().last();
    let mut nodes = root.iter().flat_map(|root| root.descendants());
    nodes.any(|node| node.kind() == SyntaxKind::EvaluateOperator)
}

/// A sort key; the largest comes first unless `asc` is written, nulls last with `desc` and first with
/// `asc` unless the query says otherwise.
pub(crate) fn sort_key(expr: Expr, ordered: &Ordered) -> SortKey {
    let descending = !ordered.has("asc");
    let nulls_first = match (ordered.has("first"), ordered.has("last")) {
        (true, _) => true,
        (_, true) => false,
        _ => !descending,
    };
    SortKey {
        expr,
        descending,
        nulls_first,
    }
}

/// A plan with the columns of its input.
pub(crate) fn same_columns(
    input: Plan,
    operator: &Operator,
    node: impl FnOnce(Box<Plan>) -> Node,
) -> Plan {
    let schema = input.schema.clone();
    Plan {
        node: node(Box::new(input)),
        schema,
        range: operator.range(),
    }
}

fn pass(input: Plan, operator: &Operator) -> Plan {
    same_columns(input, operator, |input| Node::Pass { input })
}

fn get_schema(input: Plan, operator: &Operator) -> Plan {
    let schema = Schema::new([
        ("ColumnName", ScalarType::String),
        ("ColumnOrdinal", ScalarType::Long),
        ("DataType", ScalarType::String),
        ("ColumnType", ScalarType::String),
    ]);
    let input = Box::new(input);
    plan(Node::GetSchema { input }, schema, operator.range())
}

/// A plan for a range of the query.
pub(crate) fn plan(node: Node, schema: Schema, range: Range<usize>) -> Plan {
    Plan {
        node,
        schema,
        range,
    }
}
