//! Which converted rule belongs to which original.

use rule_convert::{
    Applicability, Certainty, Conversion, Edit, Mode, Profile, convert, convert_as,
};
use rule_replay::Tables;
use sentinel_rules::rule::Rule;

use crate::pair::CannotRun;
use crate::prove::{Input, OnStep, Settings, prove};
use crate::verdict::{Finding, Proof};
use crate::widened::{Widened, prove_widened};

/// An original with a converted rule.
#[derive(Clone, Debug)]
pub struct Paired {
    /// The rule that was converted.
    pub original: Rule,
    /// What it was converted to.
    pub converted: Rule,
    /// Of a rule about both kinds of resource: the conversion for the target alone.
    pub plain: Option<Rule>,
    /// Accepted edits that were left aside.
    pub left_aside: Option<Finding>,
}

impl Paired {
    /// A rule with a conversion of it, to be proved.
    pub fn new(
        rule: &Rule,
        conversion: &Conversion,
        (profile, mode): (&Profile, Mode),
        accepted: &dyn Fn(&Edit) -> bool,
    ) -> Self {
        let (converted, left_aside) = to_prove(rule, conversion, accepted);
        Self {
            original: rule.clone(),
            converted,
            plain: (mode == Mode::Widen).then(|| plain(rule, conversion, profile, accepted)),
            left_aside,
        }
    }

    /// Proves the pair; see [`prove`] and [`prove_widened`].
    pub fn prove(
        &self,
        profile: &Profile,
        tables: &Tables,
        settings: &Settings,
        on_step: OnStep<'_>,
    ) -> Result<Proof, CannotRun> {
        let mut proof = match &self.plain {
            Some(plain) => {
                let widened = Widened {
                    original: &self.original,
                    plain,
                    both: &self.converted,
                    profile,
                    tables,
                };
                prove_widened(widened, settings, on_step)?
            }
            None => {
                let input = Input {
                    original: &self.original,
                    converted: &self.converted,
                    profile: Some(profile),
                    tables,
                };
                prove(input, settings, on_step)?
            }
        };
        proof.findings.extend(self.left_aside.clone());
        Ok(proof)
    }
}

/// The conversion for the target alone beside one for both: every condition on the kind of resource is
/// converted; of the rest what was accepted for both.
fn plain(
    rule: &Rule,
    widened: &Conversion,
    profile: &Profile,
    accepted: &dyn Fn(&Edit) -> bool,
) -> Rule {
    let is_accepted_there = |edit: &Edit| {
        let found = widened.edits.iter().find(|other| other.id == edit.id);
        found.is_some_and(|found| accepted(found) && !found.changes_meaning())
    };
    let carried = |edit: &Edit| match edit.is_gap() {
        true => is_accepted_there(edit),
        false => edit.applicability != Applicability::Manual,
    };
    convert(rule, profile).apply(rule, &carried).rule
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
/// that `accepted` says. By `mode` originals are converted, and a single given rule is understood; several
/// given rules say by their ids whether they are about both.
pub fn pair_up(
    rules: &[Rule],
    given: &[Rule],
    (profile, mode): (&Profile, Mode),
    accepted: &dyn Fn(&Edit) -> bool,
) -> Pairing {
    let (converted, originals): (Vec<&Rule>, Vec<&Rule>) = rules
        .iter()
        .partition(|rule| convert(rule, profile).is_converted);
    let mut given: Vec<&Rule> = given.iter().chain(converted).collect();
    let mut pairing = Pairing::default();
    let alone = originals.len() == 1 && given.len() == 1;
    for original in originals {
        let conversion = convert_as(original, profile, mode);
        let made = Paired::new(original, &conversion, (profile, mode), accepted);
        let place = |mode| {
            let id = derived_id(original, profile, mode);
            given
                .iter()
                .position(|rule| rule.id.eq_ignore_ascii_case(&id))
        };
        let other = match mode {
            Mode::Replace => Mode::Widen,
            Mode::Widen => Mode::Replace,
        };
        let found = [mode, other]
            .into_iter()
            .find_map(|mode| Some((place(mode)?, mode)))
            .or_else(|| alone.then_some((0, mode)));
        pairing.pairs.push(match found {
            Some((place, mode)) => {
                let conversion = convert_as(original, profile, mode);
                Paired {
                    converted: given.remove(place).clone(),
                    left_aside: None,
                    ..Paired::new(original, &conversion, (profile, mode), accepted)
                }
            }
            None => match nothing_to_prove(original, &conversion, profile) {
                Some(why) => {
                    pairing.problems.push(why);
                    continue;
                }
                None => made,
            },
        });
    }
    let left_over = given.iter().map(|rule| without_original(rule, profile));
    pairing.problems.extend(left_over);
    pairing
}

/// Why there is no conversion of a rule to prove, in a sentence; `None` when there is one.
pub fn nothing_to_prove(rule: &Rule, conversion: &Conversion, profile: &Profile) -> Option<String> {
    match () {
        () if conversion.is_converted => Some(without_original(rule, profile)),
        () if conversion.edits.is_empty() => Some(format!(
            "{}: it does not mention {}, so there is no conversion to prove",
            rule.name, profile.from
        )),
        () => None,
    }
}

/// Why a rule about the target has no original here: it is not among the rules, or there never was one.
fn without_original(rule: &Rule, profile: &Profile) -> String {
    let name = &rule.name;
    match converted_from(rule) {
        Some(original) => format!(
            "{name}: it was converted from \"{original}\", which is not among the rules; give that rule as well"
        ),
        None => format!(
            "{name}: it is about {} already and does not say that it was converted, so there is no original to hold it against. The tests that travel with it say what it has to find, and a comparison with another version says what a change does; if it was converted, give its original as well",
            profile.to
        ),
    }
}

/// The name, or else the id, of the rule that a rule says it was converted from.
fn converted_from(rule: &Rule) -> Option<&str> {
    let from = rule.extra.get("metadata")?.get("convertedFrom")?;
    let texts = ["name", "id"].into_iter();
    let mut texts = texts.filter_map(|field| from.get(field)?.as_str());
    texts.find(|text| !text.is_empty())
}

/// The id that a conversion gives a rule.
fn derived_id(rule: &Rule, profile: &Profile, mode: Mode) -> String {
    let conversion = convert_as(rule, profile, mode);
    conversion
        .apply(rule, &rule_convert::default_accepted)
        .rule
        .id
}
