//! Further kinds of resource, which a changed condition must not treat like the target when it did not treat them
//! like the original.

use std::ops::Range;

use kql_analysis::value::Value;

use super::examples::OTHER;
use super::value::{AFTER, AFTER_ON_OTHER, BEFORE, BEFORE_ON_OTHER, Flow};
use super::walker::Walker;

/// Provider, type and host of kinds of resource that fill the shared table; names of some begin or end like that
/// of a Managed HSM, or are as long as it.
const FURTHER: [&str; 17] = [
    "MICROSOFT.CONTAINERSERVICE MANAGEDCLUSTERS azmk8s.io",
    "MICROSOFT.SQL MANAGEDINSTANCES database.windows.net",
    "MICROSOFT.NETWORK VPNGATEWAYS azure.com",
    "MICROSOFT.STORAGE STORAGEACCOUNTS blob.core.windows.net",
    "MICROSOFT.LOGIC WORKFLOWS logic.azure.com",
    "MICROSOFT.SQL SERVERS database.windows.net",
    "MICROSOFT.EVENTHUB NAMESPACES servicebus.windows.net",
    "MICROSOFT.WEB SITES azurewebsites.net",
    "MICROSOFT.NETWORK AZUREFIREWALLS azure.com",
    "MICROSOFT.NETWORK APPLICATIONGATEWAYS cloudapp.azure.com",
    "MICROSOFT.NETWORK PUBLICIPADDRESSES cloudapp.azure.com",
    "MICROSOFT.CDN PROFILES azureedge.net",
    "MICROSOFT.CONTAINERREGISTRY REGISTRIES azurecr.io",
    "MICROSOFT.AUTOMATION AUTOMATIONACCOUNTS azure-automation.net",
    "MICROSOFT.MACHINELEARNINGSERVICES WORKSPACES api.azureml.ms",
    "MICROSOFT.COGNITIVESERVICES ACCOUNTS cognitiveservices.azure.com",
    "MICROSOFT.DATAFACTORY FACTORIES datafactory.azure.net",
];

impl Walker<'_> {
    /// A further kind of resource that a condition treats like the target with the changes, and otherwise without.
    pub fn treated_alike(&mut self, flow: &Flow, on_target: bool) -> Option<&'static str> {
        let worlds = flow.worlds.clone()?;
        let mut truth = |world: usize, other: &str| {
            let value = self.evaluator.value(&on_row_of(&worlds[world], other));
            value == Some(Value::Bool(true))
        };
        let (from, to) = (&self.profile.from, &self.profile.to);
        let mut further = FURTHER
            .iter()
            .filter_map(|one| Some((*one, one.split(' ').nth(1)?)));
        let alike = further.find(|(other, kind)| {
            let is_further = !kind.eq_ignore_ascii_case(from) && !kind.eq_ignore_ascii_case(to);
            let is_like = is_further && truth(AFTER_ON_OTHER, other) == on_target;
            is_like && truth(BEFORE_ON_OTHER, other) != on_target
        });
        alike.map(|(_, kind)| kind)
    }

    /// The further kinds of resource that a condition on a row of a third kind leaves out.
    pub fn further_left_out(&mut self, condition: &str) -> Vec<&'static str> {
        let left_out = FURTHER.iter().filter(|other| {
            let condition = on_row_of(condition, other);
            self.evaluator.value(&condition) == Some(Value::Bool(false))
        });
        left_out
            .filter_map(|other| other.split(' ').nth(1))
            .collect()
    }

    /// What a conjunction that follows the target treats like it counts, and not what the watched part of it does.
    pub fn judge_together(&mut self, range: &Range<usize>, flow: &Flow) {
        let is_watched = self.watched.is_some_and(|start| range.contains(&start));
        if self.quiet > 0 || !is_watched || !flow.depends() {
            return;
        }
        let truths = self.truths(flow);
        if truths.is_some_and(|truths| truths[BEFORE] && truths[AFTER]) {
            self.found.wider = self.treated_alike(flow, true);
        }
    }
}

/// The text of a condition on a row of the third kind, on one of another.
fn on_row_of(condition: &str, other: &str) -> String {
    let mut text = condition.to_owned();
    for (from, to) in OTHER.iter().zip(other.split(' ')) {
        text = text.replace(from, to);
        text = text.replace(&from.to_lowercase(), &to.to_lowercase());
    }
    text
}
