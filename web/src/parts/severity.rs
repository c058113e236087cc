//! A severity and what it is about, as the portal shows them: a bar in the colour of the severity with its
//! word, and tactics in words.

use leptos::prelude::*;

/// A severity with the bar of its colour; nothing when a rule gives none.
pub fn severity(word: &str) -> Option<impl IntoView + use<>> {
    let class = match word {
        "High" => "severity high",
        "Medium" => "severity medium",
        "Low" => "severity low",
        _ => "severity",
    };
    (!word.is_empty()).then(|| view! { <span class=class>{word.to_owned()}</span> })
}

/// A tactic as a rule writes it, `CredentialAccess`, in words: `Credential Access`.
fn tactic(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        let begins_word =
            letter.is_ascii_uppercase() && words.ends_with(|c: char| c.is_ascii_lowercase());
        if begins_word {
            words.push(' ');
        }
        words.push(letter);
    }
    words.replace(" And ", " and ")
}

/// Tactics in words.
pub fn tactics(names: &[String]) -> String {
    let words = names.iter().map(|name| tactic(name));
    words.collect::<Vec<_>>().join(", ")
}
