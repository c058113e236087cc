//! Every change of a conversion can be taken back and done again: going back step by step shows what was shown
//! before each change, and going forward what was shown after it.

use serde_json::Value;
use workbench::Session;
use workbench::protocol::{Journal, Reply, Request, View, Way, Which};
use workbench::undo::Undo;

/// Changes of one walk.
const STEPS: usize = 14;

/// What is shown and kept.
#[derive(Clone, Debug, PartialEq)]
struct State {
    view: Value,
    journal: Journal,
}

/// A session with the way back, as the page drives it.
struct Driven {
    session: Session,
    undo: Undo,
}

impl Driven {
    fn open() -> Self {
        let mut session = Session::new();
        let journal = Journal::default();
        session.handle(Request::Open { journal }, &mut |_| {});
        Self {
            session,
            undo: Undo::default(),
        }
    }

    fn view(&self) -> View {
        self.session.view()
    }

    fn state(&self) -> State {
        match self.session.reply() {
            Reply::View { view, journal } => State {
                view: serde_json::to_value(&view).expect("it is plain data"),
                journal: *journal,
            },
            other => panic!("{other:?}"),
        }
    }

    /// Sends a change and notes it; false when it changes nothing or is refused.
    fn change(&mut self, what: &str, request: Request) -> bool {
        let before = self.state();
        if let Reply::Failed { .. } = self.session.handle(request, &mut |_| {}) {
            assert_eq!(
                self.state(),
                before,
                "a refused change leaves all as it was"
            );
            return false;
        }
        let is_other = self.state().journal != before.journal;
        if is_other {
            self.undo.changed(what, before.journal);
        }
        is_other
    }

    fn restore(&mut self, journal: Journal) {
        let reply = self
            .session
            .handle(Request::Restore { journal }, &mut |_| {});
        assert!(matches!(reply, Reply::View { .. }), "{reply:?}");
    }

    fn back(&mut self) -> Option<String> {
        let step = self.undo.back(self.state().journal)?;
        self.restore(step.journal);
        Some(step.what)
    }

    fn forward(&mut self) -> Option<String> {
        let step = self.undo.forward(self.state().journal)?;
        self.restore(step.journal);
        Some(step.what)
    }
}

/// A change of a kind, at a rule and an edit that the number chooses.
fn change(view: &View, kind: usize, number: usize) -> (String, Request) {
    let chosen = &view.rules[number % view.rules.len()];
    let rule = chosen.key.clone();
    let edits = &chosen.edits;
    let edit = edits.get(number / 7 % edits.len().max(1));
    let (id, accepted) =
        edit.map_or_else(Default::default, |edit| (edit.id.clone(), edit.accepted));
    let by_hand = edits.iter().find(|edit| edit.by_hand);
    let name = chosen.name.clone();
    match kind {
        0 | 1 => (
            format!("deciding {id} of {name}"),
            Request::Decide {
                rule,
                edit: id,
                accepted: !accepted,
            },
        ),
        2 | 3 => (
            format!("writing {id} of {name} by hand"),
            Request::ByHand {
                rule,
                edit: id,
                text: format!("\"BY HAND {number}\""),
                note: "as agreed".to_owned(),
            },
        ),
        4 => (
            format!("taking a change out of {name}"),
            Request::RemoveByHand {
                rule,
                edit: by_hand.map_or(id, |edit| edit.id.clone()),
            },
        ),
        5 => (
            format!("writing the query of {name}"),
            Request::WriteQuery {
                rule,
                query: Some(format!("{}\n| take {number}", chosen.converted_query)),
            },
        ),
        6 => (
            format!("going back to the conversion of {name}"),
            Request::WriteQuery { rule, query: None },
        ),
        7 => (
            "deciding on many".to_owned(),
            Request::DecideMany {
                rules: Vec::new(),
                which: Which::Review,
                accepted: number.is_multiple_of(2),
            },
        ),
        8 => (
            "converting another way".to_owned(),
            Request::Convert {
                way: Way {
                    profile: String::new(),
                    widen: !view.way.widen,
                },
            },
        ),
        9 => (format!("removing {name}"), Request::RemoveRule { rule }),
        _ => ("adding the pack".to_owned(), Request::AddPack),
    }
}

/// Numbers that look random and are the same each time.
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(seed), |last| {
        Some(
            last.wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        )
    })
    .map(|number| (number >> 33) as usize)
}

#[test]
fn every_change_can_be_taken_back_and_done_again() {
    for seed in 1..3 {
        let mut driven = Driven::open();
        let mut states = vec![driven.state()];
        let mut done = Vec::new();
        let mut numbers = numbers(seed);
        let mut next = || numbers.next().expect("there is always one more");
        while done.len() < STEPS {
            let (kind, number) = (next() % 11, next());
            let (what, request) = change(&driven.view(), kind, number);
            if driven.change(&what, request) {
                states.push(driven.state());
                done.push(what);
            }
        }
        for (before, what) in states.iter().zip(&done).rev() {
            assert_eq!(driven.back().as_ref(), Some(what));
            assert_same(&driven.state(), before, what);
        }
        assert_eq!(driven.back(), None);
        for (after, what) in states.iter().skip(1).zip(&done) {
            assert_eq!(driven.forward().as_ref(), Some(what));
            assert_same(&driven.state(), after, what);
        }
        assert_eq!(driven.forward(), None);
    }
}

/// Holds two states against each other and names the first rule that differs.
fn assert_same(found: &State, expected: &State, what: &str) {
    let rules = |state: &State| state.view["rules"].as_array().cloned().unwrap_or_default();
    for (found, expected) in rules(found).iter().zip(&rules(expected)) {
        for member in ["converted_query", "edits", "kept", "diagnostics"] {
            let (found, expected) = (&found[member], &expected[member]);
            assert_eq!(found, expected, "{what}: {member} of a rule");
        }
    }
    assert_eq!(found.journal, expected.journal, "{what}");
    assert_eq!(found.view, expected.view, "{what}");
}

#[test]
fn an_edit_by_hand_is_refused_accepted_and_taken_back_step_by_step() {
    let mut driven = Driven::open();
    let untouched = driven.state();
    let rule = driven.view().rules[0].clone();
    let edit = rule
        .edits
        .iter()
        .find(|edit| edit.converted_range.is_some());
    let edit = edit.expect("an applied edit").clone();
    let query = |driven: &Driven| driven.view().rules[0].converted_query.clone();
    let by_hand = Request::ByHand {
        rule: rule.key.clone(),
        edit: edit.id.clone(),
        text: "\"POOLS\"".to_owned(),
        note: String::new(),
    };
    assert!(driven.change("by hand", by_hand));
    let written = query(&driven);
    assert!(written.contains("\"POOLS\""));
    let hand = driven.view().rules[0]
        .edits
        .iter()
        .find(|edit| edit.by_hand)
        .cloned();
    let hand = hand.expect("the change").id;
    let decide = |accepted| Request::Decide {
        rule: rule.key.clone(),
        edit: hand.clone(),
        accepted,
    };
    assert!(driven.change("refused", decide(false)));
    assert_eq!(query(&driven), rule.converted_query);
    assert!(driven.change("accepted", decide(true)));
    assert_eq!(query(&driven), written);
    assert!(
        !driven.change("accepted again", decide(true)),
        "nothing changed"
    );
    assert_eq!(driven.back().as_deref(), Some("accepted"));
    assert_eq!(query(&driven), rule.converted_query);
    assert_eq!(driven.back().as_deref(), Some("refused"));
    assert_eq!(query(&driven), written);
    assert_eq!(driven.back().as_deref(), Some("by hand"));
    assert_eq!(driven.state(), untouched);
    // Another change ends the way forward.
    assert_eq!(driven.forward().as_deref(), Some("by hand"));
    assert!(driven.change("refused", decide(false)));
    assert_eq!(driven.undo.next(), None);
    assert_eq!(driven.undo.last(), Some("refused"));
}

#[test]
fn adding_rules_again_keeps_what_was_decided_on_them() {
    let mut driven = Driven::open();
    assert!(driven.change("adding the pack", Request::AddPack));
    let rule = driven
        .view()
        .rules
        .last()
        .cloned()
        .expect("a rule of the pack");
    let request = |query: &str| Request::WriteQuery {
        rule: rule.key.clone(),
        query: Some(format!("{}\n| {query}", rule.converted_query)),
    };
    assert!(driven.change("by hand", request("take 7")));
    let first = driven.view().rules[5].key.clone();
    assert!(driven.change(
        "removing one",
        Request::RemoveRule {
            rule: first.clone()
        }
    ));
    assert!(driven.change("adding the pack", Request::AddPack));
    let again = driven.state();
    let written = driven
        .view()
        .rules
        .into_iter()
        .find(|one| one.key == rule.key);
    let written = written.expect("it is still there").converted_query;
    assert!(written.ends_with("| take 7"), "{written}");
    // A reload shows the same rules in the same order.
    let mut reloaded = Driven::open();
    let journal = again.journal.clone();
    reloaded
        .session
        .handle(Request::Open { journal }, &mut |_| {});
    assert_same(&reloaded.state(), &again, "a reload");
}
