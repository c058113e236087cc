//! What the page asks of the worker, and how it hears the answers.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web::messages;
use workbench::interrupt::CANCELLED;
use workbench::protocol::{Answer, Problem, Progress, Question, Reply, Request};

use super::{Early, Store};
use crate::state::client::{Client, Heard};
use crate::state::{journal, load_the_rest};

/// How long a cancelled worker may take to come to an end by itself.
const PATIENCE: Duration = Duration::from_secs(1);

impl Store {
    /// Sends a request; what it changes is shown when the answer comes.
    pub fn send(&self, what: &str, request: Request) {
        let (store, what) = (*self, what.to_owned());
        self.when_open(move || {
            store.changing.set(Some(what.clone()));
            store.begin(&what, |client| client.send(request));
        });
    }

    /// Acts on the stored work: now, or once it is there. Before that the worker knows nothing, and what is done
    /// would be replaced by the stored work.
    pub(super) fn when_open(&self, act: impl FnOnce() + 'static) {
        let mut act: Option<Early> = Some(Box::new(act));
        self.early.update_value(|early| {
            if let Some(early) = early {
                early.extend(act.take());
            }
        });
        if let Some(act) = act {
            act();
        }
    }

    /// Sends a request that is no step of the user's, so that undoing passes over it.
    pub fn note(&self, what: &str, request: Request) {
        let (store, what) = (*self, what.to_owned());
        self.when_open(move || {
            store.changing.set(None);
            store.begin(&what, |client| client.send(request));
        });
    }

    /// Asks a question; `then` hears the answer. Nothing is shown meanwhile: for questions that are
    /// answered at once.
    pub fn ask(&self, question: Question, then: impl FnOnce(Result<Answer, Problem>) + 'static) {
        let (store, request) = (*self, Request::Ask { question });
        self.when_open(move || {
            if let Some(problem) = store.gone.get_untracked() {
                return then(Err(problem));
            }
            let number = store
                .client
                .with_value(|client| client.as_ref().map(|client| client.send(request)));
            if let Some(number) = number {
                store
                    .pending
                    .with_value(|pending| pending.add(number, then));
            }
        });
    }

    /// Asks a question that may take long: what is done is shown, with progress, and can be cancelled.
    pub fn ask_long(
        &self,
        what: &str,
        question: Question,
        then: impl FnOnce(Result<Answer, Problem>) + 'static,
    ) {
        let (store, what) = (*self, what.to_owned());
        self.when_open(move || {
            if let Some(problem) = store.gone.get_untracked() {
                return then(Err(problem));
            }
            store.begin(&what, |client| client.send(Request::Ask { question }));
            let number = store.last.get_untracked();
            store
                .pending
                .with_value(|pending| pending.add(number, then));
        });
    }

    /// Sends what `send` sends and shows that it is under way; without a worker, why there is none.
    pub(super) fn begin(&self, what: &str, send: impl FnOnce(&Client) -> u32) {
        let gone = self.gone.get_untracked();
        let is_gone = gone.is_some();
        self.failure.set(gone);
        if is_gone {
            return;
        }
        self.busy.set(Some(Progress {
            what: what.to_owned(),
            done: None,
            detail: String::new(),
            bytes: None,
        }));
        self.client.with_value(|client| {
            if let Some(client) = client {
                self.last.set(send(client));
            }
        });
    }

    /// Loads a sample and runs every rule on it.
    pub fn run_sample(&self, name: &str) {
        self.send(
            "Generating the sample logs",
            Request::LoadSample {
                name: name.to_owned(),
            },
        );
        self.run_all();
    }

    /// Runs every rule on the loaded logs.
    pub fn run_all(&self) {
        self.send("Running the rules", Request::Run { rule: None });
    }

    /// Ends what is under way: files that are being read are dropped, and a run ends between two pieces of
    /// its work. A worker that does not come to an end is ended itself, and a new one comes back to rules,
    /// decisions and logs.
    pub fn cancel(&self) {
        let (store, cancelled) = (*self, self.last.get_untracked());
        let client = |act: fn(&Client)| store.client.with_value(|one| one.iter().for_each(act));
        if self.reading_since.get_untracked().is_some() {
            return client(Client::stop_reading);
        }
        client(Client::interrupt);
        let restart = move || {
            let is_stuck = store.busy.get_untracked().is_some();
            if is_stuck && store.last.get_untracked() == cancelled {
                store.start_again();
            }
        };
        set_timeout(restart, PATIENCE);
    }

    pub(super) fn hear(&self, heard: Heard) {
        match heard {
            Heard::Answer(messages::Answer::Ready) => {}
            Heard::Answer(messages::Answer::Progress { progress, .. }) => {
                self.busy.set(Some(progress))
            }
            Heard::Answer(messages::Answer::Reply { number, reply }) => {
                self.take(number, *reply);
                load_the_rest();
                if number == self.last.get_untracked() {
                    self.crashes.set(0);
                    self.busy.set(None);
                    self.reading_since.set(None);
                    self.adding.set_value(Vec::new());
                }
            }
            Heard::Answer(messages::Answer::Crashed { text }) | Heard::Broken(text) => {
                self.recover(&text)
            }
        }
    }

    fn take(&self, number: u32, reply: Reply) {
        let then = self.pending.with_value(|pending| pending.take(number));
        match (reply, then) {
            (Reply::View { view, journal }, _) => {
                let before = self.journal.get_untracked();
                if before != *journal {
                    self.note_change(before, &journal);
                    self.journal.set(*journal);
                    self.save();
                }
                self.view.set(Arc::from(view));
                if let Some(id) = self.returning.get_untracked() {
                    self.returning.set(None);
                    spawn_local(async move { journal::forget(&id).await });
                }
            }
            (Reply::Answer { answer }, Some(then)) => then(Ok(answer)),
            (Reply::Failed { problem }, Some(then)) => then(Err(problem)),
            (Reply::Answer { .. }, None) => {}
            // Who cancels needs no word of it.
            (Reply::Failed { problem }, None) if problem.message == CANCELLED => {}
            (Reply::Failed { problem }, None) => self.failure.set(Some(problem)),
        }
    }

    pub(super) fn open(&self) {
        let journal = self.journal.get_untracked();
        self.changing.set(None);
        self.begin("Opening", |client| client.send(Request::Open { journal }));
    }
}
