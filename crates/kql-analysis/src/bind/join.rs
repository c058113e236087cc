//! `join` and `lookup`.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::tabular::plan;
use crate::plan::{Expr, JoinColumn, JoinKind, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
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
                self.error(
                    "RS2021",
                    &message,
                    Some("use `leftouter` or `inner`".to_owned()),
                    operator.range(),
                );
                return None;
            }
        };
        let keys = self.join_keys(&left.schema, &right.schema, operator)?;
        let dropped: Vec<usize> = keys
            .iter()
            .filter_map(|(_, right)| match right.kind {
                crate::plan::ExprKind::Column(index) => Some(index),
                _ => None,
            })
            .collect();
        let (outputs, schema) = join_columns(&left.schema, &right.schema, kind, &dropped);
        Some(joined(left, right, kind, keys, outputs, schema, operator))
    }

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
                self.error(
                    "RS2021",
                    &message,
                    Some("use `inner`, `leftouter`, …".to_owned()),
                    operator.range(),
                );
                return None;
            }
        })
    }

    fn join_keys(
        &mut self,
        left: &Schema,
        right: &Schema,
        operator: &Operator,
    ) -> Option<Vec<(Expr, Expr)>> {
        let conditions = operator.on();
        if conditions.is_empty() {
            let hint = "name the key columns behind `on`";
            self.error(
                "RS2022",
                "the join has no condition",
                Some(hint.to_owned()),
                operator.range(),
            );
            return None;
        }
        let mut keys = Vec::new();
        for condition in &conditions {
            self.join_condition(left, right, condition, &mut keys)?;
        }
        Some(keys)
    }

    /// `name`, `$left.a == $right.b`, or several of them joined by `and`.
    fn join_condition(
        &mut self,
        left: &Schema,
        right: &Schema,
        condition: &Syntax,
        keys: &mut Vec<(Expr, Expr)>,
    ) -> Option<()> {
        match condition.without_parentheses() {
            Syntax::Logical(logical) if logical.is_and() => {
                for operand in logical.operands() {
                    self.join_condition(left, right, &operand, keys)?;
                }
                Some(())
            }
            Syntax::Binary(binary) if binary.operator() == "==" => {
                let first = self.side(left, right, &binary.left()?)?;
                let second = self.side(left, right, &binary.right()?)?;
                match (first, second) {
                    ((false, a), (true, b)) => self.join_key(a, b, condition, keys),
                    ((true, b), (false, a)) => {
                        let message = "the column of `$left` stands first";
                        self.object(message, condition.range());
                        self.join_key(a, b, condition, keys)
                    }
                    _ => {
                        let hint = "compare a column of `$left` with one of `$right`";
                        self.error(
                            "RS2022",
                            "both sides are of one table",
                            Some(hint.to_owned()),
                            condition.range(),
                        );
                        None
                    }
                }
            }
            name @ Syntax::Name(_) => {
                let row = self.row(left);
                let a = self.expression(&name, &row)?;
                let row = self.row(right);
                let b = self.expression(&name, &row)?;
                self.join_key(a, b, condition, keys)
            }
            _ => {
                let hint = "join on columns or on `$left.a == $right.b`";
                self.error(
                    "RS2022",
                    "this is no condition of a join",
                    Some(hint.to_owned()),
                    condition.range(),
                );
                None
            }
        }
    }

    fn join_key(
        &mut self,
        left: Expr,
        right: Expr,
        condition: &Syntax,
        keys: &mut Vec<(Expr, Expr)>,
    ) -> Option<()> {
        let integer = |ty| matches!(ty, ScalarType::Int | ScalarType::Long);
        let same = left.ty == right.ty || (integer(left.ty) && integer(right.ty));
        let known = left.ty != ScalarType::Unknown && right.ty != ScalarType::Unknown;
        if known && !same {
            let message = format!(
                "the keys are of types {} and {}",
                left.ty.name(),
                right.ty.name()
            );
            self.error(
                "RS2022",
                &message,
                Some("convert one in an `extend` before the join".to_owned()),
                condition.range(),
            );
            return Some(());
        }
        if left.ty == ScalarType::Dynamic {
            let hint = "convert the keys with `tostring(…)` before the join";
            self.error(
                "RS2022",
                "a dynamic value cannot be a key",
                Some(hint.to_owned()),
                condition.range(),
            );
            return Some(());
        }
        keys.push((left, right));
        Some(())
    }

    /// Whether a path is of the right table, and its column.
    fn side(&mut self, left: &Schema, right: &Schema, path: &Syntax) -> Option<(bool, Expr)> {
        let path = path.without_parentheses();
        let (base, name) = match &path {
            Syntax::Member(member) => (member.base(), member.member()),
            Syntax::Index(index) => (index.base(), index.index()),
            _ => (None, None),
        };
        if let (Some(Syntax::Name(base)), Some(name)) = (base, name) {
            let is_right = match base.text().as_str() {
                "$left" => Some(false),
                "$right" => Some(true),
                _ => None,
            };
            if let Some(is_right) = is_right {
                let schema = if is_right { right } else { left };
                return Some((is_right, self.key_column(schema, &name)?));
            }
        }
        let hint = "write `$left.column == $right.column`";
        self.error(
            "RS2022",
            "this does not say of which table it is",
            Some(hint.to_owned()),
            path.range(),
        );
        None
    }
}

impl Binder<'_> {
    /// A column of one side, as a name or as its text in brackets.
    fn key_column(&mut self, schema: &Schema, name: &Syntax) -> Option<Expr> {
        let row = self.row(schema);
        match name.string() {
            Some(text) => self.name(&text, &row, name.range()),
            None => self.expression(name, &row),
        }
    }
}

/// An open table has the columns that the conditions name of it; the checker counts them among its own.
fn infer_keys(schema: &mut Schema, side: &str, operator: &Operator) {
    if !schema.open {
        return;
    }
    let mut names = Vec::new();
    for condition in operator.on() {
        key_names(&condition, side, &mut names);
    }
    for name in names {
        if schema.index_of(&name).is_none() {
            let ty = ScalarType::Unknown;
            schema.columns.push(ColumnSchema { name, ty });
        }
    }
}

/// The columns of a side that a condition names.
fn key_names(condition: &Syntax, side: &str, names: &mut Vec<String>) {
    let text = |name: Option<Syntax>| match name {
        Some(Syntax::Name(name)) => Some(name.text()),
        other => other.and_then(|other| other.string()),
    };
    let is_side = |base: Option<Syntax>| text(base).is_some_and(|base| base == side);
    match condition.without_parentheses() {
        Syntax::Logical(logical) => {
            for operand in logical.operands() {
                key_names(&operand, side, names);
            }
        }
        Syntax::Binary(binary) => {
            for path in [binary.left(), binary.right()].into_iter().flatten() {
                match path.without_parentheses() {
                    Syntax::Member(member) if is_side(member.base()) => {
                        names.extend(text(member.member()));
                    }
                    Syntax::Index(index) if is_side(index.base()) => {
                        names.extend(text(index.index()));
                    }
                    _ => {}
                }
            }
        }
        Syntax::Name(name) => names.push(name.text()),
        _ => {}
    }
}

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
        for (index, column) in right
            .columns
            .iter()
            .enumerate()
            .filter(|(index, _)| !dropped.contains(index))
        {
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
