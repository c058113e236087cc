//! Many rules at once, with a summary.

use sentinel_rules::rule::Rule;
use serde::Serialize;

use crate::apply::Converted;
use crate::convert::{Conversion, Mode, convert_as};
use crate::edit::{Applicability, Edit};
use crate::profile::Profile;

/// A rule with its conversion and what came of it.
#[derive(Clone, Debug)]
pub struct ConvertedRule {
    /// The conversion.
    pub conversion: Conversion,
    /// The rule after the accepted edits.
    pub converted: Converted,
}

/// What became of many rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Rules.
    pub rules: usize,
    /// Rules whose query changed.
    pub converted: usize,
    /// Rules with edits that wait for a decision.
    pub undecided: usize,
    /// Rules that were about the target already.
    pub already_converted: usize,
    /// Rules that are about something else.
    pub unrelated: usize,
    /// Safe edits.
    pub safe: usize,
    /// Edits for review.
    pub review: usize,
    /// Hints without a change.
    pub manual: usize,
    /// Edits that were applied.
    pub applied: usize,
    /// Places that were left alone on purpose.
    pub kept: usize,
}

/// Converts every rule and applies the edits that `accepted` says.
pub fn convert_all(
    rules: &[Rule],
    profile: &Profile,
    mode: Mode,
    accepted: &dyn Fn(&Edit) -> bool,
) -> (Vec<ConvertedRule>, Summary) {
    let mut summary = Summary::default();
    let converted = rules
        .iter()
        .map(|rule| {
            let conversion = convert_as(rule, profile, mode);
            let converted = conversion.apply(rule, accepted);
            summary.add(rule, &conversion, &converted, accepted);
            ConvertedRule {
                conversion,
                converted,
            }
        })
        .collect();
    (converted, summary)
}

impl Summary {
    fn add(
        &mut self,
        rule: &Rule,
        conversion: &Conversion,
        converted: &Converted,
        accepted: &dyn Fn(&Edit) -> bool,
    ) {
        self.rules += 1;
        self.converted += usize::from(converted.rule.query != rule.query);
        self.already_converted += usize::from(conversion.is_converted);
        self.unrelated += usize::from(conversion.edits.is_empty() && !conversion.is_converted);
        self.kept += conversion.kept.len();
        let mut open = false;
        for edit in &conversion.edits {
            match edit.applicability {
                Applicability::Safe => self.safe += 1,
                Applicability::Review => self.review += 1,
                Applicability::Manual => self.manual += 1,
            }
            let applied = edit.applicability != Applicability::Manual && accepted(edit);
            self.applied += usize::from(applied);
            open |= !applied;
        }
        self.undecided += usize::from(open);
    }

    /// The summary in two lines.
    pub fn to_text(&self) -> String {
        format!(
            "{}: {} converted, {} about the target already, {} about something else; {} with open decisions\n{}: {} safe, {} for review, {} by hand; {} applied; {} kept",
            counted(self.rules, "rule"),
            self.converted,
            self.already_converted,
            self.unrelated,
            self.undecided,
            counted(self.safe + self.review + self.manual, "edit"),
            self.safe,
            self.review,
            self.manual,
            self.applied,
            counted(self.kept, "place"),
        )
    }
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
