//! How the binder reports what it finds.

use std::ops::Range;

use kql_syntax::Repair;

use super::{Binder, MAX_ERRORS};
use crate::diagnostic::{Diagnostic, Severity};

impl Binder<'_> {
    /// Reports an error, once for a place and a message.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        message: &str,
        hint: Option<String>,
        range: Range<usize>,
    ) {
        self.report(code, Severity::Error, message, hint, range);
    }

    fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: &str,
        hint: Option<String>,
        range: Range<usize>,
    ) {
        let repeated = self
            .diagnostics
            .iter()
            .any(|known| known.range == range && known.message == message);
        let found = Diagnostic {
            code,
            severity,
            message: message.to_owned(),
            hint,
            range,
            repair: None,
        };
        // What is not supported must not crowd out errors.
        let alike = |known: &&Diagnostic| known.is_unsupported() == found.is_unsupported();
        if !repeated && self.diagnostics.iter().filter(alike).count() < MAX_ERRORS {
            self.diagnostics.push(found);
        }
    }

    /// Reports a name that is not known; `meant` is one that is near, `place` where it stands.
    pub(super) fn misspelt(
        &mut self,
        code: &'static str,
        message: &str,
        meant: Option<String>,
        range: Range<usize>,
        place: Range<usize>,
    ) {
        let known = self.diagnostics.len();
        let hint = meant.as_ref().map(|near| format!("did you mean `{near}`?"));
        self.error(code, message, hint, range);
        if let (Some(text), Some(found)) = (meant, self.diagnostics.get_mut(known)) {
            found.repair = Some(Repair { range: place, text });
        }
    }

    /// Reports a construct that is part of KQL but that Rulesmith does not evaluate.
    pub(super) fn unsupported(&mut self, what: &str, range: Range<usize>) {
        self.refuse("RS3001", what, None, range);
    }

    /// The same, under a code of its own and with what to do instead.
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        what: &str,
        hint: Option<&str>,
        range: Range<usize>,
    ) {
        let hint = hint.map(str::to_owned);
        self.error(code, &format!("{what} is not supported"), hint, range);
    }

    /// Reports what the service's checker objects to, although its engine runs it.
    pub(super) fn object(&mut self, message: &str, range: Range<usize>) {
        self.report("RS4001", Severity::Warning, message, None, range);
    }
}
