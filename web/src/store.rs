//! The page's state: the last view of the session, what is chosen, what is under way.

use std::sync::Arc;

use leptos::prelude::*;
use web::messages::Answer;
use workbench::protocol::{
    ExportFile, InputFile, Journal, Problem, Progress, Reply, Request, RuleView, View,
};

use crate::client::{Client, Heard};
use crate::journal;

/// The sample that the first button runs.
pub const FIRST_SAMPLE: &str = "hsm-all";

/// Signals and actions that every part of the page shares.
#[derive(Clone, Copy)]
pub struct Store {
    /// What the worker showed last.
    pub view: RwSignal<Arc<View>>,
    /// Key of the chosen rule.
    pub chosen: RwSignal<String>,
    /// What is under way, while something is.
    pub busy: RwSignal<Option<Progress>>,
    /// A request that failed, or a worker that stopped.
    pub failure: RwSignal<Option<Problem>>,
    /// The file that was exported last.
    pub exported: RwSignal<Option<ExportFile>>,
    /// Whether the browser keeps the work.
    pub kept: RwSignal<bool>,
    journal: RwSignal<Journal>,
    /// Number of the last request that was sent.
    last: RwSignal<u32>,
    /// Workers that stopped since the last answer.
    crashes: RwSignal<u32>,
    client: StoredValue<Option<Client>, LocalStorage>,
}

/// Workers that may stop in a row before the page gives up on its stored work.
const MAX_CRASHES: u32 = 2;

impl Store {
    /// Starts the worker and opens the stored session.
    pub fn start() -> Self {
        let store = Self {
            view: RwSignal::new(Arc::new(View::default())),
            chosen: RwSignal::new(String::new()),
            busy: RwSignal::new(None),
            failure: RwSignal::new(None),
            exported: RwSignal::new(None),
            kept: RwSignal::new(true),
            journal: RwSignal::new(journal::load()),
            last: RwSignal::new(0),
            crashes: RwSignal::new(0),
            client: StoredValue::new_local(None),
        };
        store
            .client
            .set_value(Some(Client::start(move |heard| store.hear(heard))));
        store.open();
        store
    }

    /// The chosen rule, or the first one.
    pub fn rule(&self) -> Option<RuleView> {
        let view = self.view.get();
        let chosen = self.chosen.get();
        view.rules
            .iter()
            .find(|rule| rule.key == chosen)
            .or(view.rules.first())
            .cloned()
    }

    /// Whether the chosen rule is this one.
    pub fn is_chosen(&self, key: &str) -> bool {
        let chosen = self.chosen.get();
        let view = self.view.get();
        let known = view.rules.iter().any(|rule| rule.key == chosen);
        if known {
            chosen == key
        } else {
            view.rules.first().is_some_and(|rule| rule.key == key)
        }
    }

    /// Sends a request; what it changes is shown when the answer comes.
    pub fn send(&self, what: &str, request: Request) {
        self.failure.set(None);
        self.busy.set(Some(Progress {
            what: what.to_owned(),
            done: None,
        }));
        self.client.with_value(|client| {
            if let Some(client) = client {
                self.last.set(client.send(request));
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

    /// Adds files; when one of them is a log, the rules are run as well.
    pub fn add_files(&self, files: Vec<InputFile>) {
        if !files.is_empty() {
            self.send("Reading files", Request::AddFiles { files });
        }
    }

    /// Ends what is under way and comes back with rules and decisions; logs have to be added again.
    pub fn cancel(&self) {
        self.client
            .with_value(|client| client.iter().for_each(Client::restart));
        self.open();
    }

    fn open(&self) {
        self.send(
            "Opening",
            Request::Open {
                journal: self.journal.get_untracked(),
            },
        );
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Answer(Answer::Ready) => {}
            Heard::Answer(Answer::Progress { progress, .. }) => self.busy.set(Some(progress)),
            Heard::Answer(Answer::Reply { number, reply }) => {
                self.crashes.set(0);
                self.take(*reply);
                if number == self.last.get_untracked() {
                    self.busy.set(None);
                }
            }
            Heard::Answer(Answer::Crashed { text }) | Heard::Broken(text) => self.recover(&text),
        }
    }

    fn take(&self, reply: Reply) {
        match reply {
            Reply::View { view, journal } => {
                self.kept.set(journal::save(&journal));
                self.journal.set(*journal);
                self.view.set(Arc::from(view));
            }
            Reply::Export { file } => self.exported.set(Some(file)),
            Reply::Failed { problem } => self.failure.set(Some(problem)),
        }
    }

    /// A broken worker answers no longer: a new one takes over what the journal holds.
    fn recover(&self, text: &str) {
        self.crashes.update(|crashes| *crashes += 1);
        if self.crashes.get_untracked() > MAX_CRASHES {
            // What is stored may be what stops the worker.
            self.journal.set(Journal::default());
        }
        if self.crashes.get_untracked() <= 2 * MAX_CRASHES {
            self.cancel();
        } else {
            self.busy.set(None);
        }
        self.failure.set(Some(Problem {
            subject: "The worker stopped".to_owned(),
            line: None,
            field: None,
            message: text.to_owned(),
            remedy: "Your rules and decisions are back; add the log files again. Please report what you did.".to_owned(),
        }));
    }
}
