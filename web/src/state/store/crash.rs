//! A worker that breaks: a new one takes over, and work that breaks each of them is put aside.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use workbench::protocol::{Journal, Problem};

use super::Store;
use crate::state::client::Client;
use crate::state::{journal, pending::Pending};

/// What a worker is said to end with when it says nothing itself.
const NO_WORDS: &str = "RuntimeError: unreachable";

/// How a worker begins that could not load its program (public/worker-loader.js): no fault of the work's.
const NOT_STARTED: &str = "its program did not start";

/// Workers that may stop in a row before the page gives up on its stored work.
const MAX_CRASHES: u32 = 2;

impl Store {
    /// A broken worker answers no longer: a new one takes over what the journal holds.
    pub(super) fn recover(&self, text: &str) {
        if text.starts_with(NOT_STARTED) {
            // Another worker would not start either, so that none is tried.
            return self.give_up(not_started(text));
        }
        // Work that stops the page again stays aside.
        self.returning.set(None);
        self.crashes.update(|crashes| *crashes += 1);
        let crashes = self.crashes.get_untracked();
        if crashes > MAX_CRASHES {
            // What is stored may be what stops the worker: it is put aside, not overwritten.
            self.put_aside();
        }
        let adding = self.adding.try_update_value(std::mem::take);
        let adding = adding.unwrap_or_default();
        if crashes > 2 * MAX_CRASHES {
            return self.give_up(stopped(text, crashes, &adding));
        }
        self.start_again();
        if !adding.is_empty() && crashes == 1 {
            // The first time it need not be the files that stopped the worker.
            self.add(adding);
            self.failure.set(Some(stopped(text, crashes, &[])));
        } else {
            self.failure.set(Some(stopped(text, crashes, &adding)));
        }
    }

    /// There is no worker any more: whoever waits for one, or asks later, is told why.
    fn give_up(&self, problem: Problem) {
        self.gone.set(Some(problem.clone()));
        self.busy.set(None);
        self.pending.with_value(Pending::give_up);
        self.failure.set(Some(problem));
    }

    /// Goes on with empty work; what was stored stays in the browser under another name.
    fn put_aside(&self) {
        let id = journal::aside_name(&self.workspace.get_untracked());
        let (stored, logs) = (
            self.journal.get_untracked(),
            self.keeps_logs.get_untracked(),
        );
        if stored != Journal::default() {
            spawn_local(async move {
                // What cannot be stored was not kept before either.
                let _ = journal::save(&id, &stored, logs).await;
            });
        }
        self.journal.set(Journal::default());
        self.save();
    }

    /// Starts a new worker with the rules, decisions and logs of the old one.
    pub(super) fn start_again(&self) {
        self.client
            .with_value(|client| client.iter().for_each(Client::restart));
        let logs = self.journal.get_untracked().logs;
        self.open();
        self.read_again(&logs);
        // Last: who hears that may send what changes the work, which has to be there before.
        self.pending.with_value(Pending::give_up);
    }
}

/// What is told of a worker whose program did not come.
fn not_started(text: &str) -> Problem {
    Problem {
        subject: "The worker".to_owned(),
        line: None,
        field: None,
        message: text.to_owned(),
        remedy: "check that the page's address can be reached, then reload the page; your work stays as it was kept"
            .to_owned(),
    }
}

/// What is told of the latest of `crashes` workers that stopped, and of the files that are left out for it.
fn stopped(text: &str, crashes: u32, left_out: &[File]) -> Problem {
    // A panic comes with words of its own; where memory ends the worker stops without any, which is the likely cause.
    let out_of_memory = text.is_empty() || text.contains(NO_WORDS);
    let mut remedy = match crashes > MAX_CRASHES {
        false if out_of_memory => "Your rules, decisions and log files are back. Load fewer days, or filter the rows earlier in the query.",
        false => "Your rules, decisions and log files are back. Please report what you did.",
        true => "Your work seems to be what stops it. It was put aside in this browser, and the page begins anew; Keep and share lists it and brings it back. Please report what you did.",
    }
    .to_owned();
    if !left_out.is_empty() {
        let names: Vec<String> = left_out.iter().map(File::name).collect();
        let names = names.join(", ");
        remedy.push_str(&format!(
            " Not loaded, because the worker stopped while reading: {names}."
        ));
    }
    Problem {
        subject: "The worker stopped".to_owned(),
        line: None,
        field: None,
        message: match out_of_memory {
            true => "The worker ended without a word, as it does when the memory of the browser tab does not suffice.".to_owned(),
            false => text.to_owned(),
        },
        remedy,
    }
}
