//! `find`: rows of several tables that a predicate holds for, with a choice of columns.

use kql_syntax::ast::{FindColumn, Operator};

use super::Binder;
use super::conversions::converted;
use super::literals::constant;
use super::search::is_passed_over;
use super::union::{Input, Uniting};
use crate::plan::{NamedExpr, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// Column of the table's name, unless `withsource` gives another.
const SOURCE_COLUMN: &str = "source_";
/// Column of the packed columns.
const PACK_COLUMN: &str = "pack_";

/// The columns of the result.
#[derive(Default)]
struct Wanted {
    /// Columns by name, each with its type and whether values of other types are converted to it.
    columns: Vec<(ColumnSchema, bool)>,
    /// Whether columns are packed: all of them, or those that are not in the result.
    pack: Option<Packing>,
}

#[derive(Clone, Copy, PartialEq)]
enum Packing {
    All,
    Others,
}

impl Binder<'_> {
    /// `find … where … project …`.
    pub(crate) fn find(&mut self, operator: &Operator) -> Option<Plan> {
        let inputs = self.searched(None, operator, "find_arg")?;
        let before = inputs.tables.clone();
        let predicate = operator.expression()?;
        let (mut inputs, named) = self.matching_rows(inputs, &predicate, operator)?;
        let passed_over = before
            .iter()
            .map(|(_, table)| is_passed_over(table, &named, &predicate));
        let mut passed_over = passed_over.collect::<Vec<_>>().into_iter();
        inputs.tables.retain(|_| passed_over.next() != Some(true));
        let wanted = match operator.find_project() {
            Some(columns) if !columns.is_empty() => {
                self.projected_columns(&columns, &inputs.tables, operator)?
            }
            _ => smart_columns(&inputs.tables, &named),
        };
        if operator.find_project_away().is_some() {
            self.unsupported("`project-away` of `find`", operator.range());
            return None;
        }
        for (_, input) in &mut inputs.tables {
            *input = self.found(input.clone(), &wanted, operator)?;
        }
        let source = operator.parameter("withsource");
        let uniting = Uniting {
            source: Some(source.unwrap_or_else(|| SOURCE_COLUMN.to_owned())),
            inner: false,
        };
        self.united(inputs, uniting, operator.range())
    }

    /// The columns of a `project` clause.
    fn projected_columns(
        &mut self,
        columns: &[FindColumn],
        inputs: &[Input],
        operator: &Operator,
    ) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        for column in columns {
            match column {
                FindColumn::Pack(_) => wanted.pack = Some(Packing::All),
                FindColumn::Star => {
                    self.unsupported("`*` among the columns of `find`", operator.range());
                    return None;
                }
                FindColumn::Column(declaration) => {
                    let name = declaration.name()?.text();
                    let types = types_of(&name, inputs);
                    let declared = match declaration.type_name() {
                        Some(written) => Some(self.declared_type(&written, declaration.range())?),
                        None => None,
                    };
                    let Some(ty) = declared.or_else(|| widest(&types)) else {
                        let open = inputs.iter().any(|(_, input)| input.schema.open);
                        if !open {
                            let message = format!("no table has a column `{name}`");
                            self.error("RS2006", &message, None, declaration.range());
                        }
                        self.broken |= open;
                        continue;
                    };
                    wanted.columns.push((ColumnSchema { name, ty }, true));
                }
            }
        }
        Some(wanted)
    }

    /// The wanted columns of a table.
    fn found(&mut self, input: Plan, wanted: &Wanted, operator: &Operator) -> Option<Plan> {
        let mut columns = Vec::new();
        for (column, convert) in &wanted.columns {
            let index = input.schema.index_of(&column.name);
            let index = index.filter(|index| *convert || input.schema.columns[*index] == *column);
            let expr = match index {
                Some(index) => {
                    let own = self.column(&input.schema, index, operator.range());
                    converted(own, column.ty)
                }
                None => constant(Value::Null, column.ty, operator.range()),
            };
            columns.push(NamedExpr {
                name: column_name(column, &wanted.columns),
                expr,
            });
        }
        if let Some(packing) = wanted.pack {
            let packed = (0..input.schema.len()).filter(|index| {
                let own = &input.schema.columns[*index];
                let shown = wanted.columns.iter().any(|(column, _)| column == own);
                packing == Packing::All || !shown
            });
            let packed: Vec<usize> = packed.collect();
            let flag = constant(Value::Bool(false), ScalarType::Bool, operator.range());
            columns.push(NamedExpr {
                name: PACK_COLUMN.to_owned(),
                expr: self.packed(&input.schema, &packed, flag, operator.range())?,
            });
        }
        Some(super::project::projected(input, columns, operator.range()))
    }
}

/// The columns that `project-smart` gives: those of all tables, and then those that the predicate names.
/// The others are packed.
fn smart_columns(inputs: &[Input], named: &[ColumnSchema]) -> Wanted {
    let all = inputs.iter().flat_map(|(_, input)| &input.schema.columns);
    let mut all: Vec<&ColumnSchema> = all.collect();
    let everywhere = |column: &ColumnSchema| {
        let mut inputs = inputs.iter();
        inputs.all(|(_, input)| input.schema.columns.contains(column))
    };
    let mut wanted: Vec<(ColumnSchema, bool)> = Vec::new();
    let shared = all.iter().copied().filter(|column| everywhere(column));
    for column in shared.chain(named) {
        if wanted.iter().all(|(known, _)| known != column) {
            wanted.push((column.clone(), false));
        }
    }
    all.retain(|column| wanted.iter().all(|(known, _)| known != *column));
    Wanted {
        columns: wanted,
        pack: (!all.is_empty()).then_some(Packing::Others),
    }
}

/// The name of a column; with its type when several types have the name.
fn column_name(column: &ColumnSchema, columns: &[(ColumnSchema, bool)]) -> String {
    let alike = columns
        .iter()
        .filter(|(other, _)| other.name == column.name);
    match alike.count() > 1 {
        true => format!("{}_{}", column.name, column.ty.name()),
        false => column.name.clone(),
    }
}

fn types_of(name: &str, inputs: &[Input]) -> Vec<ScalarType> {
    let columns = inputs
        .iter()
        .filter_map(|(_, input)| column_of(&input.schema, name));
    columns.map(|column| column.ty).collect()
}

fn column_of<'s>(schema: &'s Schema, name: &str) -> Option<&'s ColumnSchema> {
    schema.columns.get(schema.index_of(name)?)
}

/// The type that holds values of all: the widest number, or else the first.
fn widest(types: &[ScalarType]) -> Option<ScalarType> {
    use ScalarType::{Decimal, Int, Long, Real};
    let numbers = [Int, Long, Real, Decimal];
    let rank = |ty: &ScalarType| numbers.iter().position(|number| number == ty);
    let ranks: Option<Vec<usize>> = types.iter().map(rank).collect();
    match ranks.and_then(|ranks| ranks.into_iter().max()) {
        Some(rank) => numbers.get(rank).copied(),
        None => types.first().copied(),
    }
}
