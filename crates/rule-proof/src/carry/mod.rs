//! Carrying a log from one kind of resource to the other and back.
//!
//! A row is carried when its resource type (or, in tables without one, its resource id) is of the kind to
//! carry; all other rows stay as they are. [`facts`] lists what changes and with which certainty. Carrying
//! there and back gives the row again, byte for byte but for the letter case of mixed words.

mod facts;
mod table;
mod text;

use rule_convert::{Operation, Profile};
use rule_replay::Tables;

pub use facts::{Fact, SHAPES, Shape, facts};
pub(crate) use facts::{OTHER_TYPES, PROVIDER, PROVIDER_COLUMN};
use text::Words;

/// How logs are carried for one pair of rules.
#[derive(Clone, Debug)]
pub struct Carrying {
    type_column: String,
    operation_column: String,
    forth: Words,
    back: Words,
    left_out: Vec<Operation>,
    roles: Roles,
    reads: Reads,
    /// Whether rows may be of a kind of resource that nobody knows.
    made_up_types: bool,
}

/// What the two rules that are compared are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// The first one, such as `original`.
    pub left: &'static str,
    /// The second one, such as `converted rule`.
    pub right: &'static str,
}

/// Which kind of resource the two rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The first one rows of the original's, the second one the same rows carried to the target's.
    Across,
    /// Both rows of the original's.
    Original,
    /// Both rows of the target's.
    Target,
}

impl Reads {
    fn roles(self) -> Roles {
        let (left, right) = match self {
            Self::Across => ("original", "converted rule"),
            Self::Original => ("original", "rule for both"),
            Self::Target => ("plain conversion", "rule for both"),
        };
        Roles { left, right }
    }
}

/// Which way a log is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the original kind of resource to the target.
    Forth,
    /// From the target to the original.
    Back,
}

impl Carrying {
    /// The carrying of a profile. `is_refused` says of an operation with a counterpart that the converted
    /// rule goes on naming it, because the edit was refused: its rows are left out then, as those of
    /// operations without a counterpart.
    pub fn new(profile: &Profile, reads: Reads, is_refused: &dyn Fn(&Operation) -> bool) -> Self {
        let never = profile.operations.operations();
        let never =
            never.filter(|operation| profile.operations.never_logged(&operation.name).is_some());
        let (mapped, left_out): (Vec<&Operation>, Vec<&Operation>) =
            never.partition(|operation| operation.counterpart.is_some() && !is_refused(operation));
        let pairs = mapped
            .iter()
            .filter_map(|operation| Some((operation.name.clone(), operation.counterpart.clone()?)));
        let pairs: Vec<(String, String)> = pairs.collect();
        let words = |from: &str, to: &str, operations| Words {
            resource_type: (from.to_owned(), to.to_owned()),
            host: facts::host_label(from).zip(facts::host_label(to)),
            operations,
        };
        let forth = pairs.clone();
        let back = pairs.into_iter().map(|(before, after)| (after, before));
        Self {
            type_column: profile.column.clone(),
            operation_column: profile.operation_column.clone(),
            forth: words(&profile.from, &profile.to, forth),
            back: words(&profile.to, &profile.from, back.collect()),
            left_out: match reads {
                Reads::Across => left_out.into_iter().cloned().collect(),
                // What reads the same rows can be compared on all of them.
                _ => Vec::new(),
            },
            roles: reads.roles(),
            reads,
            made_up_types: false,
        }
    }

    /// A carrying that changes nothing, to compare two versions of one rule on the same log.
    pub fn nothing() -> Self {
        // No cell of a log is this text, and no column has no name.
        let words = Words {
            resource_type: ("\u{0}".to_owned(), "\u{0}".to_owned()),
            host: None,
            operations: Vec::new(),
        };
        Self {
            type_column: String::new(),
            operation_column: String::new(),
            forth: words.clone(),
            back: words,
            left_out: Vec::new(),
            roles: Roles {
                left: "old version",
                right: "new version",
            },
            reads: Reads::Original,
            made_up_types: true,
        }
    }

    /// Lets rows be of kinds of resource that nobody knows: the rules differ in what they ask of it.
    pub fn make_up_types(&mut self) {
        self.made_up_types = true;
    }

    /// Which kind of resource the two rules read.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// What each of the two rules reads of a log of the original's resource.
    pub fn read(&self, tables: &Tables) -> (Tables, Tables) {
        let carried = || self.tables(tables, Direction::Forth);
        match self.reads {
            Reads::Across => (tables.clone(), carried()),
            Reads::Original => (tables.clone(), tables.clone()),
            Reads::Target => {
                let carried = carried();
                (carried.clone(), carried)
            }
        }
    }

    /// What the two rules are called.
    pub fn roles(&self) -> Roles {
        self.roles
    }

    /// Operations whose rows have no counterpart.
    pub fn left_out(&self) -> &[Operation] {
        &self.left_out
    }

    /// Whether rows with a text in a column are left out.
    pub fn is_left_out(&self, text: &str, column: &str) -> bool {
        let mut left_out = self.left_out.iter();
        column == self.operation_column
            && left_out.any(|operation| operation.name.eq_ignore_ascii_case(text))
    }

    /// Whether a column holds the id of a resource.
    pub fn is_id(&self, column: &str) -> bool {
        !self.type_column.is_empty() && facts::ID_COLUMNS.contains(&column)
    }

    /// The id of a resource of the original's kind.
    pub fn made_up_id(&self, number: usize) -> String {
        format!(
            "/SUBSCRIPTIONS/11111111-2222-4333-8444-555555555555/RESOURCEGROUPS/GROUP-{number}/PROVIDERS/{PROVIDER}/{}/NAME-{number}",
            self.original_type()
        )
    }

    /// Leaves no row out whose operation is one of these: each is carried under its own name.
    pub fn keep(&mut self, operations: &[String]) {
        let is_kept = |operation: &Operation| operations.contains(&operation.name);
        self.left_out.retain(|operation| !is_kept(operation));
    }

    /// Column of the resource type.
    pub fn type_column(&self) -> &str {
        &self.type_column
    }

    /// The resource type of the original.
    pub fn original_type(&self) -> &str {
        &self.forth.resource_type.0
    }

    /// Column of the operation's name.
    pub fn operation_column(&self) -> &str {
        &self.operation_column
    }

    fn words(&self, direction: Direction) -> &Words {
        match direction {
            Direction::Forth => &self.forth,
            Direction::Back => &self.back,
        }
    }
}
