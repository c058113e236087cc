//! The one obvious next step in the present state.

use leptos::prelude::*;
use workbench::protocol::View;

use crate::state::{FIRST_SAMPLE, Store, go};
use crate::words::open_reviews;

/// A step and how it is done.
pub struct NextStep {
    /// Text of the button.
    pub label: String,
    /// Id of the place that it is about.
    pub place: &'static str,
    /// Does it.
    pub run: fn(Store),
}

/// Logs first, then a run, then open questions of the conversion, then the file that deploys.
pub fn next_step(view: &View) -> NextStep {
    let step = |label: &str, place, run| NextStep {
        label: label.to_owned(),
        place,
        run,
    };
    let reviews: usize = view.rules.iter().map(open_reviews).sum();
    if view.logs.is_empty() {
        return step("Run the sample logs", "logs", |store| {
            store.run_sample(FIRST_SAMPLE)
        });
    }
    if view.rules.iter().any(|rule| rule.converted_run.is_none()) {
        return step("Run all rules", "results", |store| store.run_all());
    }
    if reviews > 0 {
        let label = format!("Review {reviews} edits");
        return step(&label, "conversion", |store| {
            let open = store.view.get_untracked();
            let first = open.rules.iter().find(|rule| open_reviews(rule) > 0);
            go("conversion", first.map_or("", |rule| &rule.key));
        });
    }
    step("Export the rules", "export", |_| go("export", ""))
}
