//! Colours, problems with their repairs, and foldable parts of a text.

use kql_syntax::{Repair, fold, highlight};

use super::{Analysis, Asked, CLASSES, Fix, Problem};
use crate::check::diagnose;
use crate::diagnostic::{Diagnostic, Severity};

impl Asked<'_> {
    pub(super) fn analysis(&self) -> Analysis {
        let parse = self.parse();
        let mut tokens = Vec::new();
        for (range, class) in highlight::highlight(&parse) {
            let (start, end) = self.place(&range);
            let class = CLASSES.iter().position(|name| *name == class.name());
            let numbers = [start, end, class.unwrap_or_default()];
            tokens.extend(numbers.map(|number| u32::try_from(number).unwrap_or(u32::MAX)));
        }
        let folds = fold::folds(&parse);
        let problems = diagnose(self.text, self.catalog);
        Analysis {
            tokens,
            problems: problems.iter().map(|found| self.problem(found)).collect(),
            folds: folds.iter().map(|fold| self.place(fold)).collect(),
        }
    }

    fn problem(&self, found: &Diagnostic) -> Problem {
        let (start, end) = self.place(&found.range);
        let severity = match found.severity {
            _ if found.is_unsupported() => "info",
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = match &found.hint {
            Some(hint) => format!("{}; {hint}", found.message),
            None => found.message.clone(),
        };
        let repair = found.repair.iter();
        let fixes = repair.map(|repair| Fix {
            title: self.title(repair),
            edit: self.edit(&repair.range, &repair.text),
        });
        Problem {
            start,
            end,
            code: found.code.to_owned(),
            severity: severity.to_owned(),
            message,
            fixes: fixes.collect(),
        }
    }

    /// What a repair does, in words.
    fn title(&self, repair: &Repair) -> String {
        let replaced = self.text.get(repair.range.clone()).unwrap_or_default();
        match (replaced.trim(), repair.text.trim()) {
            ("", "") => "Remove the blank".to_owned(),
            (replaced, "") => format!("Remove `{replaced}`"),
            ("", text) => format!("Insert `{text}`"),
            (_, text) => format!("Write `{text}`"),
        }
    }
}
