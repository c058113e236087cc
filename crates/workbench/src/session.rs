//! The state behind the page: rules with their decisions, loaded logs, the chosen time.
//!
//! [`Session::handle`] answers every request; a request that fails leaves the session as it was.
//! [`Journal`] holds what is needed to come back to the same rules and decisions.

use std::collections::BTreeMap;

use kql_analysis::time::{format_datetime, parse_datetime};
use kql_analysis::value::TICKS_PER_SECOND;

use crate::files::FileContent;
use crate::grid::Arranged;
use crate::loaded_log::LoadedLog;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{InputFile, Journal, Problem, Progress, Reply, Request, TextFile, View};
use crate::reading::Reading;
use crate::{ask, files, replay, restore, rule_set, run, samples, sets, view, way};

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
    /// Order of the rows that a grid showed last.
    pub(crate) arranged: Option<Arranged>,
    /// Rows of the last query over the logs.
    pub(crate) hunted: Option<kql_engine::Table>,
}

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
            logs: Vec::new(),
            problems: Vec::new(),
            now: samples::END,
            journal: Journal::default(),
            arranged: None,
            hunted: None,
        }
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
            } => self.decide(&rule, &edit, accepted),
            Request::WriteQuery { rule, query } => self.write_query(&rule, query),
            Request::LoadSample { name } => self.load_sample(&name, progress),
            Request::SetNow { now } => self.set_now(&now),
            Request::Run { rule } => run::run(self, rule.as_deref(), progress),
            Request::Replay { rule } => replay::replay(self, &rule),
            Request::OpenRuleSet { name, text } => sets::open(self, &name, &text),
            Request::AddTest { rule } => sets::add_test(self, &rule),
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
            profiles: way::profiles(),
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
        *self = Self::new();
        self.journal.hunts.clone_from(&journal.hunts);
        let mut outcomes = vec![way::convert(self, journal.way.clone())];
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
        for (rule, edit, accepted) in &journal.decisions {
            outcomes.push(self.decide(rule, edit, *accepted));
        }
        for (rule, query) in &journal.own_queries {
            outcomes.push(self.write_query(rule, Some(query.clone())));
        }
        self.journal.tests.clone_from(&journal.tests);
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
        if let (false, Some(file)) = (content.rules.is_empty(), file) {
            self.journal
                .rule_files
                .retain(|known| known.name != file.name);
            self.journal.rule_files.push(TextFile::encode(file));
        }
        self.add_rules(content.rules);
        self.add_logs(content.logs);
    }

    /// Adds rules; one with the key of a loaded rule replaces it, so that dropping a file twice is
    /// harmless.
    pub(crate) fn add_rules(&mut self, rules: Vec<LoadedRule>) {
        for mut rule in rules {
            way::follow(&self.journal.way, &mut rule);
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
        self.journal.own_queries.retain(|(rule, _)| rule != key);
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

    pub(crate) fn decide(&mut self, rule: &str, edit: &str, accepted: bool) -> Result<(), Problem> {
        let index = self.rule_index(rule)?;
        self.rules[index].decide(edit, accepted)?;
        self.journal
            .decisions
            .retain(|(r, e, _)| !(r == rule && e == edit));
        // A decision on an edit of another way of conversion waits until that is chosen again.
        if self.rules[index].differs_from_default(edit) || !self.rules[index].has_edit(edit) {
            self.journal
                .decisions
                .push((rule.to_owned(), edit.to_owned(), accepted));
        }
        self.note_own_query(index);
        Ok(())
    }

    fn write_query(&mut self, rule: &str, query: Option<String>) -> Result<(), Problem> {
        let index = self.rule_index(rule)?;
        self.rules[index].write(query)?;
        self.note_own_query(index);
        Ok(())
    }

    /// Keeps a converted query that the user wrote, or forgets it.
    fn note_own_query(&mut self, index: usize) {
        let rule = &self.rules[index];
        self.journal.own_queries.retain(|(key, _)| *key != rule.key);
        if let Some(query) = &rule.own_query {
            let entry = (rule.key.clone(), query.clone());
            self.journal.own_queries.push(entry);
        }
    }

    fn load_sample(&mut self, name: &str, progress: OnProgress<'_>) -> Result<(), Problem> {
        progress(Progress {
            what: "Generating the sample logs".to_owned(),
            done: None,
            detail: String::new(),
            bytes: None,
        });
        let logs = samples::load_sample(name)?;
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
    pub(crate) fn tables(&self) -> rule_replay::Tables {
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
