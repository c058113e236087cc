//! The messages between the page and the worker, and what the page shows.
//!
//! Plain data: no crate type that holds a tree or a table crosses this border. All text is shown as
//! text, never as markup. Ranges of queries are UTF-16 code units, because the page counts in those.

mod ask;
mod export;
mod grid;
mod hunt;
mod journal;
mod lint;
mod log;
mod proof;
mod rule;
mod rule_tests;
mod run;
mod share;
mod ship;
mod timeline;
mod view;
mod what_if;
mod why;

use serde::{Deserialize, Serialize};

pub use ask::*;
pub use export::*;
pub use grid::*;
pub use hunt::*;
pub use journal::*;
pub use lint::*;
pub use log::*;
pub use proof::*;
pub use rule::*;
pub use rule_tests::*;
pub use run::*;
pub use share::*;
pub use ship::*;
pub use timeline::*;
pub use view::*;
pub use what_if::*;
pub use why::*;

/// What the page asks of the worker. Each request is answered by exactly one [`Reply`] with the same
/// number, and before it by any number of [`Progress`] messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Request {
    /// Starts a session with the bundled rules, then repeats what the journal of an earlier one says.
    Open {
        /// State kept by the page; empty on first open.
        journal: Journal,
    },
    /// Goes back, or forward again, to a journal of this session; loaded logs stay.
    Restore {
        /// The journal to come to.
        journal: Journal,
    },
    /// Adds the rules about Managed HSMs that come with the program.
    AddPack,
    /// Converts all rules another way.
    Convert {
        /// The way.
        way: Way,
    },
    /// Asks something of the session and changes nothing.
    Ask {
        /// What is asked.
        question: Question,
    },
    /// Keeps queries that were run on the logs, the last one first.
    KeepHunts {
        /// The queries.
        hunts: Vec<String>,
    },
    /// Removes a rule and its conversion.
    RemoveRule {
        /// Key of the rule.
        rule: String,
    },
    /// Removes a loaded file's rows.
    RemoveLog {
        /// Key of the log source.
        log: String,
    },
    /// Accepts or refuses an edit.
    Decide {
        /// Key of the rule.
        rule: String,
        /// Id of the edit.
        edit: String,
        /// Whether it is applied.
        accepted: bool,
    },
    /// Accepts or refuses edits of many rules at once.
    DecideMany {
        /// Keys of the rules; all when empty.
        rules: Vec<String>,
        /// Which edits.
        which: Which,
        /// Whether they are applied.
        accepted: bool,
    },
    /// Writes another text at the place of an edit, as a change by hand.
    ByHand {
        /// Key of the rule.
        rule: String,
        /// Id of the edit.
        edit: String,
        /// The text.
        text: String,
        /// Why; may be empty.
        note: String,
    },
    /// Takes a change by hand out.
    RemoveByHand {
        /// Key of the rule.
        rule: String,
        /// Id of the change.
        edit: String,
    },
    /// Adds a profile file of the user's own and converts all rules by it.
    AddProfile {
        /// Name of the file.
        name: String,
        /// Its text.
        text: String,
    },
    /// Takes a profile of the user's own out.
    RemoveProfile {
        /// Its id.
        id: String,
    },
    /// Takes a converted query that the user wrote: what differs becomes changes by hand.
    WriteQuery {
        /// Key of the rule.
        rule: String,
        /// The query; without changes by hand when absent.
        query: Option<String>,
    },
    /// Allows a finding in a converted rule by a comment in its query, as a change by hand.
    AllowFinding {
        /// Key of the rule.
        rule: String,
        /// Number of the finding, from [`FindingView::number`].
        number: usize,
        /// Why it is allowed.
        reason: String,
    },
    /// Loads one of the generated sample sets, in place of an earlier sample, and sets `now` to its end.
    LoadSample {
        /// Name of the scenario, from [`View::samples`].
        name: String,
    },
    /// Sets the time at which rules run.
    SetNow {
        /// ISO 8601, UTC.
        now: String,
    },
    /// Runs rules, original and converted, on the loaded logs.
    Run {
        /// Key of a rule; all when absent.
        rule: Option<String>,
    },
    /// Runs a converted rule on its schedule over the loaded logs.
    Replay {
        /// Key of the rule.
        rule: String,
    },
    /// Opens a rule set, of which [`Question::Preview`] says what it changes.
    OpenRuleSet {
        /// Name of the file.
        name: String,
        /// Its content.
        text: String,
    },
    /// Sets what is taken for granted where Microsoft documents nothing; schedules that were replayed are
    /// replayed anew.
    Assume {
        /// Name of the option.
        name: String,
        /// Its value.
        value: String,
    },
    /// Adds a test to a rule: rows in, what follows from them expected.
    AddTest {
        /// Key of the rule.
        rule: String,
        /// What the test is made of.
        of: TestOf,
    },
    /// Takes a test of a rule out.
    RemoveTest {
        /// Key of the rule.
        rule: String,
        /// Number of the test, from 0.
        number: usize,
    },
}

/// Edits that are decided on together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// Those that keep the meaning.
    Safe,
    /// Those for review.
    Review,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Reply {
    /// The session changed; this is all of it.
    View {
        /// What to show.
        view: Box<View>,
        /// What to keep.
        journal: Box<Journal>,
    },
    /// The answer to a question.
    Answer {
        /// What was asked for.
        answer: Answer,
    },
    /// The request could not be carried out; the session is as before.
    Failed {
        /// What is wrong, where, and what can be done.
        problem: Problem,
    },
}
