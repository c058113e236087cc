//! Rows of one table that stand behind one another in a text, seen column by column.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::time::parse_log_time;
use kql_analysis::types::ScalarType;
use kql_engine::builder::ColumnBuilder;

use crate::plan::{Plan, Slot};
use crate::raw::Raw;

/// A row before its cells are in columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub plan: usize,
    /// Place of its first cell.
    pub first: usize,
    pub line: Option<usize>,
}

/// Rows of one table.
#[derive(Debug, Default)]
pub(crate) struct Stretch<'t> {
    pub text: &'t str,
    pub table: &'static str,
    /// Cells of all rows, row by row.
    pub cells: Vec<Raw>,
    pub rows: Vec<Row>,
}

impl Stretch<'_> {
    /// The cells from that of a place on.
    pub fn from(&self, first: usize) -> &[Raw] {
        self.cells.get(first..).unwrap_or_default()
    }
}

/// Which field of a row goes to a column.
#[derive(Debug)]
pub(crate) enum Places {
    /// The same of all rows.
    Same(usize),
    /// By the row's plan.
    ByPlan(Vec<Option<usize>>),
}

impl Places {
    /// The cell of a row; null when it has none for the column.
    pub fn of(&self, row: &Row, cells: &[Raw]) -> Raw {
        let field = match self {
            Self::Same(field) => Some(*field),
            Self::ByPlan(fields) => fields.get(row.plan).copied().flatten(),
        };
        let cell = field.and_then(|field| cells.get(row.first + field));
        cell.copied().unwrap_or_default()
    }
}

/// The columns of a table that rows have fields for.
pub(crate) fn columns(plans: &[Plan], rows: &[Row]) -> BTreeMap<usize, Places> {
    let first = rows.first().map_or(0, |row| row.plan);
    if rows.iter().all(|row| row.plan == first) {
        let fields = plans.get(first).into_iter().flat_map(columns_of);
        return fields
            .map(|(column, field)| (column, Places::Same(field)))
            .collect();
    }
    let used: BTreeSet<usize> = rows.iter().map(|row| row.plan).collect();
    let mut columns: BTreeMap<usize, Vec<Option<usize>>> = BTreeMap::new();
    for index in used {
        for (column, field) in plans.get(index).into_iter().flat_map(columns_of) {
            let fields = columns.entry(column).or_default();
            fields.resize(plans.len(), None);
            if let Some(place) = fields.get_mut(index) {
                *place = Some(field);
            }
        }
    }
    let by_plan = |(column, fields)| (column, Places::ByPlan(fields));
    columns.into_iter().map(by_plan).collect()
}

/// Columns of a plan, each with the field that goes there.
fn columns_of(plan: &Plan) -> impl Iterator<Item = (usize, usize)> + '_ {
    let slots = plan.slots.iter().enumerate();
    slots.filter_map(|(field, slot)| match slot {
        Slot::Column(column) => Some((*column, field)),
        Slot::Undecided | Slot::Nowhere => None,
    })
}

/// Cells of a column that need no conversion one by one.
pub(crate) enum Together<'t> {
    Texts(Vec<&'t str>),
    /// Numbers, or ticks.
    Wholes(Vec<i64>),
    Reals(Vec<f64>),
}

impl<'t> Together<'t> {
    /// The cells of a column of this type, where all rows have plain texts, plain numbers or plain times. A
    /// column whose texts `are_upper` is one only where no text has a small letter.
    pub fn of(
        ty: ScalarType,
        are_upper: bool,
        places: &Places,
        stretch: &Stretch<'t>,
    ) -> Option<Self> {
        let text = stretch.text;
        match ty {
            ScalarType::String => {
                let texts = made(places, stretch, |cell| cell.text(text))?;
                let fit = !are_upper || !texts.iter().any(|text| has_small(text));
                fit.then_some(Self::Texts(texts))
            }
            ScalarType::DateTime => {
                let time = |cell: Raw| parse_log_time(cell.text(text)?);
                made(places, stretch, time).map(Self::Wholes)
            }
            ScalarType::Long => made(places, stretch, |cell| cell.digits(text)).map(Self::Wholes),
            ScalarType::Real => {
                let real = |cell: Raw| Some(cell.digits(text)? as f64);
                made(places, stretch, real).map(Self::Reals)
            }
            _ => None,
        }
    }

    /// Appends the cells to their column.
    pub fn push(&self, cells: &mut ColumnBuilder) {
        match self {
            Self::Texts(texts) => cells.push_texts(texts),
            Self::Wholes(wholes) => cells.push_wholes(wholes),
            Self::Reals(reals) => cells.push_reals(reals),
        }
    }
}

/// What the cells of a column are made into; `None` when one of them cannot be.
fn made<T: Default>(
    places: &Places,
    stretch: &Stretch<'_>,
    make: impl Fn(Raw) -> Option<T>,
) -> Option<Vec<T>> {
    let rows = stretch.rows.iter();
    let cells = rows.map(|row| places.of(row, &stretch.cells));
    // Of most columns that cannot be, the first cell cannot be.
    make(cells.clone().next()?)?;
    let mut are_made = true;
    let values = cells.map(|cell| {
        let value = make(cell);
        are_made &= value.is_some();
        value.unwrap_or_default()
    });
    let values = values.collect();
    are_made.then_some(values)
}

/// Whether a text has a letter that is not upper case.
pub(crate) fn has_small(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
}
