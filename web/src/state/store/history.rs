//! Steps back and forward, and work that takes the place of what is there.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use workbench::protocol::{Journal, Request};

use super::Store;
use crate::state::{Aside, journal};

impl Store {
    /// Takes the last change back.
    pub fn undo(&self) {
        let now = self.journal.get_untracked();
        if let Some(step) = self.undo.try_update(|undo| undo.back(now)).flatten() {
            self.restore(&format!("Undoing: {}", step.what), step.journal);
        }
    }

    /// Does again what was taken back.
    pub fn redo(&self) {
        let now = self.journal.get_untracked();
        if let Some(step) = self.undo.try_update(|undo| undo.forward(now)).flatten() {
            self.restore(&format!("Again: {}", step.what), step.journal);
        }
    }

    /// Comes to an earlier state; log files that it has and the session lost are read again.
    fn restore(&self, what: &str, journal: Journal) {
        let lost = |name: &String| !self.journal.with_untracked(|now| now.logs.contains(name));
        let lost: Vec<String> = journal
            .logs
            .iter()
            .filter(|name| lost(name))
            .cloned()
            .collect();
        self.changing.set(None);
        self.begin(what, |client| client.send(Request::Restore { journal }));
        self.read_again(&lost);
    }

    /// Takes over work that was kept elsewhere, as a step that can be taken back.
    pub fn take_over(&self, what: &str, journal: Journal, files: Vec<File>) {
        self.files.update_value(|known| {
            known.retain(|file| files.iter().all(|new| new.name() != file.name()));
            known.extend(files);
        });
        let logs = journal.logs.clone();
        self.changing.set(Some(what.to_owned()));
        self.begin(what, |client| client.send(Request::Restore { journal }));
        self.read_again(&logs);
    }

    /// Brings work back that was put aside; it stays aside until it is there.
    pub fn bring_back(&self, aside: Aside) {
        self.returning.set(Some(aside.id));
        self.take_over("Bringing work back", aside.journal, Vec::new());
    }

    pub(super) fn note_change(&self, before: Journal, journal: &Journal) {
        let logs_changed = before.logs != journal.logs;
        if logs_changed && self.keeps_logs.get_untracked() {
            let store = *self;
            // The files are those of the new journal.
            queue_microtask(move || store.save_files());
        }
        if let Some(what) = self.changing.get_untracked() {
            self.undo.update(|undo| undo.changed(&what, before));
        }
    }

    /// Writes the journal to the browser's store.
    pub(super) fn save(&self) {
        let (id, kept) = (self.workspace.get_untracked(), self.kept);
        let (journal, logs) = (
            self.journal.get_untracked(),
            self.keeps_logs.get_untracked(),
        );
        spawn_local(async move { kept.set(journal::save(&id, &journal, logs).await) });
    }

    /// Queries that were run on the logs, the last one first.
    pub fn hunts(&self) -> Vec<String> {
        self.journal.with(|journal| journal.hunts.clone())
    }
}
