//! Coming back to the work that a journal describes.

use super::{OnProgress, Session};
use crate::protocol::{InputFile, Journal, Problem};
use crate::{assume, decisions, files, way};

impl Session {
    /// Repeats what a journal says, on top of a fresh session. What cannot be repeated is a problem, not
    /// a failure: the rest of the user's work comes back.
    pub(crate) fn open(
        &mut self,
        journal: Journal,
        progress: OnProgress<'_>,
    ) -> Result<(), Problem> {
        *self = Self::new();
        self.journal.hunts.clone_from(&journal.hunts);
        let mut outcomes = self.repeat_rules(&journal);
        outcomes.extend(self.repeat_decisions(&journal));
        self.journal.tests.clone_from(&journal.tests);
        outcomes.extend(self.repeat_run(&journal, progress));
        self.journal.logs = journal.logs;
        outcomes.push(self.miss_logs());
        let problems = outcomes.into_iter().filter_map(Result::err);
        self.problems.extend(problems);
        Ok(())
    }

    /// Profiles, the way of converting, and the rules that were added and removed.
    fn repeat_rules(&mut self, journal: &Journal) -> Vec<Result<(), Problem>> {
        let mut outcomes = Vec::new();
        for (name, text) in &journal.profiles {
            outcomes.push(way::keep_profile(self, name, text).map(|_| ()));
        }
        outcomes.push(way::convert(self, journal.way.clone()));
        for file in &journal.rule_files {
            let read = |file: InputFile| self.take(files::read_file(&file), Some(&file));
            outcomes.push(file.decode().map(read));
        }
        let removed = journal.removed_rules.iter();
        outcomes.extend(removed.map(|key| self.remove_rule(key)));
        outcomes
    }

    /// Edits by hand, decisions and queries of the user's own.
    fn repeat_decisions(&mut self, journal: &Journal) -> Vec<Result<(), Problem>> {
        let mut outcomes = Vec::new();
        for (rule, change) in &journal.hand_edits {
            outcomes.push(decisions::put(self, rule, change));
        }
        for (rule, edit, accepted) in &journal.decisions {
            outcomes.push(decisions::decide(self, rule, edit, *accepted));
        }
        for (rule, query) in &journal.own_queries {
            outcomes.push(decisions::write_query(self, rule, Some(query.clone())));
        }
        outcomes
    }

    /// What is assumed, the sample logs and the time.
    fn repeat_run(
        &mut self,
        journal: &Journal,
        progress: OnProgress<'_>,
    ) -> Vec<Result<(), Problem>> {
        let mut outcomes = Vec::new();
        for (name, value) in &journal.assumptions {
            outcomes.push(assume::assume(self, name, value));
        }
        if let Some(name) = &journal.sample {
            outcomes.push(self.load_sample(name, progress));
        }
        if let Some(now) = &journal.now {
            outcomes.push(self.set_now(now));
        }
        outcomes
    }

    /// The user's logs stay outside of the journal.
    fn miss_logs(&self) -> Result<(), Problem> {
        match self.journal.logs.is_empty() {
            true => Ok(()),
            false => Err(Problem::about(
                self.journal.logs.join(", "),
                "these log files are not loaded",
                "add them again to run rules on them",
            )),
        }
    }
}
