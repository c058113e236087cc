//! What is known about a value without running the query: where its text comes from, and what it would
//! be for a row of the one kind of resource and of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use kql_syntax::ast::{Lambda, Pattern};

/// Kinds of column that tell resources apart, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    /// The resource type.
    pub const TYPE: Self = Self(1);
    /// A resource id, or a name made of its segments.
    pub const ID: Self = Self(2);
    /// The address of a resource.
    pub const ADDRESS: Self = Self(4);
    /// The name of the operation, which tells nothing about the resource.
    pub const OPERATION: Self = Self(8);
    /// The result of the call, where the value of success does not tell it. Its text in each world is an
    /// example only.
    pub const RESULT: Self = Self(16);
    /// The name of a resource, which tells nothing about its kind.
    pub const NAME: Self = Self(32);
    /// Everything that tells resources apart.
    pub const RESOURCE: Self = Self(7);

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Number of [`Worlds`].
pub(crate) const WORLDS: usize = 6;

/// The text of an expression in which everything is a constant, once for each world: the query as it is
/// on a row of the original kind, the query with the changes on a row of the target, the changes on the
/// original, the query as it is on the target, as it is on a row of some third kind, and the changes on that.
pub(crate) type Worlds = [String; WORLDS];
/// The query as it is, on the original kind.
pub(crate) const BEFORE: usize = 0;
/// The changed query on the target.
pub(crate) const AFTER: usize = 1;
/// The changed query on the original kind.
pub(crate) const AFTER_ON_ORIGINAL: usize = 2;
/// The query as it is, on the target.
pub(crate) const BEFORE_ON_TARGET: usize = 3;
/// The query as it is, on a third kind.
pub(crate) const BEFORE_ON_OTHER: usize = 4;
/// The changed query on a third kind.
pub(crate) const AFTER_ON_OTHER: usize = 5;

/// Whether a world is one of the changed query.
pub(crate) fn is_changed(world: usize) -> bool {
    matches!(world, AFTER | AFTER_ON_ORIGINAL | AFTER_ON_OTHER)
}

/// The text of a constant in each world, as it is and with the changes.
pub(crate) fn of_changes(before: &str, after: &str) -> Worlds {
    std::array::from_fn(|world| match is_changed(world) {
        true => after.to_owned(),
        false => before.to_owned(),
    })
}

/// What is known about a scalar.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    /// Columns that it is made of.
    pub kinds: Kinds,
    /// Whether the columns are only likely to be these.
    pub doubtful: bool,
    /// Starts of the texts in quotes that flow into it.
    pub sites: BTreeSet<usize>,
    /// Starts of the assignments that gave a constant the name of a column.
    pub assigned: BTreeSet<usize>,
    /// Starts of the assignments that compare the kind of resource, such as those of flags.
    pub flags: BTreeSet<usize>,
    /// Its text in each world, when everything in it is known.
    pub worlds: Option<Rc<Worlds>>,
    /// Whether no column flows into it.
    pub constant: bool,
    /// Where a constant is written.
    pub origin: Option<Range<usize>>,
    /// Name of the column, when it is one.
    pub column: Option<String>,
    /// What the name of the column is made of, when it is a value.
    pub made: Kinds,
    /// Whether it is a value that the query does not say, such as one of a watchlist.
    pub outside: Outside,
}

impl Flow {
    /// A value of which the text in each world is known.
    pub fn known(kinds: Kinds, worlds: Worlds) -> Self {
        Self {
            kinds,
            worlds: Some(Rc::new(worlds)),
            ..Self::default()
        }
    }

    /// The same value without its text.
    pub fn opaque(&self) -> Self {
        Self {
            worlds: None,
            ..self.clone()
        }
    }

    /// Either of two values.
    pub fn or(&self, other: &Self) -> Self {
        let mut either = self.clone();
        either.absorb(other);
        if self.worlds != other.worlds {
            either.worlds = None;
        }
        if self.origin != other.origin {
            either.origin = None;
        }
        either.constant = self.constant && other.constant;
        either
    }

    /// Adds where another value comes from.
    pub fn absorb(&mut self, other: &Self) {
        self.kinds = self.kinds.and(other.kinds);
        self.doubtful |= other.doubtful;
        self.outside = self.outside.max(other.outside);
        self.sites.extend(&other.sites);
        self.assigned.extend(&other.assigned);
        self.flags.extend(&other.flags);
    }

    /// Whether its text depends on the kind of resource.
    pub fn depends(&self) -> bool {
        self.worlds
            .as_ref()
            .is_some_and(|worlds| worlds[BEFORE] != worlds[BEFORE_ON_TARGET])
    }
}

/// How far values or rows come from outside of the query and the shared table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outside {
    /// Not at all.
    #[default]
    No,
    /// From another table of a known name, whose rows are those of any resource.
    OtherTable,
    /// From a watchlist, a file, a stored function or a table that nothing is known of: somebody wrote it.
    Unknown,
}

/// Where the columns of a table come from that no operator named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// The shared table of the profile.
    Shared,
    /// Another table of a known name.
    Other,
    /// A table or function that nothing is known of.
    Unknown,
}

/// What is known about a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableFlow {
    /// Columns that the query named, by name.
    pub columns: BTreeMap<String, Flow>,
    /// Their names in order.
    pub order: Vec<String>,
    /// Where the other columns come from; none when there are no others.
    pub bases: Vec<Base>,
    /// Ends of the reads of the shared table that flow into it.
    pub reads: BTreeSet<usize>,
    /// Whether only rows of another provider's resources are left.
    pub elsewhere: bool,
    /// Other providers that a condition on the provider let through.
    pub others: BTreeSet<String>,
    /// What the names of further columns are made of, when they are values.
    pub made: Kinds,
    /// A bag of which further columns are the values, with what stands before its keys in their names.
    pub unpacked: Option<(Flow, String)>,
    /// Whether only rows of the target are left.
    pub target_only: bool,
    /// Whether rows of a table flow into it that the query does not say, other than the shared one.
    pub outside: Outside,
    /// Whether it has one row, so that a column is a value.
    pub single: bool,
}

impl TableFlow {
    pub fn of_base(base: Base) -> Self {
        Self {
            outside: match base {
                Base::Shared => Outside::No,
                Base::Other => Outside::OtherTable,
                Base::Unknown => Outside::Unknown,
            },
            bases: vec![base],
            ..Self::default()
        }
    }

    pub fn set(&mut self, name: String, flow: Flow) {
        if self.columns.insert(name.clone(), flow).is_none() {
            self.order.push(name);
        }
    }

    /// The first column, which `in` and `toscalar` read.
    pub fn first(&self) -> Flow {
        let first = self.order.first().and_then(|name| self.columns.get(name));
        let first = match self.single {
            true => first.cloned(),
            false => first.map(Flow::opaque),
        };
        Flow {
            outside: self.outside,
            ..first.unwrap_or_default()
        }
    }
}

/// Names that `let` declared.
pub(crate) type Names = Rc<BTreeMap<String, Binding>>;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Binding {
    Scalar(Flow),
    Table(Rc<TableFlow>),
    Function(Rc<(Lambda, Names)>),
    Pattern(Rc<(Pattern, Names)>),
}

impl Binding {
    /// As a scalar: the first column of a table.
    pub fn scalar(&self) -> Flow {
        match self {
            Self::Scalar(flow) => flow.clone(),
            Self::Table(table) => table.first(),
            Self::Function(_) | Self::Pattern(_) => Flow::default(),
        }
    }

    /// As a table; a scalar is a table that nothing is known of.
    pub fn table(&self) -> TableFlow {
        match self {
            Self::Table(table) => (**table).clone(),
            _ => TableFlow::of_base(Base::Unknown),
        }
    }
}

/// What the names in an expression may stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub names: Names,
    /// The row at hand.
    pub row: Option<Rc<TableFlow>>,
    /// The right side of a join.
    pub right: Option<Rc<TableFlow>>,
}

impl Scope {
    pub fn with_row(&self, row: &TableFlow) -> Self {
        Self {
            names: self.names.clone(),
            row: Some(Rc::new(row.clone())),
            right: None,
        }
    }

    pub fn outside(&self) -> Self {
        Self {
            names: self.names.clone(),
            ..Self::default()
        }
    }
}
