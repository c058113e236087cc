//! Which converted rule belongs to which original.

use rule_convert::{Applicability, Certainty, Conversion, Edit, Profile, convert};
use sentinel_rules::rule::Rule;

use crate::verdict::Finding;

/// An original with a converted rule.
#[derive(Clone, Debug)]
pub struct Paired {
    /// The rule that was converted.
    pub original: Rule,
    /// What it was converted to.
    pub converted: Rule,
    /// Accepted edits that were left aside.
    pub left_aside: Option<Finding>,
}

/// The converted rule to prove, and what to say of accepted edits that change its meaning on purpose: those
/// are left aside, since no proof could find the rules alike with them.
pub fn to_prove(
    rule: &Rule,
    conversion: &Conversion,
    accepted: &dyn Fn(&Edit) -> bool,
) -> (Rule, Option<Finding>) {
    let aside = conversion.edits.iter();
    let aside = aside.filter(|edit| {
        edit.changes_meaning() && edit.applicability != Applicability::Manual && accepted(edit)
    });
    let mut titles: Vec<&str> = aside.map(|edit| edit.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    let carried = |edit: &Edit| accepted(edit) && !edit.changes_meaning();
    let finding = (!titles.is_empty()).then(|| Finding {
        title: "Edits that are left aside".to_owned(),
        sentence: format!(
            "These accepted edits change on purpose what the rule finds, so the proof is about the rule without them: {}.",
            titles.join("; ")
        ),
        certainty: Certainty::Documented,
    });
    (conversion.apply(rule, &carried).rule, finding)
}

/// Pairs, and what is wrong with the rules that have no partner.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// Pairs in order of the originals.
    pub pairs: Vec<Paired>,
    /// Sentences about rules that are left over.
    pub problems: Vec<String>,
}

/// Pairs rules with their conversions. `given` are converted rules; rules among `rules` that are about the
/// target already count as such too. A given rule belongs to the original from whose id its own is derived; a
/// single one belongs to a single original. Originals that none is given for are converted with the edits
/// that `accepted` says.
pub fn pair_up(
    rules: &[Rule],
    given: &[Rule],
    profile: &Profile,
    accepted: &dyn Fn(&Edit) -> bool,
) -> Pairing {
    let (converted, originals): (Vec<&Rule>, Vec<&Rule>) = rules
        .iter()
        .partition(|rule| convert(rule, profile).is_converted);
    let mut given: Vec<&Rule> = given.iter().chain(converted).collect();
    let mut pairing = Pairing::default();
    let alone = originals.len() == 1 && given.len() == 1;
    for original in originals {
        let conversion = convert(original, profile);
        let (made, left_aside) = to_prove(original, &conversion, accepted);
        let id = conversion
            .apply(original, &rule_convert::default_accepted)
            .rule
            .id;
        let place = given
            .iter()
            .position(|rule| alone || rule.id.eq_ignore_ascii_case(&id));
        let (converted, left_aside) = match place {
            Some(place) => (given.remove(place).clone(), None),
            None if conversion.edits.is_empty() => {
                pairing.problems.push(format!(
                    "{}: it does not mention {}, so there is no conversion to prove",
                    original.name, profile.from
                ));
                continue;
            }
            None => (made, left_aside),
        };
        pairing.pairs.push(Paired {
            original: original.clone(),
            converted,
            left_aside,
        });
    }
    pairing.problems.extend(given.iter().map(|rule| {
        format!(
            "{}: it is about {} already, and its original is not among the rules; give the original as well",
            rule.name, profile.to
        )
    }));
    pairing
}
