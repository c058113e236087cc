//! Words of a command for a shell.

use serde::{Deserialize, Serialize};

/// A shell that commands are written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shell {
    /// Bash, and any other POSIX shell.
    #[default]
    Bash,
    /// PowerShell, of Windows and others.
    PowerShell,
}

/// Marks that PowerShell takes for a single quote.
const POWERSHELL_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

impl Shell {
    /// A word as one argument: nothing in it is run, expanded or split. Control letters become blanks,
    /// because a line end would end a command that is pasted. In PowerShell a double quote becomes a
    /// single one, because versions differ in how they hand it to a program.
    pub fn word(self, text: &str) -> String {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=".contains(letter);
        if !text.is_empty() && text.chars().all(plain) {
            return text.to_owned();
        }
        let line: String = text
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        match self {
            Self::Bash => format!("'{}'", line.replace('\'', "'\\''")),
            Self::PowerShell => {
                let mut out = String::from("'");
                for letter in line
                    .chars()
                    .map(|letter| if letter == '"' { '\'' } else { letter })
                {
                    out.push(letter);
                    if POWERSHELL_QUOTES.contains(&letter) {
                        out.push(letter);
                    }
                }
                out + "'"
            }
        }
    }

    /// A command of words.
    pub fn command(self, words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| self.word(word)).collect();
        words.join(" ")
    }

    /// A command run a number of times.
    pub fn repeated(self, times: u32, command: &str) -> String {
        match self {
            Self::Bash => format!("for i in $(seq {times}); do {command}; done"),
            Self::PowerShell => format!("1..{times} | ForEach-Object {{ {command} }}"),
        }
    }
}
