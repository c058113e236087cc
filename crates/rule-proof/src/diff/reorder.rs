//! Operators that may change places, brought into one order: filters next to each other are one, a column is
//! made as early as what it reads allows, a filter stands before a column that it does not read, and a column
//! that is only made to be kept is made where it is kept. The columns of one `extend` all read the row as it
//! was before it.

use std::collections::BTreeSet;

use kql_syntax::ast::Expr;

use super::normal::{Part, Step};

/// Functions that read columns which they do not name, or whose value hangs on no column, so that a part with
/// one of them stays where it is.
const FIXED: [&str; 6] = [
    "pack_all",
    "rand",
    "new_guid",
    "column_ifexists",
    "columnifexists",
    "estimate_data_size",
];
/// Most operators of a pipeline that are put in order; longer ones stay as they are written.
const MAX_STEPS: usize = 200;

/// What a part of an operator makes and reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// The column that it makes, when it gives it a name.
    pub makes: Option<String>,
    /// Names in its expression; other names than those of columns do no harm.
    pub reads: BTreeSet<String>,
    /// Whether the names alone say where it may stand.
    pub may_move: bool,
    /// Whether it reads neighbouring rows, so that it matters which of them filters before it leave.
    pub reads_rows: bool,
}

impl Flow {
    /// What an expression makes and reads.
    pub fn of(expr: &Expr) -> Self {
        let expr = expr.without_parentheses();
        let (makes, value) = match &expr {
            Expr::Named(named) => (named.name().map(|name| name.text()), named.value()),
            _ => (None, Some(expr.clone())),
        };
        let is_named = matches!(expr, Expr::Named(_));
        let Some(value) = value.filter(|_| makes.is_some() || !is_named) else {
            return Self::default();
        };
        let mut flow = Self {
            makes,
            may_move: true,
            ..Self::default()
        };
        for expr in value.syntax().descendants().filter_map(Expr::cast) {
            match expr {
                Expr::Name(name) => drop(flow.reads.insert(name.text())),
                Expr::Call(call) => {
                    let name = call.name().map(|name| name.text()).unwrap_or_default();
                    flow.reads_rows |=
                        matches!(name.as_str(), "prev" | "next") || name.starts_with("row_");
                    flow.may_move &= !FIXED.contains(&name.as_str());
                }
                Expr::Star(_) | Expr::Wildcard(_) => flow.may_move = false,
                _ => {}
            }
        }
        flow.may_move &= !flow.reads_rows;
        flow
    }

    /// Whether a part reads the column that this one makes.
    fn feeds(&self, other: &Self) -> bool {
        let made = self.makes.as_ref();
        made.is_some_and(|made| other.reads.contains(made))
    }

    /// Whether two parts in a row may not change places.
    fn holds(&self, other: &Self) -> bool {
        !self.may_move
            || !other.may_move
            || self.feeds(other)
            || other.feeds(self)
            || self.makes.is_some() && self.makes == other.makes
    }

    /// Whether a column that is made right behind this one may be made beside it.
    fn takes(&self, next: &Self) -> bool {
        next.may_move && self.makes.is_some() && !self.feeds(next) && self.makes != next.makes
    }
}

/// The operators of a pipeline in one order.
pub(super) fn settled(steps: Vec<Step>) -> Vec<Step> {
    if steps.len() > MAX_STEPS {
        return steps;
    }
    let mut settled: Vec<Step> = Vec::new();
    for step in steps {
        match step.kind.as_str() {
            "where" => filter(&mut settled, step),
            "project" => keep(&mut settled, step),
            _ => push(&mut settled, step),
        }
    }
    settled
}

/// Adds an operator; a filter right behind one becomes a part of it, and a column is made as early as it may.
fn push(steps: &mut Vec<Step>, mut step: Step) {
    if step.kind == "extend" {
        step.parts.retain(|part| !float(steps, part));
        if step.parts.is_empty() {
            return;
        }
    }
    let joins = step.kind == "where" && !step.parts.iter().any(|part| part.flow.reads_rows);
    match steps.last_mut() {
        Some(last) if joins && last.kind == "where" => {
            last.range.end = step.range.end;
            last.parts.extend(step.parts);
        }
        _ => steps.push(step),
    }
}

/// Makes a column in the earliest of the `extend`s that stand last; false when it builds on the last one.
fn float(steps: &mut [Step], part: &Part) -> bool {
    let mut found = None;
    for (at, step) in steps.iter().enumerate().rev() {
        let takes = |known: &Part| known.flow.takes(&part.flow);
        let is_named = part.flow.makes.is_some();
        if step.kind != "extend" || !is_named || !step.parts.iter().all(takes) {
            break;
        }
        found = Some(at);
        if step.parts.iter().any(|known| known.flow.holds(&part.flow)) {
            break;
        }
    }
    match found.and_then(|at| steps.get_mut(at)) {
        Some(step) => {
            step.parts.push(part.clone());
            true
        }
        None => false,
    }
}

/// Adds a filter: the conditions that read none of the columns made right before it stand before them.
fn filter(steps: &mut Vec<Step>, filter: Step) {
    let Some(made) = steps.pop_if(|last| last.kind == "extend") else {
        return push(steps, filter);
    };
    let (before, behind): (Vec<Part>, Vec<Part>) = filter.parts.iter().cloned().partition(|part| {
        let mut columns = made.parts.iter();
        columns.all(|column| column.flow.makes.is_some() && !column.flow.holds(&part.flow))
    });
    let of = |parts: Vec<Part>| Step {
        parts,
        ..filter.clone()
    };
    if !before.is_empty() {
        push(steps, of(before));
    }
    push(steps, made);
    if !behind.is_empty() {
        push(steps, of(behind));
    }
}

/// Adds a `project`: a column that it only keeps is made in it.
fn keep(steps: &mut Vec<Step>, mut project: Step) {
    while let Some(mut made) = steps.pop_if(|last| last.kind == "extend") {
        let before = made.parts.len();
        let all = made.parts.clone();
        made.parts
            .retain(|column| !is_kept(column, &all, &mut project.parts));
        let is_gone = made.parts.is_empty();
        let is_less = made.parts.len() < before;
        if !is_gone {
            steps.push(made);
        }
        if !is_less || !is_gone {
            break;
        }
    }
    push(steps, project);
}

/// Puts a column in the place where a `project` keeps it, when nothing else of it reads the column, and what
/// the column reads is the same there.
fn is_kept(column: &Part, beside: &[Part], project: &mut [Part]) -> bool {
    let Some(name) = column.flow.makes.as_ref().filter(|_| column.flow.may_move) else {
        return false;
    };
    let is_other = |part: &&Part| part.flow.makes != column.flow.makes;
    let mut others = beside.iter().filter(is_other);
    let is_free = others.all(|other| other.flow.makes.is_some() && !other.flow.feeds(&column.flow));
    let readers = project.iter().filter(|part| part.flow.reads.contains(name));
    if !is_free || readers.count() != 1 {
        return false;
    }
    let keeps = |part: &&mut Part| part.normal == *name && part.flow.makes.is_none();
    match project.iter_mut().find(keeps) {
        Some(kept) => {
            *kept = column.clone();
            true
        }
        None => false,
    }
}
