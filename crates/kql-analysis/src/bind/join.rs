//! `join` and `lookup`.

use kql_syntax::ast::Operator;

use super::Binder;
use super::join_keys::infer_keys;
use super::names::ColumnNames;
use super::tabular::plan;
use crate::plan::{Expr, ExprKind, JoinColumn, JoinKind, Node, Plan};
use crate::types::{ColumnSchema, Schema};

impl Binder<'_> {
    /// `join`: rows of both sides whose keys agree.
    pub(crate) fn join(&mut self, mut left: Plan, operator: &Operator) -> Option<Plan> {
        let lost_left = self.lost_input;
        let right = self.tabular(&operator.expression()?)?;
        let mut right = self.outside_parts(right)?;
        let kind = self.join_kind(operator)?;
        let keys = self.join_keys(&left.schema, &right.schema, operator)?;
        if self.is_checker() {
            if !lost_left {
                infer_keys(&mut left.schema, "$left", operator);
            }
            infer_keys(&mut right.schema, "$right", operator);
        }
        let (outputs, schema) = join_columns(&left.schema, &right.schema, kind, &[]);
        Some(joined(left, right, kind, keys, outputs, schema, operator))
    }

    /// `lookup`: a join that keeps the left rows and takes no key column from the right side.
    pub(crate) fn lookup_operator(&mut self, left: Plan, operator: &Operator) -> Option<Plan> {
        let right = self.tabular(&operator.expression()?)?;
        let right = self.outside_parts(right)?;
        let kind = match operator.parameter("kind").as_deref() {
            None | Some("leftouter") => JoinKind::LeftOuter,
            Some("inner") => JoinKind::Inner,
            Some(other) => {
                let message = format!("`{other}` is not a kind of lookup");
                let hint = "use `leftouter` or `inner`".to_owned();
                self.error("RS2021", &message, Some(hint), operator.range());
                return None;
            }
        };
        let keys = self.join_keys(&left.schema, &right.schema, operator)?;
        let dropped: Vec<usize> = keys
            .iter()
            .filter_map(|(_, right)| match right.kind {
                ExprKind::Column(index) => Some(index),
                _ => None,
            })
            .collect();
        let (outputs, schema) = join_columns(&left.schema, &right.schema, kind, &dropped);
        Some(joined(left, right, kind, keys, outputs, schema, operator))
    }

    /// The kind that a join names; `innerunique` when it names none.
    fn join_kind(&mut self, operator: &Operator) -> Option<JoinKind> {
        let Some(written) = operator.parameter("kind") else {
            return Some(JoinKind::InnerUnique);
        };
        Some(match written.to_ascii_lowercase().as_str() {
            "innerunique" => JoinKind::InnerUnique,
            "inner" => JoinKind::Inner,
            "leftouter" => JoinKind::LeftOuter,
            "rightouter" => JoinKind::RightOuter,
            "fullouter" => JoinKind::FullOuter,
            "leftsemi" => JoinKind::LeftSemi,
            "rightsemi" => JoinKind::RightSemi,
            "leftanti" | "anti" | "leftantisemi" => JoinKind::LeftAnti,
            "rightanti" | "rightantisemi" => JoinKind::RightAnti,
            _ => {
                let message = format!("`{written}` is not a kind of join");
                let hint = "use `inner`, `leftouter`, …".to_owned();
                self.error("RS2021", &message, Some(hint), operator.range());
                return None;
            }
        })
    }
}

/// A join as a plan.
fn joined(
    left: Plan,
    right: Plan,
    kind: JoinKind,
    keys: Vec<(Expr, Expr)>,
    outputs: Vec<JoinColumn>,
    schema: Schema,
    operator: &Operator,
) -> Plan {
    let node = Node::Join {
        left: Box::new(left),
        right: Box::new(right),
        kind,
        keys,
        outputs,
    };
    plan(node, schema, operator.range())
}

/// Columns of the result: both sides, or one for semi and anti joins. A name of the right side that is
/// taken gets a number.
fn join_columns(
    left: &Schema,
    right: &Schema,
    kind: JoinKind,
    dropped: &[usize],
) -> (Vec<JoinColumn>, Schema) {
    let only_left = matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti);
    let only_right = matches!(kind, JoinKind::RightSemi | JoinKind::RightAnti);
    let mut names = ColumnNames::beside(right);
    let mut outputs = Vec::new();
    let mut columns = Vec::new();
    if !only_right {
        for (index, column) in left.columns.iter().enumerate() {
            outputs.push(JoinColumn::Left(index));
            columns.push(ColumnSchema {
                name: names.take(&column.name),
                ty: column.ty,
            });
        }
    }
    if !only_left {
        let columns_of_right = right.columns.iter().enumerate();
        for (index, column) in columns_of_right.filter(|(index, _)| !dropped.contains(index)) {
            outputs.push(JoinColumn::Right(index));
            columns.push(ColumnSchema {
                name: names.take(&column.name),
                ty: column.ty,
            });
        }
    }
    let open = (left.open && !only_right) || (right.open && !only_left);
    (outputs, Schema::from(columns).opened(open))
}
