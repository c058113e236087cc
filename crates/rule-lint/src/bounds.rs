//! Fewest and most rows that an operator can give, whatever the logs hold.

use kql_analysis::plan::{Node, Plan, Query};

use crate::constants::number;

/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 200;

/// Fewest and most rows; `most` is `None` when there is no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    pub least: u64,
    pub most: Option<u64>,
}

impl Rows {
    const ANY: Self = Self {
        least: 0,
        most: None,
    };

    fn exactly(rows: u64) -> Self {
        Self {
            least: rows,
            most: Some(rows),
        }
    }

    fn at_most(self, most: u64) -> Self {
        Self {
            least: self.least.min(most),
            most: Some(self.most.map_or(most, |known| known.min(most))),
        }
    }
}

/// The bounds of an operator's result.
pub(crate) fn rows(query: &Query, plan: &Plan) -> Rows {
    rows_within(query, plan, MAX_DEPTH)
}

fn rows_within(query: &Query, plan: &Plan, depth: usize) -> Rows {
    let Some(depth) = depth.checked_sub(1) else {
        return Rows::ANY;
    };
    let of = |input: &Plan| rows_within(query, input, depth);
    match &plan.node {
        Node::Count { .. } | Node::Print { .. } => Rows::exactly(1),
        Node::Summarize { keys, .. } if keys.is_empty() => Rows::exactly(1),
        Node::Summarize { input, .. } | Node::Distinct { input } => Rows {
            least: of(input).least.min(1),
            ..of(input)
        },
        Node::Rows { rows } => Rows::exactly(rows.len() as u64),
        Node::Where { input, .. } => Rows {
            least: 0,
            ..of(input)
        },
        Node::Take { input, count } | Node::Top { input, count, .. } => {
            match number(query, count).filter(|count| *count >= 0.0) {
                Some(count) => of(input).at_most(count as u64),
                None => Rows {
                    least: 0,
                    ..of(input)
                },
            }
        }
        Node::Project { input, .. }
        | Node::Extend { input, .. }
        | Node::ExtendTuple { input, .. }
        | Node::Sort { input, .. }
        | Node::As { input, .. }
        | Node::Pass { input } => of(input),
        Node::Shared { index } => query
            .shared
            .get(*index)
            .and_then(|shared| shared.plan.as_ref())
            .map_or(Rows::ANY, of),
        Node::Union { inputs, .. } => {
            let inputs = inputs.iter().map(|(input, _)| of(input));
            inputs.fold(Rows::exactly(0), |sum, one| Rows {
                least: sum.least.saturating_add(one.least),
                most: sum.most.zip(one.most).map(|(a, b)| a.saturating_add(b)),
            })
        }
        _ => Rows::ANY,
    }
}
