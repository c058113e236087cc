//! How the rules of a set are converted, and what its runs take for granted.

use std::borrow::Cow;

use rule_convert::{Mode, Profile, profile, profiles};
use rule_replay::timeline::Assumptions;

use super::file::{RuleSet, of_member};
use crate::protocol::Problem;

/// How the rules of a set are converted.
#[derive(Clone, Debug)]
pub struct SetWay {
    /// The profile.
    pub profile: Cow<'static, Profile>,
    /// What the converted rules are about.
    pub mode: Mode,
}

impl RuleSet {
    /// What the set takes for granted. Fails when there is no such option, or no such value of it.
    pub fn assumptions(&self) -> Result<Assumptions, Problem> {
        let remedy = "`rulesmith replay --assumptions` lists the options";
        Assumptions::of(&self.assume).map_err(|wrong| of_member("assume", wrong, remedy))
    }

    /// How the rules of the set are converted; `None` when they stand as they are. Fails when the profile is
    /// neither one of the program nor in the file.
    pub fn way(&self) -> Result<Option<SetWay>, Problem> {
        let profile = match (&self.profile, &self.profile_text) {
            (Some(id), Some(text)) => Cow::Owned(own_profile(id, text)?),
            (Some(id), None) => Cow::Borrowed(known_profile(id)?),
            (None, Some(_)) => return Err(without_profile("profileText", "take the text out")),
            (None, None) if self.widen => {
                return Err(without_profile("widen", "take `widen` out"));
            }
            (None, None) => return Ok(None),
        };
        let mode = match self.widen {
            true => Mode::Widen,
            false => Mode::Replace,
        };
        Ok(Some(SetWay { profile, mode }))
    }
}

/// A member that says how rules are converted, of a set that does not name the profile.
fn without_profile(member: &str, otherwise: &str) -> Problem {
    of_member(
        member,
        "the set does not say by which profile its rules are converted",
        &format!("write the profile's id in `profile`, or {otherwise}"),
    )
}

/// The profile that the file holds, which must be the one it names.
fn own_profile(id: &str, text: &str) -> Result<Profile, Problem> {
    let read = Profile::read(text).map_err(|error| {
        let line = error.line.map(|line| format!(", line {line}"));
        let field = error.field.map(|field| format!(", {field}"));
        let place = [Some("profileText".to_owned()), line, field];
        let place: String = place.into_iter().flatten().collect();
        of_member(&place, error.message, &error.remedy)
    })?;
    if read.id == id {
        return Ok(read);
    }
    let message = format!(
        "it names `{id}`, and the profile in the file is `{}`",
        read.id
    );
    Err(of_member(
        "profile",
        message,
        "write the same id in both places",
    ))
}

/// A profile that comes with the program.
fn known_profile(id: &str) -> Result<&'static Profile, Problem> {
    profile(id).ok_or_else(|| {
        let names: Vec<&str> = profiles().iter().map(|one| one.id.as_str()).collect();
        let remedy = format!(
            "name one of {}, or put the text of your profile file into `profileText`",
            names.join(", ")
        );
        of_member("profile", format!("there is no profile `{id}`"), &remedy)
    })
}
