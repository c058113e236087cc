//! What is written and not yet taken into the work: it is there again after a reload.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::Store;
use crate::state::journal::{self, Drafts};

/// How long a draft waits for the next key before it is written.
const DRAFT_REST: Duration = Duration::from_millis(400);

impl Store {
    /// Goes on with what was being written when the page was left.
    pub(super) fn bring_drafts(&self, drafts: Drafts) {
        self.drafts.set(drafts.queries);
        // An address with a query goes first.
        if let Some(text) = drafts.hunt
            && self.hunt.is_fresh()
        {
            self.hunt.text.set(text);
        }
    }

    /// Keeps what is being written: after a pause, and when the page is left.
    pub(super) fn keep_drafts(self) {
        let mut later = debounce(DRAFT_REST, move |()| self.save_drafts());
        Effect::new(move || {
            self.hunt.text.track();
            self.drafts.track();
            later(());
        });
        for event in ["pagehide", "visibilitychange"] {
            window_event_listener_untyped(event, move |_| self.save_drafts());
        }
    }

    fn save_drafts(&self) {
        let hunt = (!self.hunt.is_fresh()).then(|| self.hunt.text.get_untracked());
        let queries = self.drafts.get_untracked();
        journal::save_drafts(&self.workspace.get_untracked(), &Drafts { hunt, queries });
    }
}
