//! The proofs that were made, each shown as long as rule, decisions and logs are what they were.

use std::collections::BTreeMap;

use leptos::prelude::*;
use workbench::protocol::{ProofView, RuleView, View};

/// Proofs by key of the rule, with what they were made of.
#[derive(Clone, Copy)]
pub struct Proofs(RwSignal<BTreeMap<String, (String, ProofView)>>);

impl Proofs {
    /// No proofs.
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// Keeps the proof of a rule.
    pub fn add(&self, view: &View, key: &str, proof: ProofView) {
        let Some(rule) = view.rules.iter().find(|rule| rule.key == key) else {
            return;
        };
        let basis = basis(view, rule);
        self.0.update(|known| {
            known.insert(key.to_owned(), (basis, proof));
        });
    }

    /// The proof of a rule as it is now.
    pub fn of(&self, view: &View, rule: &RuleView) -> Option<ProofView> {
        self.0.with(|known| {
            let (made_of, proof) = known.get(&rule.key)?;
            (*made_of == basis(view, rule)).then(|| proof.clone())
        })
    }
}

/// What a proof depends on: both queries, the fields, and the logs.
fn basis(view: &View, rule: &RuleView) -> String {
    let fields = rule
        .fields
        .iter()
        .map(|field| format!("{}={}", field.label, field.after));
    let logs = view
        .logs
        .iter()
        .map(|log| format!("{} {}", log.key, log.rows));
    let texts = [rule.query.clone(), rule.converted_query.clone()].into_iter();
    texts
        .chain(fields)
        .chain(logs)
        .collect::<Vec<_>>()
        .join("\n")
}
