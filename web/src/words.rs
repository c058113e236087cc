//! Words for values of the protocol.

pub use workbench::counted::{counted, grouped};
use workbench::protocol::{Applicability, Certainty, RuleView, RunView};

/// How much judgement an edit needs.
pub fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "Safe",
        Applicability::Review => "Needs your review",
        Applicability::Manual => "A hint; nothing to apply",
    }
}

/// How sure the fact behind an edit is.
pub fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Documented => "documented by Microsoft",
        Certainty::Seen => "seen in a published sample",
        Certainty::Inferred => "inferred, not documented",
        Certainty::Unknown => "unknown; nobody says",
    }
}

/// The state of a run in a word, and its class for the style sheet.
pub fn state(run: Option<&RunView>) -> (&'static str, &'static str) {
    match run {
        None => ("not run", "idle"),
        Some(run) if run.error.is_some() => ("error", "error"),
        Some(run) if run.fires => ("fires", "fires"),
        Some(_) => ("quiet", "quiet"),
    }
}

/// Number of edits that wait for a decision.
pub fn open_reviews(rule: &RuleView) -> usize {
    let waits = |edit: &&workbench::protocol::EditView| {
        edit.applicability == Applicability::Review && !edit.accepted
    };
    rule.edits.iter().filter(waits).count()
}

/// A time of the protocol, to the minute.
pub fn minute(time: &str) -> String {
    let text = time.replace('T', " ");
    text.get(..16).unwrap_or(&text).to_owned()
}
