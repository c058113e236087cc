//! `ipv4_lookup` and `ipv6_lookup`: rows joined with the rows of a table whose address range holds theirs.

use std::collections::BTreeMap;

use kql_analysis::plan::{AddressLookup, JoinColumn};
use kql_analysis::types::Schema;

use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::Links;
use crate::functions::{address_range, masked_address, to_text};
use crate::interrupt::Pace;
use crate::key::Key;
use crate::operators::Runner;
use crate::table::Table;

/// The ranges of a table by the length of their prefix.
struct Ranges {
    by_length: BTreeMap<u32, BTreeMap<u128, Vec<u32>>>,
}

impl Ranges {
    fn of(column: &Column, version_6: bool) -> Self {
        let mut by_length: BTreeMap<u32, BTreeMap<u128, Vec<u32>>> = BTreeMap::new();
        for (row, text) in column.iter().enumerate() {
            if let Some((address, length)) = address_range(&to_text(&text), version_6) {
                let ranges = by_length.entry(length).or_default();
                let start = masked_address(address, length);
                ranges.entry(start).or_default().push(row as u32);
            }
        }
        Self { by_length }
    }

    /// Rows of the ranges that hold an address, or that a masked address holds.
    fn rows(&self, text: &str, version_6: bool) -> Vec<u32> {
        let Some((address, length)) = address_range(text, version_6) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for (range_length, ranges) in &self.by_length {
            if *range_length <= length {
                let start = masked_address(address, *range_length);
                rows.extend(ranges.get(&start).into_iter().flatten());
                continue;
            }
            let own = masked_address(address, length);
            let inside = ranges
                .iter()
                .filter(|(start, _)| masked_address(**start, length) == own);
            rows.extend(inside.flat_map(|(_, rows)| rows));
        }
        rows.sort_unstable();
        rows
    }
}

/// The rows with a range, with the columns of both sides; those without one too when they are asked for.
pub(super) fn lookup(
    runner: &mut Runner<'_>,
    input: &Table,
    lookup: &AddressLookup,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&lookup.lookup)?;
    let (Some(addresses), Some(ranges)) =
        (input.column(lookup.address), table.column(lookup.range))
    else {
        return Err(EvalError::new(
            "the lookup lacks a column that the query reads",
        ));
    };
    let ranges = Ranges::of(ranges, lookup.version_6);
    let mut pairs: (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    let mut pace = Pace::default();
    for (row, text) in addresses.iter().enumerate() {
        pace.row()?;
        let mut found = ranges.rows(&to_text(&text), lookup.version_6);
        found.retain(|other| agree(input, row, &table, *other as usize, &lookup.keys));
        if found.is_empty() && lookup.unmatched {
            found.push(NO_ROW);
        }
        pairs.0.resize(pairs.0.len() + found.len(), row as u32);
        pairs.1.extend(found);
        runner
            .options
            .limits
            .check_rows("the lookup", pairs.0.len())?;
    }
    runner.note(|trace| {
        trace.link(0, Links::One(pairs.0.clone()));
        trace.link(1, Links::One(pairs.1.clone()));
    });
    let (left, right) = (input.take(&pairs.0), table.take(&pairs.1));
    let columns = lookup
        .outputs
        .iter()
        .zip(&schema.columns)
        .map(|(output, target)| {
            let column = match output {
                JoinColumn::Left(index) => left.column(*index),
                JoinColumn::Right(index) => right.column(*index),
            };
            let null = || Column::constant(&super::absent(target.ty), target.ty, pairs.0.len());
            column.map_or_else(null, |column| column.with_type(target.ty))
        });
    Ok(Table::with_rows(
        schema.clone(),
        columns.collect(),
        pairs.0.len(),
    ))
}

fn agree(
    left: &Table,
    left_row: usize,
    right: &Table,
    right_row: usize,
    keys: &[(usize, usize)],
) -> bool {
    keys.iter().all(|(of_left, of_right)| {
        let own = Key::of(&left.value(left_row, *of_left));
        own == Key::of(&right.value(right_row, *of_right))
    })
}
