//! Many rules at once, with a summary.

use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

use crate::apply::Converted;
use crate::convert::{Conversion, Mode, convert_as};
use crate::counted::counted;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Rules.
    pub rules: usize,
    /// Rules whose query changed.
    pub converted: usize,
    /// Rules with edits that wait for a decision.
    pub undecided: usize,
    /// Rules that were about the target already, alone or along with the original.
    pub already_converted: usize,
    /// Rules that are about something else.
    pub unrelated: usize,
    /// Safe edits.
    pub safe: usize,
    /// Edits for review.
    pub review: usize,
    /// Hints without a change.
    pub manual: usize,
    /// Edits that a user wrote.
    pub by_hand: usize,
    /// Edits that are applied.
    pub applied: usize,
    /// Edits that could be applied and are not.
    pub left: usize,
    /// Known gaps between the logs of both kinds, by the title of their edits: how many.
    pub gaps: Vec<(String, usize)>,
    /// Places left alone on purpose.
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
    /// Counts a rule, its conversion, and what came of it.
    pub fn add(
        &mut self,
        rule: &Rule,
        conversion: &Conversion,
        converted: &Converted,
        accepted: &dyn Fn(&Edit) -> bool,
    ) {
        self.rules += 1;
        self.converted += usize::from(converted.rule.query != rule.query);
        let needs_none = conversion.is_converted || conversion.treats_alike;
        self.already_converted += usize::from(needs_none);
        self.unrelated += usize::from(conversion.edits.is_empty() && !needs_none);
        self.kept += conversion.kept.len();
        let mut open = false;
        for edit in &conversion.edits {
            let applied = edit.applicability != Applicability::Manual && accepted(edit);
            self.count(edit, applied);
            open |= !applied;
        }
        self.undecided += usize::from(open);
    }

    fn count(&mut self, edit: &Edit, applied: bool) {
        let is_hint = edit.applicability == Applicability::Manual;
        *match edit.applicability {
            _ if edit.is_by_hand() => &mut self.by_hand,
            Applicability::Safe => &mut self.safe,
            Applicability::Review => &mut self.review,
            Applicability::Manual => &mut self.manual,
        } += 1;
        self.applied += usize::from(applied);
        self.left += usize::from(!applied && !is_hint);
        if edit.is_gap() {
            match self.gaps.iter_mut().find(|(title, _)| *title == edit.title) {
                Some((_, count)) => *count += 1,
                None => self.gaps.push((edit.title.clone(), 1)),
            }
        }
    }

    /// The summary in a few lines.
    pub fn to_text(&self) -> String {
        let edits = self.safe + self.review + self.manual + self.by_hand;
        let mut text = format!(
            "{}: {} converted, {} about the target already, {} about something else; {} with open decisions\n{}: {} safe, {} for review, {} to be done by hand, {} written by hand; {} applied, {} left; {} kept",
            counted(self.rules, "rule"),
            self.converted,
            self.already_converted,
            self.unrelated,
            self.undecided,
            counted(edits, "edit"),
            self.safe,
            self.review,
            self.manual,
            self.by_hand,
            self.applied,
            self.left,
            counted(self.kept, "place"),
        );
        if !self.gaps.is_empty() {
            let gaps: Vec<String> = self
                .gaps
                .iter()
                .map(|(title, count)| format!("{title} ({count})"))
                .collect();
            text.push_str(&format!("\ngaps between the logs: {}", gaps.join(", ")));
        }
        text
    }
}
