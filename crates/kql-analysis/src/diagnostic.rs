//! What is wrong with a query's names and types, and where.

use std::ops::Range;

use kql_syntax::Repair;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The query cannot be run.
    Error,
    /// The query runs, but likely not as meant.
    Warning,
}

/// A finding of the parser or the binder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code: `RS1…` for syntax, `RS2…` for names and types, `RS3…` for what is not supported,
    /// `RS4…` for what the service's checker objects to, although its engine runs it.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it, when that is known.
    pub hint: Option<String>,
    /// Place in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// A change of the text that is likely to be what was meant.
    pub repair: Option<Repair>,
}

impl Diagnostic {
    /// Whether the query cannot be run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is sound KQL that Rulesmith does not run.
    pub fn is_unsupported(&self) -> bool {
        self.code.starts_with("RS3")
    }

    /// Whether the service's checker reports it as an error of names or types.
    pub fn is_semantic(&self) -> bool {
        match self.severity {
            Severity::Error => !self.is_syntax() && !self.is_unsupported(),
            Severity::Warning => self.code.starts_with("RS4"),
        }
    }

    /// Whether the parser found it.
    pub fn is_syntax(&self) -> bool {
        self.code.starts_with("RS1")
    }
}

impl From<&kql_syntax::Diagnostic> for Diagnostic {
    fn from(found: &kql_syntax::Diagnostic) -> Self {
        Self {
            code: found.code,
            severity: Severity::Error,
            message: found.message.clone(),
            hint: found.hint.clone(),
            range: found.range.clone(),
            repair: found.repair.clone(),
        }
    }
}
