//! Steps back and forward through what the user did: the journal before each change, with what changed.
//! Whoever goes a step sends its journal as [`crate::protocol::Request::Restore`].

use crate::protocol::Journal;

/// Changes that can be taken back.
const MAX_STEPS: usize = 200;

/// A state to come back to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was done after it, such as `Applying the edit`.
    pub what: String,
    /// The state.
    pub journal: Journal,
}

/// The way behind and the way ahead.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    past: Vec<Step>,
    future: Vec<Step>,
}

impl Undo {
    /// Notes that the state changed from `journal` on.
    pub fn changed(&mut self, what: &str, journal: Journal) {
        self.future.clear();
        self.past.push(Step {
            what: what.to_owned(),
            journal,
        });
        if self.past.len() > MAX_STEPS {
            self.past.remove(0);
        }
    }

    /// What the next step back takes back.
    pub fn last(&self) -> Option<&str> {
        self.past.last().map(|step| step.what.as_str())
    }

    /// What the next step forward does again.
    pub fn next(&self) -> Option<&str> {
        self.future.last().map(|step| step.what.as_str())
    }

    /// Goes back from `now`.
    pub fn back(&mut self, now: Journal) -> Option<Step> {
        go(&mut self.past, &mut self.future, now)
    }

    /// Goes forward from `now`.
    pub fn forward(&mut self, now: Journal) -> Option<Step> {
        go(&mut self.future, &mut self.past, now)
    }
}

/// Goes to the nearest step of one way; `now` becomes the nearest of the other.
fn go(way: &mut Vec<Step>, behind: &mut Vec<Step>, now: Journal) -> Option<Step> {
    let step = way.pop()?;
    behind.push(Step {
        what: step.what.clone(),
        journal: now,
    });
    Some(step)
}
