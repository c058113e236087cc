//! The rules of a session: read from files, replaced, removed.

use super::Session;
use crate::files::{self, FileContent};
use crate::loaded_rule::LoadedRule;
use crate::protocol::{InputFile, Problem, TextFile};
use crate::way;

impl Session {
    /// Takes over what a file holds. The journal keeps the file when it holds rules.
    pub(super) fn take(&mut self, content: FileContent, file: Option<&InputFile>) {
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
    pub(super) fn add_pack(&mut self) -> Result<(), Problem> {
        for file in files::pack() {
            self.take(files::read_file(&file), Some(&file));
        }
        Ok(())
    }

    /// Takes a rule away, with what was decided on it.
    pub(super) fn remove_rule(&mut self, key: &str) -> Result<(), Problem> {
        let index = self.rule_index(key)?;
        self.rules.remove(index);
        self.journal.decisions.retain(|(rule, _, _)| rule != key);
        self.journal.hand_edits.retain(|(rule, _)| rule != key);
        self.journal.removed_rules.push(key.to_owned());
        Ok(())
    }

    /// The place of a rule among the loaded ones.
    pub(crate) fn rule_index(&self, key: &str) -> Result<usize, Problem> {
        self.rules
            .iter()
            .position(|rule| rule.key == key)
            .ok_or_else(|| Problem::about(key, "this rule is not loaded", "add its file again"))
    }
}
