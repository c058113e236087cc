//! One finding of one lint in one rule.

use std::ops::Range;

use serde::Serialize;

use crate::lint::{Level, Lint};

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code of the lint.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found, in a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// Field of the rule, by its name in YAML, such as `entityMappings[0].fieldMappings[1].columnName`.
    pub field: String,
    /// Place in the query text in UTF-8 bytes, when it is in the query.
    pub range: Option<Range<usize>>,
    /// The comment that allows it.
    pub suppression: Option<Suppression>,
}

/// A comment in the query that allows a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// The reason that the comment gives; may be empty.
    pub reason: String,
}

/// The findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub Vec<Finding>);

impl Findings {
    /// A finding at a field of the rule.
    pub fn field(&mut self, lint: &Lint, field: impl Into<String>, message: impl Into<String>) {
        self.push(lint, field.into(), None, message.into());
    }

    /// A finding at a place in the query.
    pub fn query(&mut self, lint: &Lint, range: Range<usize>, message: impl Into<String>) {
        self.push(lint, "query".to_owned(), Some(range), message.into());
    }

    /// A finding with a remedy of its own.
    pub fn with_remedy(mut finding: Finding, remedy: &str) -> Finding {
        if !remedy.is_empty() {
            remedy.clone_into(&mut finding.remedy);
        }
        finding
    }

    fn push(&mut self, lint: &Lint, field: String, range: Option<Range<usize>>, message: String) {
        self.0.push(Finding {
            code: lint.code,
            level: lint.level,
            message,
            remedy: lint.remedy.to_owned(),
            field,
            range,
            suppression: None,
        });
    }

    /// Gives the last finding a remedy of its own, unless it is empty.
    pub fn remedy(&mut self, remedy: &str) {
        if let Some(last) = self.0.pop() {
            self.0.push(Self::with_remedy(last, remedy));
        }
    }
}
