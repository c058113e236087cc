//! `search` and `find`: rows of several tables that a predicate holds for.
//!
//! The predicate is bound to each table by itself. A column that it names and a table lacks is null there.
//! A table that has none of them is passed over, unless the predicate looks for terms in all columns.

use indexmap::IndexMap;
use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::literals::constant;
use super::search_memory::SearchMemory;
use super::tabular::plan;
use super::union::{Input, Inputs, Uniting};
use crate::plan::{Node, Plan};
use crate::types::{ColumnSchema, Schema};
use crate::value::Value;

/// Column of the table's name in the result of `search`.
const TABLE_COLUMN: &str = "$table";
/// Code of a name that is neither a column nor declared.
const UNKNOWN_NAME: &str = "RS2006";

impl Binder<'_> {
    /// `search …` at the head, or `T | search …`.
    pub(crate) fn search(&mut self, input: Option<Plan>, operator: &Operator) -> Option<Plan> {
        let sensitive = self.search_kind(operator)?;
        let inputs = self.searched(input, operator, "search_arg")?;
        let predicate = operator.expression()?;
        let outer = std::mem::replace(&mut self.case_sensitive, sensitive);
        let found = self.matching_rows(inputs, &predicate, operator);
        self.case_sensitive = outer;
        let (mut inputs, _) = found?;
        for (_, input) in &mut inputs.tables {
            drop_column(input, TABLE_COLUMN);
        }
        let uniting = Uniting {
            source: Some(TABLE_COLUMN.to_owned()),
            inner: false,
        };
        self.united(inputs, uniting, operator.range())
    }

    /// Whether letters of different case are told apart.
    fn search_kind(&mut self, operator: &Operator) -> Option<bool> {
        match operator.parameter("kind").as_deref() {
            Some("case_sensitive") => Some(true),
            None | Some("default" | "case_insensitive") => Some(false),
            Some(other) => {
                let message = format!("`{other}` is not a kind of `search`");
                let hint = "use `case_sensitive` or `case_insensitive`";
                self.error("RS2032", &message, Some(hint.to_owned()), operator.range());
                None
            }
        }
    }

    /// The tables that are searched: the input, those that are listed, or all that there are.
    pub(crate) fn searched(
        &mut self,
        input: Option<Plan>,
        operator: &Operator,
        prefix: &'static str,
    ) -> Option<Inputs> {
        let mut inputs = Inputs::named(prefix);
        let listed = operator.tables();
        if let Some(input) = input {
            if !listed.is_empty() {
                let message = "`search in (…)` reads its own tables and takes no input";
                let hint = "put it at the head of the query";
                self.error("RS2032", message, Some(hint.to_owned()), operator.range());
            }
            self.add_input(input, &mut inputs);
        } else if listed.is_empty() {
            let names = self.tables_like(|_| true);
            self.read_tables(names, operator.range(), &mut inputs)?;
        } else {
            for item in &listed {
                self.read_input(item, false, &mut inputs)?;
            }
        }
        Some(inputs)
    }

    /// The inputs with the rows that a predicate holds for, and the columns that it names. Tables lose no
    /// column here; they have those named ones besides that others have.
    pub(crate) fn matching_rows(
        &mut self,
        mut inputs: Inputs,
        predicate: &Syntax,
        operator: &Operator,
    ) -> Option<(Inputs, Vec<ColumnSchema>)> {
        let named = named_columns(predicate, &inputs.tables);
        if self.is_checker() {
            // Errors are the same for each table, and there may be hundreds.
            let all = every_column(&inputs.tables);
            let row = self.row(&all);
            self.search_predicate(predicate, &row);
            return Some((inputs, named));
        }
        self.check_names(predicate, &named)?;
        let memory = SearchMemory::at(self.inlining);
        let outer = self.searching.replace(memory);
        let mut sound = true;
        for (_, input) in &mut inputs.tables {
            let widened = widened(input, &named);
            let row = self.row(&widened.schema);
            let Some(condition) = self.search_predicate(predicate, &row) else {
                sound = false;
                continue;
            };
            let passed_over = is_passed_over(input, &named, predicate);
            let mut schema = input.schema.clone();
            schema.columns = widened.schema.columns.clone();
            let node = match passed_over {
                true => Node::Rows { rows: Vec::new() },
                false => Node::Where {
                    input: Box::new(widened),
                    predicate: condition,
                },
            };
            let found = plan(node, schema, operator.range());
            *input = narrowed(found, &input.schema);
        }
        self.searching = outer;
        sound.then_some((inputs, named))
    }
}

impl Binder<'_> {
    /// Reports names that no table has, once and not for each table.
    fn check_names(&mut self, predicate: &Syntax, named: &[ColumnSchema]) -> Option<()> {
        let mut distinct: Vec<ColumnSchema> = Vec::new();
        for column in named {
            if distinct.iter().all(|known| known.name != column.name) {
                distinct.push(column.clone());
            }
        }
        let schema = Schema::from(distinct);
        let row = self.row(&schema);
        let (before, broken) = (self.diagnostics.len(), self.broken);
        let outer = self.searching.take();
        let bound = self.search_predicate(predicate, &row);
        self.searching = outer;
        let found = self.diagnostics.split_off(before);
        let sound = !found.iter().any(|found| found.code == UNKNOWN_NAME);
        if !sound {
            self.diagnostics.extend(found);
            return None;
        }
        bound?;
        self.broken = broken;
        Some(())
    }
}

/// Whether a predicate looks into all columns of a table: for a term, or with `*`.
fn reads_all_columns(predicate: &Syntax) -> bool {
    match predicate {
        Syntax::Literal(_) | Syntax::Star(_) | Syntax::Wildcard(_) => true,
        Syntax::Paren(paren) => paren.inner().is_some_and(|inner| reads_all_columns(&inner)),
        Syntax::Logical(logical) => logical.operands().iter().any(reads_all_columns),
        Syntax::Binary(binary) => {
            let left = binary.left();
            left.is_some_and(|left| matches!(left, Syntax::Star(_) | Syntax::Wildcard(_)))
        }
        Syntax::Call(call) => {
            let negates = call.name().is_some_and(|name| name.text() == "not");
            negates && call.arguments().iter().any(reads_all_columns)
        }
        _ => false,
    }
}

/// The columns that a predicate names and some table has, one for each type.
fn named_columns(predicate: &Syntax, inputs: &[Input]) -> Vec<ColumnSchema> {
    let mut names: Vec<String> = Vec::new();
    for node in predicate.syntax().descendants() {
        let parent = node.parent().map(|parent| parent.kind());
        let called = parent == Some(SyntaxKind::CallExpression);
        let member = parent == Some(SyntaxKind::MemberExpression) && node.prev_sibling().is_some();
        if node.kind() == SyntaxKind::NameReference
            && !called
            && !member
            && let Some(Syntax::Name(name)) = Syntax::cast(node)
            && !names.contains(&name.text())
        {
            names.push(name.text());
        }
    }
    let mut columns: Vec<ColumnSchema> = Vec::new();
    let all = inputs.iter().flat_map(|(_, input)| &input.schema.columns);
    for column in all.filter(|column| names.contains(&column.name)) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    columns
}

/// The columns of all tables, each name with the first type that it has.
fn every_column(inputs: &[Input]) -> Schema {
    let mut all: IndexMap<&str, &ColumnSchema> = IndexMap::new();
    for column in inputs.iter().flat_map(|(_, input)| &input.schema.columns) {
        all.entry(&column.name).or_insert(column);
    }
    let columns: Vec<ColumnSchema> = all.into_values().cloned().collect();
    let open = inputs.iter().any(|(_, input)| input.schema.open);
    Schema::from(columns).opened(open)
}

/// Whether a table has none of the columns that a predicate reads.
pub(crate) fn is_passed_over(input: &Plan, named: &[ColumnSchema], predicate: &Syntax) -> bool {
    if reads_all_columns(predicate) {
        return false;
    }
    let has = |column: &ColumnSchema| input.schema.index_of(&column.name).is_some();
    !input.schema.open && !named.is_empty() && !named.iter().any(has)
}

/// A table with columns of nulls for the named ones that it lacks.
fn widened(input: &Plan, named: &[ColumnSchema]) -> Plan {
    let mut schema = input.schema.clone();
    let mut columns = Vec::new();
    for column in named {
        if schema.index_of(&column.name).is_none() {
            let null = constant(Value::Null, column.ty, input.range.clone());
            columns.push((schema.len(), null));
            schema.columns.push(column.clone());
        }
    }
    if columns.is_empty() {
        return input.clone();
    }
    let node = Node::Extend {
        input: Box::new(input.clone()),
        columns,
    };
    plan(node, schema, input.range.clone())
}

/// A widened table with its own columns alone.
fn narrowed(found: Plan, own: &Schema) -> Plan {
    if found.schema.len() == own.len() {
        return found;
    }
    let range = found.range.clone();
    let indexes: Vec<usize> = (0..own.len()).collect();
    let open = own.open;
    let mut narrow = super::project::selected(found, &indexes, range);
    narrow.schema.open |= open;
    narrow
}

fn drop_column(input: &mut Plan, name: &str) {
    if let Some(dropped) = input.schema.index_of(name) {
        let kept = (0..input.schema.len()).filter(|index| *index != dropped);
        let (kept, range) = (kept.collect::<Vec<usize>>(), input.range.clone());
        *input = super::project::selected(input.clone(), &kept, range);
    }
}
