//! The query that is hunted with, and what it found: kept while the user is elsewhere on the page.

use leptos::prelude::*;
use workbench::protocol::{Answer, HuntView, Problem, Question, Request};

use super::Store;

/// What stands in the editor before anything was run.
const FIRST: &str = "AzureDiagnostics\n| summarize Calls = count() by OperationName\n| top 10 by Calls\n| render barchart\n";
/// Queries that are kept.
const KEPT: usize = 50;

/// Signals of the place for queries.
#[derive(Clone, Copy)]
pub struct Hunt {
    /// The text of the editor.
    pub text: RwSignal<String>,
    /// What the last query found.
    pub found: RwSignal<Option<HuntView>>,
    /// Why the last query found nothing.
    pub problem: RwSignal<Option<Problem>>,
}

impl Default for Hunt {
    fn default() -> Self {
        Self {
            text: RwSignal::new(FIRST.to_owned()),
            found: RwSignal::new(None),
            problem: RwSignal::new(None),
        }
    }
}

impl Hunt {
    /// Whether the editor holds what it began with.
    pub fn is_fresh(self) -> bool {
        self.text.with_untracked(|text| text == FIRST)
    }

    /// Runs the text of the editor; what was found before stays until the answer comes.
    pub fn run(self, store: Store) {
        let text = self.text.get_untracked();
        let query = text.clone();
        store.ask_long(
            "Running the query",
            Question::Hunt(text),
            move |answer| match answer {
                Ok(Answer::Hunt(found)) => {
                    self.problem.set(None);
                    self.found.set(Some(*found));
                    keep(store, query);
                }
                Err(problem) => {
                    self.problem.set(Some(problem));
                    // Most queries that fail are mended and run again.
                    keep(store, query);
                }
                Ok(_) => {}
            },
        );
    }
}

/// Puts a query in front of those that are kept.
fn keep(store: Store, query: String) {
    let mut hunts = store.hunts();
    if hunts.first() == Some(&query) {
        return;
    }
    hunts.retain(|known| *known != query);
    hunts.insert(0, query);
    hunts.truncate(KEPT);
    store.note("Keeping the query", Request::KeepHunts { hunts });
}
