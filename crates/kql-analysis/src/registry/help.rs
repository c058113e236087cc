//! What functions, aggregates, operators and plugins do, in a line each, with the page that documents them.
//!
//! The lines stand in `data/`; tests hold them against the registry's signatures, so that each name has
//! both.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where Microsoft documents the Kusto Query Language.
const DOCUMENTATION: &str = "https://learn.microsoft.com/kusto/query/";

/// How a function or aggregate treats null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// A null argument makes the result null.
    Propagate,
    /// A null argument counts as the empty text.
    AsText,
    /// Rows with null do not count.
    Skip,
    /// Null is a value like others, or the function's business.
    Value,
}

impl Nulls {
    fn from_word(word: &str) -> Self {
        match word {
            "text" => Self::AsText,
            "skip" => Self::Skip,
            "value" => Self::Value,
            _ => Self::Propagate,
        }
    }

    /// The behaviour in a sentence; empty where null is nothing special.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Propagate => "Null gives null.",
            Self::AsText => "Null counts as empty text.",
            Self::Skip => "Nulls do not count.",
            Self::Value => "",
        }
    }
}

/// Help on a name.
#[derive(Clone, Copy, Debug)]
pub struct Help {
    /// What it does, without a full stop.
    pub summary: &'static str,
    /// How it treats null.
    pub nulls: Nulls,
    /// A query over [`EXAMPLE_TABLE`] that uses it; only operators and plugins have one.
    pub example: &'static str,
    name: &'static str,
    page: &'static str,
    suffix: &'static str,
}

impl Help {
    /// Address of the page that documents it.
    pub fn link(&self) -> String {
        match self.page {
            "" => {
                let page = self.name.replace('_', "-");
                format!("{DOCUMENTATION}{page}{}", self.suffix)
            }
            page => format!("{DOCUMENTATION}{page}"),
        }
    }
}

/// The table that examples read: its name and columns.
pub const EXAMPLE_TABLE: (&str, &str) = ("T", "a: long, s: string, t: datetime, d: dynamic");

/// Help by name.
pub type Entries = BTreeMap<&'static str, Help>;

static FUNCTIONS: LazyLock<Entries> = LazyLock::new(|| {
    let mut entries = read(include_str!("../../data/functions.txt"), "-function");
    entries.extend(read(
        include_str!("../../data/comparisons.txt"),
        "-operator",
    ));
    entries
});

static AGGREGATES: LazyLock<Entries> = LazyLock::new(|| {
    read(
        include_str!("../../data/aggregates.txt"),
        "-aggregation-function",
    )
});

static OPERATORS: LazyLock<Entries> =
    LazyLock::new(|| read_with_examples(include_str!("../../data/operators.txt")));

static PLUGINS: LazyLock<Entries> =
    LazyLock::new(|| read_with_examples(include_str!("../../data/plugins.txt")));

/// Help on scalar functions and operators such as `has`.
pub fn functions() -> &'static Entries {
    &FUNCTIONS
}

/// Help on aggregates.
pub fn aggregates() -> &'static Entries {
    &AGGREGATES
}

/// Help on tabular operators.
pub fn operators() -> &'static Entries {
    &OPERATORS
}

/// Help on the plugins of `evaluate`.
pub fn plugins() -> &'static Entries {
    &PLUGINS
}

/// `name`, null behaviour, summary and, when it does not follow from the name, the page; set apart by tabs.
fn read(text: &'static str, suffix: &'static str) -> Entries {
    let entries = fields(text).filter_map(|mut fields| {
        let (name, nulls, summary) = (fields.next()?, fields.next()?, fields.next()?);
        let help = Help {
            summary,
            nulls: Nulls::from_word(nulls),
            example: "",
            name,
            page: fields.next().unwrap_or_default(),
            suffix,
        };
        Some((name, help))
    });
    entries.collect()
}

/// `name`, summary, page and example, set apart by tabs.
fn read_with_examples(text: &'static str) -> Entries {
    let entries = fields(text).filter_map(|mut fields| {
        let (name, summary, page) = (fields.next()?, fields.next()?, fields.next()?);
        let help = Help {
            summary,
            nulls: Nulls::Value,
            example: fields.next()?,
            name,
            page,
            suffix: "",
        };
        Some((name, help))
    });
    entries.collect()
}

/// The fields of each line that is no comment.
fn fields(text: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    lines.map(|line| line.split('\t'))
}

/// Signatures as they are written: `name(parameter: class, …): type`.
pub fn signatures(name: &str) -> Vec<String> {
    let functions = super::function_signatures(name).iter().map(|signature| {
        let declared = signature.declared;
        (declared.name, declared.parameters, declared.returns)
    });
    let aggregates = super::aggregate_signatures(name).iter().map(|signature| {
        let declared = signature.declared;
        (declared.name, declared.parameters, declared.returns)
    });
    let written = functions.chain(aggregates);
    written
        .map(|(name, parameters, returns)| {
            let parameters = parameters.replace(": counted", ": bool");
            format!("{name}({parameters}): {}", result(returns))
        })
        .collect()
}

/// A result rule in words.
fn result(rule: &str) -> &str {
    match rule {
        "first" => "type of the first argument",
        "second" => "type of the second argument",
        "common" | "branches" => "common type",
        "widest" => "widest type",
        "promoted" | "percentile" => "type of the values",
        "type_argument" => "the given type",
        "operands" => "type by the operands",
        other => other,
    }
}
