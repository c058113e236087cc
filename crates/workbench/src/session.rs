//! The state behind the page: rules with their decisions, loaded logs, the chosen time.
//!
//! [`Session::handle`] answers every request; a request that fails leaves the session as it was.
//! [`Journal`] holds what is needed to come back to the same rules and decisions.

mod journal;
mod logs;
mod rules;

use std::cell::RefCell;

use kql_analysis::time::{format_datetime, parse_datetime};
use kql_engine::interrupt;

use crate::grid::Arranged;
use crate::loaded_log::LoadedLog;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{Journal, Problem, Progress, Question, Reply, Request, View};
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
    /// Time of runs in ticks.
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
                // A proof says itself how far it came; any other answer may be cut short.
                let may_stop = matches!(question, Question::Proof(_));
                return match ask::answer(self, question, progress) {
                    Ok(_) if !may_stop && interrupt::check().is_err() => Reply::Failed {
                        problem: run::cancelled(),
                    },
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
        // A view is made of results that stand, whole, also when the work behind it was cancelled.
        interrupt::ask(None);
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

    /// Sets the time of runs, which is written as an ISO 8601 text.
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

    /// Sets the time of runs, in ticks; the runs that were made stay.
    fn change_now(&mut self, ticks: i64) {
        self.now = ticks;
        self.journal.now = Some(second(ticks));
    }

    /// Drops the runs of all rules, because what they read has changed.
    fn forget_runs(&mut self) {
        for rule in &mut self.rules {
            rule.forget_runs();
        }
    }
}

/// A time to the second, as the page's field holds it.
pub(crate) fn second(ticks: i64) -> String {
    let text = format_datetime(ticks);
    format!("{}Z", text.get(..19).unwrap_or(&text))
}
