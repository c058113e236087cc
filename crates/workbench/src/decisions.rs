//! Decisions on edits, of one rule or of many, and changes by hand; the journal follows them.

use rule_convert::{Applicability, Summary};

use crate::protocol::{HandEdit, Problem, Which};
use crate::session::Session;
use crate::way;

/// Accepts or refuses an edit.
pub(crate) fn decide(
    session: &mut Session,
    rule: &str,
    edit: &str,
    accepted: bool,
) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    let loaded = &session.rules[index];
    if !loaded.has_edit(edit) && !way::has_edit(&session.profiles, &loaded.rule, edit) {
        return Err(loaded.no_edit(edit));
    }
    session.rules[index].decide(edit, accepted);
    note_decision(session, index, edit, accepted);
    Ok(())
}

fn note_decision(session: &mut Session, index: usize, edit: &str, accepted: bool) {
    let loaded = &session.rules[index];
    let decisions = &mut session.journal.decisions;
    decisions.retain(|(r, e, _)| !(*r == loaded.key && e == edit));
    // A decision on an edit of another way of conversion waits until that is chosen again.
    if loaded.differs_from_default(edit) || !loaded.has_edit(edit) {
        decisions.push((loaded.key.clone(), edit.to_owned(), accepted));
    }
}

/// Accepts or refuses edits of many rules at once; of all when none is named.
pub(crate) fn decide_many(
    session: &mut Session,
    rules: &[String],
    which: Which,
    accepted: bool,
) -> Result<(), Problem> {
    let which = match which {
        Which::Safe => Applicability::Safe,
        Which::Review => Applicability::Review,
    };
    let indexes: Vec<usize> = match rules {
        [] => (0..session.rules.len()).collect(),
        keys => keys
            .iter()
            .map(|key| session.rule_index(key))
            .collect::<Result<_, _>>()?,
    };
    for index in indexes {
        for edit in session.rules[index].decide_many(which, accepted) {
            note_decision(session, index, &edit, accepted);
        }
    }
    Ok(())
}

/// What the conversion of all rules comes to.
pub(crate) fn summary(session: &Session) -> Summary {
    let mut summary = Summary::default();
    for loaded in &session.rules {
        summary.add(
            &loaded.rule,
            &loaded.conversion,
            &loaded.converted,
            &|edit| loaded.is_accepted(edit),
        );
    }
    summary
}

/// Keeps the changes by hand of a rule and every decision that is not the default one.
pub(crate) fn keep(session: &mut Session, rule: &str) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    let edits: Vec<(String, bool)> = session.rules[index]
        .conversion
        .edits
        .iter()
        .map(|edit| (edit.id.clone(), session.rules[index].is_accepted(edit)))
        .collect();
    for (edit, accepted) in edits {
        note_decision(session, index, &edit, accepted);
    }
    note_by_hand(session, index);
    Ok(())
}

/// Writes another text at the place of an edit.
pub(crate) fn by_hand(
    session: &mut Session,
    rule: &str,
    edit: &str,
    text: String,
    note: String,
) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    session.rules[index].write_at(edit, text, note)?;
    note_by_hand(session, index);
    Ok(())
}

/// Adds a change by hand as it was kept.
pub(crate) fn put(session: &mut Session, rule: &str, change: &HandEdit) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    let id = session.rules[index].put_by_hand(change.change())?;
    if !change.accepted {
        session.rules[index].decide(&id, false);
        note_decision(session, index, &id, false);
    }
    note_by_hand(session, index);
    Ok(())
}

/// Takes a change by hand out.
pub(crate) fn remove(session: &mut Session, rule: &str, edit: &str) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    session.rules[index].remove_by_hand(edit)?;
    note_by_hand(session, index);
    Ok(())
}

/// Takes a converted query that the user wrote; without one, every change by hand is taken out.
pub(crate) fn write_query(
    session: &mut Session,
    rule: &str,
    query: Option<String>,
) -> Result<(), Problem> {
    let index = session.rule_index(rule)?;
    let refused = match query {
        Some(query) => session.rules[index].write(&query)?,
        None => {
            session.rules[index].forget_by_hand();
            Vec::new()
        }
    };
    for edit in refused {
        note_decision(session, index, &edit, false);
    }
    note_by_hand(session, index);
    Ok(())
}

/// Keeps the changes by hand of a rule, and no decision on one that is gone.
fn note_by_hand(session: &mut Session, index: usize) {
    let loaded = &session.rules[index];
    let journal = &mut session.journal;
    journal.hand_edits.retain(|(key, _)| *key != loaded.key);
    let kept = loaded.hand_edits().into_iter();
    let kept = kept.map(|change| (loaded.key.clone(), change));
    journal.hand_edits.extend(kept);
    journal.decisions.retain(|(key, edit, _)| {
        *key != loaded.key || !edit.starts_with("hand@") || loaded.has_edit(edit)
    });
}
