//! What a session takes for granted where Microsoft documents nothing: set by name, kept in the journal,
//! and in force for every schedule that is replayed.

use rule_replay::timeline::{Assumption, Assumptions};

use crate::protocol::{AssumptionView, Journal, Problem};
use crate::replay;
use crate::session::Session;

/// What a journal takes for granted. What it holds was looked at when it was set.
pub(crate) fn of(journal: &Journal) -> Assumptions {
    let settings = journal.assumptions.iter();
    Assumptions::of(settings.map(|(name, value)| (name, value))).unwrap_or_default()
}

/// Sets an option. Schedules that were replayed are replayed anew.
pub(crate) fn assume(session: &mut Session, name: &str, value: &str) -> Result<(), Problem> {
    let before = of(&session.journal);
    let mut after = before;
    after
        .set(name, value)
        .map_err(|wrong| Problem::about("What is assumed", wrong, "choose one of its values"))?;
    if after != before {
        session.journal.assumptions = kept(&after);
        replay::again(session);
    }
    Ok(())
}

/// Names and values of the options that do not have their default.
pub(crate) fn kept(assumptions: &Assumptions) -> Vec<(String, String)> {
    let all = assumptions.all().into_iter();
    all.filter(|one| one.value != one.default)
        .map(|one| (one.name.to_owned(), one.value))
        .collect()
}

/// The options as the page shows them.
pub(crate) fn views(session: &Session) -> Vec<AssumptionView> {
    of(&session.journal).all().iter().map(view).collect()
}

fn view(one: &Assumption) -> AssumptionView {
    // A choice that is only an example stands for any value of its kind.
    let listed = one.choices.iter().zip(&one.meanings);
    let listed = listed.filter(|_| !one.takes_any_duration);
    AssumptionView {
        name: one.name.to_owned(),
        title: one.title.to_owned(),
        value: one.value.clone(),
        choices: listed
            .map(|(choice, meaning)| ((*choice).to_owned(), (*meaning).to_owned()))
            .collect(),
        certainty: one.certainty.to_owned(),
        is_default: one.value == one.default,
    }
}
