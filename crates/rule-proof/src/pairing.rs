//! Which converted rule belongs to which original.

use rule_convert::{Edit, Profile, convert};
use sentinel_rules::rule::Rule;

/// An original with a converted rule.
#[derive(Clone, Debug)]
pub struct Paired {
    /// The rule that was converted.
    pub original: Rule,
    /// What it was converted to.
    pub converted: Rule,
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
    profile: &'static Profile,
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
        let made = conversion.apply(original, accepted).rule;
        let id = conversion
            .apply(original, &rule_convert::default_accepted)
            .rule
            .id;
        let place = given
            .iter()
            .position(|rule| alone || rule.id.eq_ignore_ascii_case(&id));
        let converted = match place {
            Some(place) => given.remove(place).clone(),
            None if conversion.edits.is_empty() => {
                pairing.problems.push(format!(
                    "{}: it does not mention {}, so there is no conversion to prove",
                    original.name, profile.from
                ));
                continue;
            }
            None => made,
        };
        pairing.pairs.push(Paired {
            original: original.clone(),
            converted,
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
