//! The page's state: the last view of the session, what is chosen, what is under way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web::messages;
use web_sys::File;
use workbench::interrupt::CANCELLED;
use workbench::protocol::{
    Answer, FindingView, Journal, Problem, Progress, Question, Reply, Request, RuleView, View,
};
use workbench::undo::Undo;

use super::client::{Client, Heard};
use super::hunt::Hunt;
use super::journal::Drafts;
use super::pending::Pending;
use super::{Aside, Route, journal, load_the_rest};

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

/// What a worker is said to end with when it says nothing itself.
const NO_WORDS: &str = "RuntimeError: unreachable";

/// How long a draft waits for the next key before it is written.
const DRAFT_REST: Duration = Duration::from_millis(400);

/// Workers that may stop in a row before the page gives up on its stored work.
const MAX_CRASHES: u32 = 2;

/// How long a cancelled worker may take to come to an end by itself.
const PATIENCE: Duration = Duration::from_secs(1);

impl Store {
    /// Starts the worker and opens the stored session.
    pub fn start() -> Self {
        let store = Self {
            view: RwSignal::new(Arc::new(View::default())),
            route: Route::follow(),
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

    /// Sends a request; what it changes is shown when the answer comes.
    pub fn send(&self, what: &str, request: Request) {
        let (store, what) = (*self, what.to_owned());
        self.when_open(move || {
            store.changing.set(Some(what.clone()));
            store.begin(&what, |client| client.send(request));
        });
    }

    /// Acts on the stored work: now, or once it is there. Before that it would be replaced by it.
    fn when_open(&self, act: impl FnOnce() + 'static) {
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

    /// Goes on with what was being written when the page was left.
    fn bring_drafts(&self, drafts: Drafts) {
        self.drafts.set(drafts.queries);
        // An address with a query goes first.
        if let Some(text) = drafts.hunt
            && self.hunt.is_fresh()
        {
            self.hunt.text.set(text);
        }
    }

    /// Keeps what is being written: after a pause, and when the page is left.
    fn keep_drafts(self) {
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

    /// Sends a request that is no step of the user's, so that undoing passes over it.
    pub fn note(&self, what: &str, request: Request) {
        self.changing.set(None);
        self.begin(what, |client| client.send(request));
    }

    /// Queries that were run on the logs, the last one first.
    pub fn hunts(&self) -> Vec<String> {
        self.journal.with(|journal| journal.hunts.clone())
    }

    /// Whether the worker has opened the work; before that there is nothing to ask about.
    pub fn is_open(&self) -> bool {
        self.view.with(|view| !view.samples.is_empty())
    }

    /// Asks a question; `then` hears the answer. Nothing is shown meanwhile: for questions that are
    /// answered at once.
    pub fn ask(&self, question: Question, then: impl FnOnce(Result<Answer, Problem>) + 'static) {
        let request = Request::Ask { question };
        let number = self
            .client
            .with_value(|client| client.as_ref().map(|client| client.send(request)));
        if let Some(number) = number {
            self.pending.with_value(|pending| pending.add(number, then));
        }
    }

    /// Asks a question that may take long: what is done is shown, with progress, and can be cancelled.
    pub fn ask_long(
        &self,
        what: &str,
        question: Question,
        then: impl FnOnce(Result<Answer, Problem>) + 'static,
    ) {
        self.begin(what, |client| client.send(Request::Ask { question }));
        let number = self.last.get_untracked();
        self.pending.with_value(|pending| pending.add(number, then));
    }

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

    fn read_again(&self, names: &[String]) {
        let again: Vec<File> = self.files.with_value(|files| {
            let kept = files.iter().filter(|file| names.contains(&file.name()));
            kept.cloned().collect()
        });
        if !again.is_empty() {
            self.read(&again);
        }
    }

    fn begin(&self, what: &str, send: impl FnOnce(&Client) -> u32) {
        self.failure.set(None);
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

    fn add(&self, added: Vec<File>) {
        self.changing.set(Some("Adding files".to_owned()));
        self.read(&added);
        self.adding.set_value(added);
    }

    /// Takes all problems from the screen: a set of no files has none.
    pub fn put_problems_away(&self) {
        self.begin("Dismissing", |client| client.send_files(&[]));
    }

    fn read(&self, files: &[File]) {
        self.reading_since.set(Some(milliseconds()));
        self.begin("Reading files", |client| client.send_files(files));
    }

    /// Bytes a second of the file that is being read.
    pub fn rate(&self) -> Option<f64> {
        let bytes = self.busy.get()?.bytes?;
        let elapsed = milliseconds() - self.reading_since.get()?;
        (elapsed > 0.0).then(|| bytes as f64 * 1000.0 / elapsed)
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

    /// Starts a new worker with the rules, decisions and logs of the old one.
    fn start_again(&self) {
        self.client
            .with_value(|client| client.iter().for_each(Client::restart));
        let logs = self.journal.get_untracked().logs;
        self.open();
        self.read_again(&logs);
        // Last: who hears that may send what changes the work, which has to be there before.
        self.pending.with_value(Pending::give_up);
    }

    fn open(&self) {
        let journal = self.journal.get_untracked();
        self.changing.set(None);
        self.begin("Opening", |client| client.send(Request::Open { journal }));
    }

    fn hear(&self, heard: Heard) {
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

    /// Writes the journal to the browser's store.
    fn save(&self) {
        let (id, kept) = (self.workspace.get_untracked(), self.kept);
        let (journal, logs) = (
            self.journal.get_untracked(),
            self.keeps_logs.get_untracked(),
        );
        spawn_local(async move { kept.set(journal::save(&id, &journal, logs).await) });
    }

    /// Keeps log files in the browser from now on, or no longer.
    pub fn keep_logs(&self, wanted: bool) {
        self.keeps_logs.set(wanted);
        self.save();
        self.save_files();
    }

    /// Writes the user's files to the browser's store, or removes them from it.
    fn save_files(&self) {
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

    fn note_change(&self, before: Journal, journal: &Journal) {
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

    /// A broken worker answers no longer: a new one takes over what the journal holds.
    fn recover(&self, text: &str) {
        // Work that stops the page again stays aside.
        self.returning.set(None);
        self.crashes.update(|crashes| *crashes += 1);
        if self.crashes.get_untracked() > MAX_CRASHES {
            // What is stored may be what stops the worker: it is put aside, not overwritten.
            self.put_aside();
        }
        let adding = self.adding.try_update_value(std::mem::take);
        let adding = adding.unwrap_or_default();
        if self.crashes.get_untracked() <= 2 * MAX_CRASHES {
            self.start_again();
        } else {
            self.busy.set(None);
        }
        let left_out: Vec<String> = adding.iter().map(File::name).collect();
        if !adding.is_empty() && self.crashes.get_untracked() == 1 {
            // The first time it need not be the files that stopped the worker.
            self.add(adding);
            return self.tell_crash(text, &[]);
        }
        self.tell_crash(text, &left_out);
    }

    fn tell_crash(&self, text: &str, left_out: &[String]) {
        // A panic comes with words of its own; where memory ends the worker stops without any, which is the likely cause.
        let out_of_memory = text.contains(NO_WORDS);
        let given_up = self.crashes.get_untracked() > MAX_CRASHES;
        let mut remedy = match given_up {
            false if out_of_memory => "Your rules, decisions and log files are back. Load fewer days, or filter the rows earlier in the query.",
            false => "Your rules, decisions and log files are back. Please report what you did.",
            true => "Your work seems to be what stops it. It was put aside in this browser, and the page begins anew; Keep and share lists it and brings it back. Please report what you did.",
        }
        .to_owned();
        if !left_out.is_empty() {
            remedy.push_str(&format!(
                " Not loaded, because the worker stopped while reading: {}.",
                left_out.join(", ")
            ));
        }
        self.failure.set(Some(Problem {
            subject: "The worker stopped".to_owned(),
            line: None,
            field: None,
            message: match out_of_memory {
                true => "The worker ended without a word, as it does when the memory of the browser tab does not suffice.".to_owned(),
                false => text.to_owned(),
            },
            remedy,
        }));
    }
}

/// Milliseconds since the page was opened, for rates on the screen.
fn milliseconds() -> f64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or(0.0, |performance| performance.now())
}
