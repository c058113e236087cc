//! The user's files: they are added, read again by a new worker, and kept in the browser when the user wants it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::Store;
use crate::state::journal;

impl Store {
    /// The user's log files that are loaded.
    pub fn log_files(&self) -> Vec<File> {
        let names = self.journal.get_untracked().logs;
        self.files.with_value(|files| {
            let logs = files.iter().filter(|file| names.contains(&file.name()));
            logs.cloned().collect()
        })
    }

    /// A name for text without one; no other file has it.
    pub fn fresh_name(&self, stem: &str) -> String {
        let mut number = 1;
        loop {
            let name = format!("{stem} {number}");
            let known = self
                .files
                .with_value(|files| files.iter().any(|file| file.name() == name));
            let kept = self
                .journal
                .with_untracked(|journal| journal.rule_files.iter().any(|file| file.name == name));
            if !known && !kept {
                return name;
            }
            number += 1;
        }
    }

    /// Adds files, which the worker reads.
    pub fn add_files(&self, added: Vec<File>) {
        if added.is_empty() {
            return;
        }
        self.files.update_value(|files| {
            files.retain(|file| added.iter().all(|new| new.name() != file.name()));
            files.extend(added.iter().cloned());
        });
        let store = *self;
        self.when_open(move || store.add(added));
    }

    pub(super) fn add(&self, added: Vec<File>) {
        self.changing.set(Some("Adding files".to_owned()));
        self.read(&added);
        self.adding.set_value(added);
    }

    fn read(&self, files: &[File]) {
        self.reading_since.set(Some(milliseconds()));
        self.begin("Reading files", |client| client.send_files(files));
    }

    pub(super) fn read_again(&self, names: &[String]) {
        let again: Vec<File> = self.files.with_value(|files| {
            let kept = files.iter().filter(|file| names.contains(&file.name()));
            kept.cloned().collect()
        });
        if !again.is_empty() {
            self.read(&again);
        }
    }

    /// Bytes a second of the file that is being read.
    pub fn rate(&self) -> Option<f64> {
        let bytes = self.busy.get()?.bytes?;
        let elapsed = milliseconds() - self.reading_since.get()?;
        (elapsed > 0.0).then(|| bytes as f64 * 1000.0 / elapsed)
    }

    /// Takes all problems from the screen: a set of no files has none.
    pub fn put_problems_away(&self) {
        self.begin("Dismissing", |client| client.send_files(&[]));
    }

    /// Keeps log files in the browser from now on, or no longer.
    pub fn keep_logs(&self, wanted: bool) {
        self.keeps_logs.set(wanted);
        self.save();
        self.save_files();
    }

    /// Writes the user's files to the browser's store, or removes them from it.
    pub(super) fn save_files(&self) {
        let (id, kept, wanted) = (
            self.workspace.get_untracked(),
            self.files_kept,
            self.keeps_logs.get_untracked(),
        );
        kept.set(None);
        let names = self.journal.get_untracked().logs;
        let files: Vec<File> = self.files.with_value(|files| {
            let logs = files.iter().filter(|file| names.contains(&file.name()));
            logs.filter(|_| wanted).cloned().collect()
        });
        spawn_local(async move { kept.set(Some(journal::save_files(&id, &files).await)) });
    }
}

/// Milliseconds since the page was opened, for rates on the screen.
fn milliseconds() -> f64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or(0.0, |performance| performance.now())
}
