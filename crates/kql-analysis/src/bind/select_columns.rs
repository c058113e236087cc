//! `project-away`, `-keep`, `-rename` and `-reorder`: which columns of the input stay, under which names.

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Expr as Syntax, Named, Operator, Ordered, range_of};

use super::Binder;
use super::project::{kept, projected, selected};
use crate::plan::{ExprKind, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn project_away(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let away = self.matching(&input.schema, &operator.list())?;
        let indexes: Vec<usize> = (0..input.schema.len())
            .filter(|index| !away.contains(index))
            .collect();
        Some(selected(input, &indexes, operator.range()))
    }

    pub(crate) fn project_keep(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes = self.matching(&input.schema, &operator.list())?;
        indexes.sort_unstable();
        indexes.dedup();
        Some(selected(input, &indexes, operator.range()))
    }

    /// Indexes of the columns that names and wildcards stand for, in their order.
    fn matching(&mut self, schema: &Schema, items: &[Syntax]) -> Option<Vec<usize>> {
        let mut indexes = Vec::new();
        for item in items {
            indexes.extend(self.matching_one(schema, item).unwrap_or_default());
        }
        Some(indexes)
    }

    fn matching_one(&mut self, schema: &Schema, item: &Syntax) -> Option<Vec<usize>> {
        if let Syntax::Wildcard(wildcard) = item {
            let fits = |index: &usize| wildcard.matches(&schema.columns[*index].name);
            let found: Vec<usize> = (0..schema.len()).filter(fits).collect();
            if found.is_empty() && !schema.open {
                let message = format!("no column fits `{}`", item.syntax().text());
                self.object(message.trim(), item.range());
            }
            return Some(found);
        }
        let row = self.row(schema);
        let found = self.expression(item, &row)?;
        match found.kind {
            ExprKind::Column(index) => Some(vec![index]),
            _ if found.ty == ScalarType::Unknown => Some(Vec::new()),
            _ => {
                let message = "only names of columns stand here";
                self.error("RS2019", message, None, item.range());
                None
            }
        }
    }

    pub(crate) fn project_rename(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut schema = input.schema.clone();
        for item in operator.list() {
            let Syntax::Named(named) = &item else {
                self.error("RS2019", "write `new = old`", None, item.range());
                continue;
            };
            let matched = self.matching_one(&input.schema, &named.value()?);
            let Some(index) = matched.and_then(|matched| matched.first().copied()) else {
                self.rename_inferred(named);
                continue;
            };
            self.rename_column(&mut schema, index, named)?;
        }
        let range = operator.range();
        let columns = (0..schema.len())
            .map(|index| kept(&schema, index, range.clone()))
            .collect();
        Some(projected(input, columns, range))
    }

    /// Gives a column its new name, unless another one has it; then that is reported.
    fn rename_column(&mut self, schema: &mut Schema, index: usize, named: &Named) -> Option<()> {
        let name = named.name()?.text();
        if schema.columns[index].name == name {
            let message = format!("the column is named `{name}` already");
            self.object(&message, named.range());
        }
        if schema.index_of(&name).is_some_and(|other| other != index) {
            let message = format!("there is a column `{name}` already");
            self.error("RS2019", &message, None, named.range());
            return None;
        }
        schema.columns[index].name = name;
        Some(())
    }

    /// A column that an open table is believed to have gets another name.
    fn rename_inferred(&mut self, named: &Named) {
        let (Some(Syntax::Name(old)), Some(new)) = (named.value(), named.name()) else {
            return;
        };
        let old = old.text();
        if let Some(inferred) = self.inferred.iter_mut().find(|name| **name == old) {
            *inferred = new.text();
        }
    }

    /// The checker gives a column that does not exist, or that an open table may have, its place.
    fn missing_column(&mut self, schema: &mut Schema, item: &Syntax) -> Option<usize> {
        let Syntax::Name(name) = item else {
            return None;
        };
        let (name, ty) = (name.text(), ScalarType::Unknown);
        if !self.is_checker() {
            return None;
        }
        self.inferred.retain(|inferred| *inferred != name);
        schema.columns.push(ColumnSchema { name, ty });
        Some(schema.len() - 1)
    }

    /// `project-reorder`: the columns that are named go first, the others stay behind them.
    pub(crate) fn project_reorder(&mut self, mut input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes: Vec<usize> = Vec::new();
        for node in operator.items() {
            let group = self.reordered(&mut input.schema, &node)?;
            add_new(&mut indexes, group);
        }
        add_new(&mut indexes, 0..input.schema.len());
        Some(selected(input, &indexes, operator.range()))
    }

    /// The columns of one item of `project-reorder`, by name when it has `asc` or `desc`.
    fn reordered(&mut self, schema: &mut Schema, node: &SyntaxNode) -> Option<Vec<usize>> {
        let ordered = Ordered::cast(node.clone());
        let item = match &ordered {
            Some(ordered) => ordered.expression(),
            None => Syntax::cast(node.clone()),
        };
        let item = item?;
        let mut matched = self.matching_one(schema, &item)?;
        if matched.is_empty() {
            matched.extend(self.missing_column(schema, &item));
        }
        let Some(ordered) = ordered else {
            return Some(matched);
        };
        if ordered.has("granny-asc") || ordered.has("granny-desc") {
            self.unsupported("the order `granny-…`", range_of(node));
            return None;
        }
        matched.sort_by(|a, b| schema.columns[*a].name.cmp(&schema.columns[*b].name));
        if ordered.has("desc") {
            matched.reverse();
        }
        Some(matched)
    }
}

/// Adds the indexes that are not there yet.
fn add_new(indexes: &mut Vec<usize>, more: impl IntoIterator<Item = usize>) {
    for index in more {
        if !indexes.contains(&index) {
            indexes.push(index);
        }
    }
}
