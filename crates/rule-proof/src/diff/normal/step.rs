//! Operators in normal form, and their parts.

use std::ops::Range;

use crate::diff::reorder::Flow;

/// A part of an operator.
#[derive(Clone, Debug, Default)]
pub(in crate::diff) struct Part {
    /// What the part is of its operator, such as `filter`.
    pub role: &'static str,
    /// Normal form.
    pub normal: String,
    /// What it is about, for pairing a changed part with what it was: a column's name, a comparison's side.
    pub about: String,
    /// Place in the query, in UTF-8 bytes.
    pub range: Range<usize>,
    /// What it makes and reads, for parts that may change places with others.
    pub flow: Flow,
}

/// An operator of a pipeline, or its source.
#[derive(Clone, Debug)]
pub(in crate::diff) struct Step {
    /// Name of the operator, in one spelling; `source` for what the pipeline begins with.
    pub kind: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Whether the order of the parts counts.
    pub is_ordered: bool,
    /// Pipelines inside of it, such as the right side of a join.
    pub inner: Vec<Vec<Step>>,
    /// Place in the query.
    pub range: Range<usize>,
}

impl Step {
    /// Operators in it, itself and those inside.
    pub(super) fn count(&self) -> usize {
        1 + self.inner.iter().flatten().map(Self::count).sum::<usize>()
    }

    /// Normal form of the whole operator.
    pub fn normal(&self) -> String {
        let mut parts: Vec<&str> = self.parts.iter().map(|part| part.normal.as_str()).collect();
        if !self.is_ordered {
            parts.sort_unstable();
        }
        let mut inner: Vec<String> = self.inner.iter().map(|steps| normal_of(steps)).collect();
        if self.kind == "union" {
            inner.sort_unstable();
        }
        format!("{} {} {}", self.kind, parts.join(", "), inner.join(" "))
    }
}

/// Normal form of a pipeline.
pub(in crate::diff) fn normal_of(steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(Step::normal).collect();
    format!("({})", steps.join(" | "))
}
