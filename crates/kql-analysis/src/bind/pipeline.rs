//! The operators of a pipeline in order, and what each leaves of an open table.

use kql_syntax::ast::Operator;
use kql_syntax::{SyntaxKind, apart};

use super::Binder;
use super::scope::Binding;
use super::tabular::{plan, same_columns};
use super::windows::order_after;
use crate::plan::{Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
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
        if schema.open && !leaves_out_columns(operator.kind()) {
            plan.schema.open = true;
            match lost_rows && self.is_checker() {
                true => self.lost_rows = true,
                false => {
                    let place = place_of_inferred(operator.kind(), &schema);
                    insert_inferred(&mut plan.schema, inferred, place);
                }
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

    /// Each kind of operator is bound [`apart`].
    fn operator(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        use SyntaxKind::*;
        match operator.kind() {
            WhereOperator => apart(|| self.where_operator(input, operator)),
            ProjectOperator => apart(|| self.project(input, operator)),
            ProjectAwayOperator => apart(|| self.project_away(input, operator)),
            ProjectByNamesOperator => apart(|| self.project_by_names(input, operator)),
            ProjectKeepOperator => apart(|| self.project_keep(input, operator)),
            ProjectRenameOperator => apart(|| self.project_rename(input, operator)),
            ProjectReorderOperator => apart(|| self.project_reorder(input, operator)),
            ExtendOperator => apart(|| self.extend(input, operator)),
            SerializeOperator if operator.list().is_empty() => Some(pass(input, operator)),
            SerializeOperator => {
                self.in_order = true;
                apart(|| self.extend(input, operator))
            }
            SummarizeOperator => apart(|| self.summarize(input, operator)),
            DistinctOperator => apart(|| self.distinct(input, operator)),
            SortOperator => apart(|| self.sort(input, operator)),
            TopOperator => apart(|| self.top(input, operator)),
            TakeOperator => apart(|| self.take(input, operator)),
            CountOperator => Some(count(input, operator)),
            JoinOperator => apart(|| self.join(input, operator)),
            LookupOperator => apart(|| self.lookup_operator(input, operator)),
            UnionOperator => apart(|| self.union_with(input, operator)),
            MvExpandOperator => apart(|| self.mv_expand(input, operator)),
            MvApplyOperator => apart(|| self.mv_apply(input, operator)),
            TopNestedOperator => apart(|| self.top_nested(input, operator)),
            TopHittersOperator => apart(|| self.top_hitters(input, operator)),
            SampleOperator => apart(|| self.sample(input, operator)),
            SampleDistinctOperator => apart(|| self.sample_distinct(input, operator)),
            ScanOperator => apart(|| self.scan(input, operator)),
            PartitionOperator => apart(|| self.partition(input, operator)),
            MakeSeriesOperator => apart(|| self.make_series(input, operator)),
            InvokeOperator => apart(|| self.invoke(input, operator)),
            AsOperator => apart(|| self.as_operator(input, operator)),
            MakeGraphOperator
            | GraphMatchOperator
            | GraphShortestPathsOperator
            | GraphToTableOperator
            | GraphMarkComponentsOperator
            | GraphWhereNodesOperator
            | GraphWhereEdgesOperator => apart(|| self.graph_operator(input, operator)),
            EvaluateOperator => apart(|| self.evaluate(input, operator)),
            SearchOperator => apart(|| self.search(Some(input), operator)),
            ParseOperator => apart(|| self.parse(input, operator)),
            ParseKvOperator => apart(|| self.parse_kv(input, operator)),
            GetSchemaOperator => Some(get_schema(input, operator)),
            RenderOperator => Some(pass(input, operator)),
            ConsumeOperator => apart(|| Some(self.consume(input, operator))),
            ForkOperator | FacetOperator => apart(|| Some(self.several(input, operator))),
            ReduceOperator => apart(|| self.reduce(input, operator)),
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

    fn where_operator(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let row = self.row(&input.schema);
        let predicate = self.predicate(&operator.expression()?, &row)?;
        if predicate.ty == ScalarType::Dynamic {
            let message = "the condition is of type dynamic, not bool";
            self.object(message, predicate.range.clone());
        }
        Some(self.filtered(input, predicate, operator.range()))
    }

    /// `as`: the table gets a name. A plugin may read it before the pipeline has come to here; only then
    /// it is kept as a plan.
    fn as_operator(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
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
}

/// Where the columns stand that an open input turns out to have: behind those that are known.
fn place_of_inferred(operator: SyntaxKind, input: &Schema) -> usize {
    match operator {
        SyntaxKind::ProjectReorderOperator => 0,
        _ => input.len(),
    }
}

/// Puts columns that are not there yet at a place, or at the end when there are fewer.
fn insert_inferred(schema: &mut Schema, names: Vec<String>, place: usize) {
    let mut place = place.min(schema.len());
    for name in names {
        if schema.index_of(&name).is_none() {
            let ty = ScalarType::Unknown;
            schema.columns.insert(place, ColumnSchema { name, ty });
            place += 1;
        }
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

fn count(input: Plan, operator: &Operator) -> Plan {
    let name = operator.name();
    let name = name.map_or_else(|| "Count".to_owned(), |name| name.text());
    let schema = Schema::new([(name, ScalarType::Long)]);
    let input = Box::new(input);
    plan(Node::Count { input }, schema, operator.range())
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
