//! The page's state: the last view of the session, what is chosen, what is under way.

mod crash;
mod drafts;
mod files;
mod history;
mod requests;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use workbench::protocol::{FindingView, Journal, Problem, Progress, RuleView, View};
use workbench::undo::Undo;

use super::client::Client;
use super::first_view::first_view;
use super::hunt::Hunt;
use super::pending::Pending;
use super::{Route, journal};

/// The sample that the first button runs.
pub const FIRST_SAMPLE: &str = "hsm-all";

/// A place in a query of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Key of the rule.
    pub rule: String,
    /// Whether it is in the converted query.
    pub converted: bool,
    /// Where it begins and ends, in UTF-16 code units.
    pub range: (usize, usize),
}

/// Signals and actions that every part of the page shares.
#[derive(Clone, Copy)]
pub struct Store {
    /// What the worker showed last.
    pub view: RwSignal<Arc<View>>,
    /// Where the user is.
    pub route: RwSignal<Route>,
    /// What is sought among the rules.
    pub sought: RwSignal<String>,
    /// Key of the chosen rule.
    chosen: RwSignal<String>,
    /// What is under way, while something is.
    pub busy: RwSignal<Option<Progress>>,
    /// A request that failed, or a worker that stopped.
    pub failure: RwSignal<Option<Problem>>,
    /// Whether the browser keeps the work.
    pub kept: RwSignal<bool>,
    /// Whether the log files are written in the browser's store; `None` while they are being written.
    pub files_kept: RwSignal<Option<bool>>,
    /// Steps back and forward.
    pub undo: RwSignal<Undo>,
    /// Whether log files are kept in the browser too.
    pub keeps_logs: RwSignal<bool>,
    /// Whether other work is open in another tab, until the user has read it.
    pub elsewhere: RwSignal<bool>,
    /// Work that was put aside and is being brought back, by its name.
    returning: RwSignal<Option<String>>,
    /// Id of this tab's workspace.
    workspace: RwSignal<String>,
    /// The query that is hunted with.
    pub hunt: Hunt,
    /// Queries that are being edited and not yet taken, by rule key.
    pub drafts: RwSignal<BTreeMap<String, String>>,
    /// What is likely wrong with the rules, while a place shows it.
    pub findings: RwSignal<Vec<FindingView>>,
    /// A place of a query that is to be selected as soon as the query is shown.
    pub reveal: RwSignal<Option<Reveal>>,
    journal: RwSignal<Journal>,
    /// What the request under way does, when it may change the journal.
    changing: RwSignal<Option<String>>,
    pending: StoredValue<Pending, LocalStorage>,
    /// Number of the last request that was sent.
    last: RwSignal<u32>,
    /// Workers that stopped since the last answer.
    crashes: RwSignal<u32>,
    /// Why no worker answers any more, once the page has given up on them.
    gone: RwSignal<Option<Problem>>,
    client: StoredValue<Option<Client>, LocalStorage>,
    /// Handles of the user's files; a new worker reads the logs among them again.
    files: StoredValue<Vec<File>, LocalStorage>,
    /// Files whose reading was asked for and not yet answered.
    adding: StoredValue<Vec<File>, LocalStorage>,
    /// What the user did before the stored work was there; `None` from then on.
    early: StoredValue<Option<Vec<Early>>, LocalStorage>,
    /// When the reading of files began, in milliseconds, while files are read.
    reading_since: RwSignal<Option<f64>>,
}

/// A step that waits for the stored work.
type Early = Box<dyn FnOnce()>;

impl Store {
    /// Starts the worker and opens the stored session.
    pub fn start() -> Self {
        let first = first_view();
        let is_shown = first.is_some();
        let store = Self {
            view: RwSignal::new(Arc::new(first.unwrap_or_default())),
            route: Route::follow(),
            sought: RwSignal::new(String::new()),
            chosen: RwSignal::new(String::new()),
            busy: RwSignal::new(None),
            failure: RwSignal::new(None),
            kept: RwSignal::new(true),
            files_kept: RwSignal::new(Some(true)),
            undo: RwSignal::new(Undo::default()),
            journal: RwSignal::new(Journal::default()),
            elsewhere: RwSignal::new(false),
            returning: RwSignal::new(None),
            workspace: RwSignal::new(String::new()),
            keeps_logs: RwSignal::new(false),
            hunt: Hunt::default(),
            drafts: RwSignal::new(BTreeMap::new()),
            findings: RwSignal::new(Vec::new()),
            reveal: RwSignal::new(None),
            changing: RwSignal::new(None),
            pending: StoredValue::new_local(Pending::default()),
            last: RwSignal::new(0),
            crashes: RwSignal::new(0),
            gone: RwSignal::new(None),
            client: StoredValue::new_local(None),
            files: StoredValue::new_local(Vec::new()),
            adding: StoredValue::new_local(Vec::new()),
            early: StoredValue::new_local(Some(Vec::new())),
            reading_since: RwSignal::new(None),
        };
        store
            .client
            .set_value(Some(Client::start(move |heard| store.hear(heard))));
        spawn_local(async move {
            let kept = journal::open().await;
            store.kept.set(!kept.id.is_empty());
            store.bring_drafts(journal::drafts(&kept.id));
            store.workspace.set(kept.id);
            store.keeps_logs.set(kept.keeps_logs);
            store.elsewhere.set(kept.elsewhere);
            store.journal.set(kept.journal);
            // Files that were added meanwhile stay.
            store
                .files
                .update_value(|files| files.splice(..0, kept.files).for_each(drop));
            store.open();
            if is_shown {
                // What opening gives is there already, so nobody waits for it.
                store.busy.set(None);
            }
            let logs = store.journal.get_untracked().logs;
            store.read_again(&logs);
            let early = store.early.try_update_value(Option::take).flatten();
            early.into_iter().flatten().for_each(|act| act());
        });
        store.keep_drafts();
        Effect::new(move || {
            let what = store.route.get().what;
            let known = store.view.get_untracked();
            if known.rules.iter().any(|rule| rule.key == what) {
                store.chosen.set(what);
            }
        });
        store
    }

    /// Chooses a rule without leaving the place.
    pub fn choose(&self, key: &str) {
        self.chosen.set(key.to_owned());
        super::go(&self.route.get_untracked().place, key);
    }

    /// Key of the chosen rule, or of the first one; empty when there is none.
    pub fn rule_key(&self) -> String {
        let chosen = self.chosen.get();
        self.view
            .with(|view| {
                let rules = &view.rules;
                let found = rules.iter().find(|rule| rule.key == chosen);
                found.or(rules.first()).map(|rule| rule.key.clone())
            })
            .unwrap_or_default()
    }

    /// The chosen rule, or the first one.
    pub fn rule(&self) -> Option<RuleView> {
        let key = self.rule_key();
        self.view
            .with(|view| view.rules.iter().find(|rule| rule.key == key).cloned())
    }

    /// Whether the chosen rule is this one.
    pub fn is_chosen(&self, key: &str) -> bool {
        self.rule_key() == key
    }

    /// Whether there is something to ask about; what is asked before the work is open waits for it.
    pub fn is_open(&self) -> bool {
        self.view.with(|view| !view.samples.is_empty())
    }
}
