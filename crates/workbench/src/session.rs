//! The state behind the page: rules with their decisions, loaded logs, the chosen time.
//!
//! [`Session::handle`] answers every request; a request that fails leaves the session as it was.
//! [`Journal`] holds what is needed to come back to the same rules and decisions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use kql_analysis::time::{format_datetime, parse_datetime};
use kql_analysis::value::TICKS_PER_SECOND;
use kql_engine::interrupt;

use crate::files::FileContent;
use crate::grid::Arranged;
use crate::loaded_log::LoadedLog;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{InputFile, Journal, Problem, Progress, Reply, Request, TextFile, View};
use crate::reading::Reading;
use crate::way::OwnProfile;
use crate::{
    ask, assume, decisions, files, lints, made_test, replay, restore, rule_set, run, samples, sets,
    view, way,
};

/// Where long requests tell how far they have come.
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress);

/// Everything that one page holds.
#[derive(Debug)]
pub struct Session {
    pub(crate) rules: Vec<LoadedRule>,
    pub(crate) logs: Vec<LoadedLog>,
    pub(crate) problems: Vec<Problem>,
    /// Ticks.
    pub(crate) now: i64,
    pub(crate) journal: Journal,
    /// Profiles of the user's own.
    pub(crate) profiles: Vec<OwnProfile>,
    /// Order of the rows that a grid showed last.
    pub(crate) arranged: Option<Arranged>,
    /// Rows of the last query over the logs.
    pub(crate) hunted: Option<kql_engine::Table>,
    /// Logs of one table put together, with the logs that they are made of.
    joined: RefCell<Option<Joined>>,
    /// The bundled rules, read and converted before they were asked for.
    prepared: Option<Vec<LoadedRule>>,
}

/// Logs by name and rows, and their tables.
type Joined = (Vec<(String, usize)>, rule_replay::Tables);

/// Most queries that are kept.
const MAX_HUNTS: usize = 50;

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session with the bundled rules, no logs, and the end of the sample logs as its time.
    pub fn new() -> Self {
        Self {
            rules: files::bundled_rules(),
            ..Self::unopened()
        }
    }

    /// A session without rules, until [`Request::Open`] brings them.
    pub fn unopened() -> Self {
        Self {
            rules: Vec::new(),
            logs: Vec::new(),
            problems: Vec::new(),
            now: samples::END,
            journal: Journal::default(),
            profiles: Vec::new(),
            arranged: None,
            hunted: None,
            joined: RefCell::default(),
            prepared: None,
        }
    }

    /// Reads the bundled rules before [`Request::Open`] asks for them, while the page is still on its way.
    pub fn prepare(&mut self) {
        self.prepared = Some(files::bundled_rules());
    }

    /// Answers a request.
    pub fn handle(&mut self, request: Request, progress: OnProgress<'_>) -> Reply {
        if !matches!(request, Request::Ask { .. }) {
            self.arranged = None;
        }
        let done = match request {
            Request::Open { journal } => self.open(journal, progress),
            Request::Restore { journal } => restore::restore(self, journal, progress),
            Request::Ask { question } => {
                return match ask::answer(self, question, progress) {
                    Ok(answer) => Reply::Answer { answer },
                    Err(problem) => Reply::Failed { problem },
                };
            }
            Request::KeepHunts { hunts } => {
                self.journal.hunts = hunts.into_iter().take(MAX_HUNTS).collect();
                Ok(())
            }
            Request::RemoveRule { rule } => self.remove_rule(&rule),
            Request::AddPack => self.add_pack(),
            Request::Convert { way } => way::convert(self, way),
            Request::RemoveLog { log } => self.remove_log(&log),
            Request::Decide {
                rule,
                edit,
                accepted,
            } => decisions::decide(self, &rule, &edit, accepted),
            Request::DecideMany {
                rules,
                which,
                accepted,
            } => decisions::decide_many(self, &rules, which, accepted),
            Request::ByHand {
                rule,
                edit,
                text,
                note,
            } => decisions::by_hand(self, &rule, &edit, text, note),
            Request::RemoveByHand { rule, edit } => decisions::remove(self, &rule, &edit),
            Request::AddProfile { name, text } => way::add_profile(self, &name, &text),
            Request::RemoveProfile { id } => way::remove_profile(self, &id),
            Request::WriteQuery { rule, query } => decisions::write_query(self, &rule, query),
            Request::AllowFinding {
                rule,
                number,
                reason,
            } => lints::allow(self, &rule, number, &reason),
            Request::LoadSample { name } => self.load_sample(&name, progress),
            Request::SetNow { now } => self.set_now(&now),
            Request::Run { rule } => run::run(self, rule.as_deref(), progress),
            Request::Replay { rule } => replay::replay(self, &rule),
            Request::OpenRuleSet { name, text } => sets::open(self, &name, &text),
            Request::Assume { name, value } => assume::assume(self, &name, &value),
            Request::AddTest { rule, of } => made_test::add_test(self, &rule, &of),
            Request::RemoveTest { rule, number } => sets::remove_test(self, &rule, number),
        };
        match done {
            Ok(()) => self.reply(),
            Err(problem) => Reply::Failed { problem },
        }
    }

    /// The whole state as an answer.
    pub fn reply(&self) -> Reply {
        Reply::View {
            view: Box::new(self.view()),
            journal: Box::new(self.journal.clone()),
        }
    }

    /// Begins a set of added files: problems of earlier ones are no longer shown.
    pub fn begin_files(&mut self) {
        self.joined.take();
        self.problems.clear();
    }

    /// Takes over what was read from a file; it is recognised by its content.
    pub fn add_file(&mut self, reading: Reading) {
        self.arranged = None;
        let (content, file) = reading.finish();
        if let Some(set) = file
            .as_ref()
            .filter(|file| rule_set::is_rule_set(&file.bytes))
        {
            return self.leave_out(
                &set.name,
                "this is a rule set, which changes rules, decisions and tests",
                "open it under Tests, where you see what it would change",
            );
        }
        if let Some(file) = file.as_ref().filter(|file| way::is_profile_file(file)) {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            let problem = way::add_profile(self, &file.name, &text).err();
            self.problems.extend(problem);
            return;
        }
        self.take(content, file.as_ref());
    }

    /// Notes that a file was not read to its end.
    pub fn leave_out(&mut self, file: &str, message: &str, remedy: &str) {
        self.problems.push(Problem::about(file, message, remedy));
    }

    /// What the page shows.
    pub fn view(&self) -> View {
        View {
            rules: self.rules.iter().map(view::rule::of).collect(),
            logs: self.logs.iter().map(view::log::of).collect(),
            problems: self.problems.clone(),
            samples: samples::views(),
            now: second(self.now),
            way: self.journal.way.clone(),
            assumptions: assume::views(self),
            profiles: way::profiles(&self.profiles),
            own_profiles: self
                .profiles
                .iter()
                .map(|own| own.profile.id.clone())
                .collect(),
            summary: decisions::summary(self),
            has_pack: files::has_pack(&self.rules),
        }
    }

    /// Repeats what a journal says, on top of a fresh session. What cannot be repeated is a problem, not
    /// a failure: the rest of the user's work comes back.
    pub(crate) fn open(
        &mut self,
        journal: Journal,
        progress: OnProgress<'_>,
    ) -> Result<(), Problem> {
        *self = Self {
            rules: self.prepared.take().unwrap_or_else(files::bundled_rules),
            ..Self::unopened()
        };
        self.journal.hunts.clone_from(&journal.hunts);
        let mut outcomes = Vec::new();
        for (name, text) in &journal.profiles {
            outcomes.push(way::keep_profile(self, name, text).map(|_| ()));
        }
        outcomes.push(way::convert(self, journal.way.clone()));
        for file in &journal.rule_files {
            let read = |file: InputFile| self.take(files::read_file(&file), Some(&file));
            outcomes.push(file.decode().map(read));
        }
        outcomes.extend(
            journal
                .removed_rules
                .iter()
                .map(|key| self.remove_rule(key)),
        );
        for (rule, change) in &journal.hand_edits {
            outcomes.push(decisions::put(self, rule, change));
        }
        for (rule, edit, accepted) in &journal.decisions {
            outcomes.push(decisions::decide(self, rule, edit, *accepted));
        }
        for (rule, query) in &journal.own_queries {
            outcomes.push(decisions::write_query(self, rule, Some(query.clone())));
        }
        self.journal.tests.clone_from(&journal.tests);
        for (name, value) in &journal.assumptions {
            outcomes.push(assume::assume(self, name, value));
        }
        if let Some(name) = &journal.sample {
            outcomes.push(self.load_sample(name, progress));
        }
        if let Some(now) = &journal.now {
            outcomes.push(self.set_now(now));
        }
        self.journal.logs = journal.logs.clone();
        if !journal.logs.is_empty() {
            outcomes.push(Err(Problem::about(
                journal.logs.join(", "),
                "these log files are not loaded",
                "add them again to run rules on them",
            )));
        }
        self.problems
            .extend(outcomes.into_iter().filter_map(Result::err));
        Ok(())
    }

    /// Takes over what a file holds. The journal keeps the file when it holds rules.
    fn take(&mut self, content: FileContent, file: Option<&InputFile>) {
        self.problems.extend(content.problems);
        let keys: Vec<String> = content.rules.iter().map(|rule| rule.key.clone()).collect();
        let has_moved = match file.filter(|_| !keys.is_empty()) {
            Some(file) => self.keep_file(TextFile::encode(file), &keys),
            None => false,
        };
        let new = content.rules.into_iter();
        let new = new.filter(|rule| !self.has(rule)).collect();
        self.add_rules(new);
        if has_moved {
            self.move_to_end(&keys);
        }
        self.add_logs(content.logs);
    }

    /// Notes a file of rules: at the place of the file of this name when all of its rules are loaded, or else
    /// at the end. Whether it has moved there, where a reload then shows its rules.
    fn keep_file(&mut self, file: TextFile, keys: &[String]) -> bool {
        let is_loaded = |key: &String| self.rules.iter().any(|loaded| loaded.key == *key);
        let all_loaded = keys.iter().all(is_loaded);
        let files = &mut self.journal.rule_files;
        match files.iter_mut().find(|known| known.name == file.name) {
            Some(known) if all_loaded => {
                *known = file;
                false
            }
            known => {
                let is_known = known.is_some();
                files.retain(|known| known.name != file.name);
                files.push(file);
                is_known
            }
        }
    }

    /// Puts rules behind all others, in the order of their keys. Those that came with the page come first in
    /// every session.
    fn move_to_end(&mut self, keys: &[String]) {
        let place = |rule: &LoadedRule| {
            let keys = keys.iter().filter(|_| !rule.bundled);
            keys.enumerate()
                .find_map(|(at, key)| (*key == rule.key).then_some(at))
        };
        self.rules
            .sort_by_key(|rule| place(rule).map_or(0, |place| place + 1));
    }

    /// Whether a rule is loaded as it is; then it stays with what was decided on it, so that dropping a file
    /// twice is harmless. What was decided on another rule of that key goes.
    fn has(&mut self, rule: &LoadedRule) -> bool {
        let loaded = self.rules.iter().find(|loaded| loaded.key == rule.key);
        let is_same = loaded.map(|loaded| loaded.rule == rule.rule);
        if is_same == Some(false) {
            self.journal
                .decisions
                .retain(|(key, _, _)| *key != rule.key);
            self.journal.hand_edits.retain(|(key, _)| *key != rule.key);
        }
        is_same == Some(true)
    }

    /// Adds rules; one with the key of a loaded rule takes its place.
    pub(crate) fn add_rules(&mut self, rules: Vec<LoadedRule>) {
        for mut rule in rules {
            way::follow(&self.profiles, &self.journal.way, &mut rule);
            self.journal.removed_rules.retain(|key| *key != rule.key);
            match self.rules.iter_mut().find(|loaded| loaded.key == rule.key) {
                Some(loaded) => *loaded = rule,
                None => self.rules.push(rule),
            }
        }
    }

    /// Adds the rules about Managed HSMs that come with the program.
    fn add_pack(&mut self) -> Result<(), Problem> {
        for file in files::pack() {
            self.take(files::read_file(&file), Some(&file));
        }
        Ok(())
    }

    fn add_logs(&mut self, logs: Vec<LoadedLog>) {
        if logs.is_empty() {
            return;
        }
        if logs.iter().any(LoadedLog::is_audit_log) {
            // The user's own log takes the sample's place: mixed, neither would mean anything.
            self.logs.retain(|log| log.sample.is_none());
            self.journal.sample = None;
        }
        self.joined.take();
        let mut new = false;
        for log in logs {
            if !self.journal.logs.contains(&log.name) {
                self.journal.logs.push(log.name.clone());
                new = true;
            }
            match self.logs.iter_mut().find(|loaded| loaded.key == log.key) {
                Some(loaded) => *loaded = log,
                None => self.logs.push(log),
            }
        }
        // Logs that come back after a reload leave the time that was chosen for them.
        if new && let Some(end) = self.end_of_user_logs() {
            self.change_now(end);
        }
        self.forget_runs();
    }

    /// One tick past the last row of the user's own logs: the first time at which a run reads them all.
    fn end_of_user_logs(&self) -> Option<i64> {
        let own = self
            .logs
            .iter()
            .filter(|log| log.sample.is_none() && log.is_audit_log());
        own.filter_map(|log| log.loaded.span)
            .map(|(_, last)| next_minute(last))
            .max()
    }

    fn remove_rule(&mut self, key: &str) -> Result<(), Problem> {
        let index = self.rule_index(key)?;
        self.rules.remove(index);
        self.journal.decisions.retain(|(rule, _, _)| rule != key);
        self.journal.hand_edits.retain(|(rule, _)| rule != key);
        self.journal.removed_rules.push(key.to_owned());
        Ok(())
    }

    fn remove_log(&mut self, key: &str) -> Result<(), Problem> {
        let Some(log) = self.logs.iter().find(|log| log.key == key) else {
            return Err(Problem::about(
                key,
                "this log is not loaded",
                "reload the page",
            ));
        };
        if log.sample.is_some() {
            self.logs.retain(|log| log.sample.is_none());
            self.journal.sample = None;
        } else {
            let name = log.name.clone();
            self.logs.retain(|log| log.key != key);
            let loaded = self.logs.iter().any(|log| log.name == name);
            self.journal.logs.retain(|known| loaded || *known != name);
        }
        self.forget_runs();
        Ok(())
    }

    fn load_sample(&mut self, name: &str, progress: OnProgress<'_>) -> Result<(), Problem> {
        progress(Progress {
            what: "Generating the sample logs".to_owned(),
            done: None,
            detail: String::new(),
            bytes: None,
        });
        let logs = samples::load_sample(name)?;
        self.joined.take();
        self.logs.retain(|log| log.sample.is_none());
        self.logs.extend(logs);
        self.journal.sample = Some(name.to_owned());
        self.change_now(samples::END);
        self.forget_runs();
        Ok(())
    }

    fn set_now(&mut self, now: &str) -> Result<(), Problem> {
        let Some(ticks) = parse_datetime(now) else {
            return Err(Problem::about(
                "Run at",
                format!("`{now}` is not a time"),
                "write it like 2026-03-02T00:30:00Z",
            ));
        };
        if ticks != self.now {
            self.change_now(ticks);
            self.forget_runs();
        }
        Ok(())
    }

    fn change_now(&mut self, ticks: i64) {
        self.now = ticks;
        self.journal.now = Some(second(ticks));
    }

    fn forget_runs(&mut self) {
        for rule in &mut self.rules {
            rule.forget_runs();
        }
    }

    pub(crate) fn rule_index(&self, key: &str) -> Result<usize, Problem> {
        self.rules
            .iter()
            .position(|rule| rule.key == key)
            .ok_or_else(|| Problem::about(key, "this rule is not loaded", "add its file again"))
    }

    /// All loaded rows by table; known tables without rows are there with their columns.
    /// Logs of one table are put together once, and again when the logs are others.
    pub(crate) fn tables(&self) -> rule_replay::Tables {
        let of: Vec<(String, usize)> = self.logs.iter().map(identity).collect();
        let mut joined = self.joined.borrow_mut();
        match &*joined {
            Some((known, tables)) if *known == of => tables.clone(),
            _ => {
                // What is out of date goes first: both may not fit.
                *joined = None;
                let tables = self.join();
                // What a cancel cut short is for nobody; who asked for it gives it up.
                if interrupt::check().is_ok() {
                    *joined = Some((of, tables.clone()));
                }
                tables
            }
        }
    }

    /// Bytes that the user's logs hold, by the table that takes their rows.
    pub fn log_bytes(&self) -> BTreeMap<String, u64> {
        let mut bytes = BTreeMap::new();
        for log in self.logs.iter().filter(|log| log.sample.is_none()) {
            let held = log.loaded.table.held_bytes() as u64;
            *bytes.entry(log.loaded.table_name.clone()).or_default() += held;
        }
        bytes
    }

    fn join(&self) -> rule_replay::Tables {
        let mut parts: BTreeMap<String, Vec<kql_engine::Table>> = BTreeMap::new();
        for log in &self.logs {
            parts
                .entry(log.loaded.table_name.clone())
                .or_default()
                .push(log.loaded.table.clone());
        }
        files::tables(parts)
    }
}

/// What tells a log from others; one that is read again under its name makes the session forget itself.
fn identity(log: &LoadedLog) -> (String, usize) {
    (log.key.clone(), log.loaded.table.rows())
}

/// A time to the second, as the page's field holds it.
pub(crate) fn second(ticks: i64) -> String {
    let text = format_datetime(ticks);
    format!("{}Z", text.get(..19).unwrap_or(&text))
}

/// The first full minute after a time.
fn next_minute(ticks: i64) -> i64 {
    const MINUTE: i64 = 60 * TICKS_PER_SECOND;
    (ticks.div_euclid(MINUTE) + 1) * MINUTE
}
