//! Row numbers of the cells for which something holds, found block by block: a block without such a cell is
//! skipped, and no cell costs a branch.

/// Cells that are looked at together.
const BLOCK: usize = 64;

/// The numbers of the cells that hold, in order.
pub(crate) fn rows_where<T: Copy>(cells: &[T], holds: impl Fn(T) -> bool) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut truths = [false; BLOCK];
    for (first, block) in (0..).step_by(BLOCK).zip(cells.chunks(BLOCK)) {
        for (truth, cell) in truths.iter_mut().zip(block) {
            *truth = holds(*cell);
        }
        append(
            &mut rows,
            first,
            truths.get(..block.len()).unwrap_or(&truths),
        );
    }
    rows
}

/// Whether a cell holds.
pub(crate) fn holds_any<T: Copy>(cells: &[T], holds: impl Fn(T) -> bool) -> bool {
    let in_block = |block: &[T]| block.iter().fold(false, |any, cell| any | holds(*cell));
    cells.chunks(BLOCK).any(in_block)
}

/// Appends the numbers of a block's cells that hold.
fn append(rows: &mut Vec<u32>, first: u32, truths: &[bool]) {
    let count = truths
        .iter()
        .fold(0, |count: u8, truth| count + u8::from(*truth));
    match usize::from(count) {
        0 => {}
        all if all == truths.len() => rows.extend(first..first + u32::from(count)),
        _ => {
            let mut kept = [0; BLOCK];
            let mut next = 0;
            for (row, truth) in (first..).zip(truths) {
                if let Some(slot) = kept.get_mut(next) {
                    *slot = row;
                }
                next += usize::from(*truth);
            }
            rows.extend_from_slice(kept.get(..next).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_those_that_hold(cells in proptest::collection::vec(0..6u8, 0..300), least in 0..7u8) {
            let holds = |cell: u8| cell >= least;
            let expected: Vec<u32> = (0..).zip(&cells).filter(|(_, cell)| holds(**cell)).map(|(row, _)| row).collect();
            prop_assert_eq!(rows_where(&cells, holds), expected.clone());
            prop_assert_eq!(holds_any(&cells, holds), !expected.is_empty());
        }
    }
}
