//! How near a log comes to telling two rules apart at a comparison, from what the comparison makes of its rows in
//! both.

use std::cmp::Ordering;

use super::comparison::Measured;

/// How near a log comes; less is nearer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    /// What is missing besides the distance: that the comparison decides, and that both rules do not compare the
    /// same.
    pub missing: u8,
    /// Distance from the bound, in the unit of what is compared.
    pub distance: f64,
    /// Where it lies beside the place at which the rules part; equal where they do, or at a bound that both have.
    pub side: Option<Ordering>,
}

/// What was seen on a log, to tell it from others.
pub(super) type Signature = (u8, u64, u64, u64, usize);

impl Score {
    /// The score of a log on which nothing reaches the comparison.
    pub const FARTHEST: Self = Self {
        missing: u8::MAX,
        distance: f64::MAX,
        side: None,
    };

    /// An order of scores: whatever is missing weighs more than any distance.
    pub fn rank(&self) -> (u8, u64) {
        // The bits of numbers that are not negative are in the order of the numbers.
        (self.missing, self.distance.abs().to_bits())
    }
}

/// The best score over the rows that reach a comparison in the original and in the converted rule, and a signature
/// of it. `is_above` says that the rules differ before the comparison, which shows only when they compare something
/// else.
pub(super) fn score(
    (original, converted): (&[Measured], &[Measured]),
    is_above: bool,
) -> (Score, Signature) {
    let rows = original.len().max(converted.len());
    let of = |row: usize| {
        let one = original.get(row).or(converted.get(row))?;
        let other = converted.get(row).unwrap_or(one);
        Some((of_row((one, other), is_above), (one, other)))
    };
    let best = (0..rows)
        .filter_map(of)
        .min_by_key(|(score, _)| score.rank());
    match best {
        Some((score, (one, other))) => {
            let signature = (
                score.missing,
                one.left.to_bits(),
                other.left.to_bits(),
                other.beside,
                rows,
            );
            (score, signature)
        }
        None => (Score::FARTHEST, (u8::MAX, 0, 0, 0, 0)),
    }
}

fn of_row((one, other): (&Measured, &Measured), is_above: bool) -> Score {
    let is_same = one.distance == other.distance;
    let is_undecided = !one.decides && !other.decides;
    let is_apart = one.distance.signum() != other.distance.signum() && !is_same;
    Score {
        missing: u8::from(is_undecided) + 2 * u8::from(is_above && is_same),
        distance: match is_apart {
            true => 0.0,
            false => one.distance.abs().min(other.distance.abs()),
        },
        side: side(one, other),
    }
}

/// Both bounds count: what lies at the lower one and still does the same in both rules is too low.
fn side(one: &Measured, other: &Measured) -> Option<Ordering> {
    match one.holds == other.holds {
        true => (one.distance + other.distance).partial_cmp(&0.0),
        false => Some(Ordering::Equal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(distance: f64, decides: bool) -> Measured {
        Measured {
            distance,
            left: distance,
            holds: distance > 0.0,
            decides,
            beside: 0,
        }
    }

    fn rank(original: &[Measured], converted: &[Measured], is_above: bool) -> (u8, f64) {
        let (score, _) = score((original, converted), is_above);
        (score.missing, score.distance)
    }

    #[test]
    fn the_nearest_row_that_decides_counts() {
        let rows = [row(4.0, true), row(0.0, false), row(-2.0, true)];
        assert_eq!(rank(&rows, &rows, false), (0, 2.0));
    }

    #[test]
    fn rules_that_compare_the_same_are_told_apart_only_at_the_comparison() {
        let rows = [row(0.0, true)];
        assert_eq!(rank(&rows, &rows, false), (0, 0.0));
        assert_eq!(rank(&rows, &rows, true), (2, 0.0));
    }

    #[test]
    fn a_bound_between_both_is_reached() {
        assert_eq!(rank(&[row(-3.0, true)], &[row(5.0, true)], true), (0, 0.0));
        assert_eq!(rank(&[row(3.0, true)], &[row(5.0, true)], true), (0, 3.0));
    }

    #[test]
    fn nothing_is_farther_than_anything() {
        let nothing = score((&[], &[]), false).0;
        assert!(nothing.rank() > score((&[row(9e99, false)], &[]), true).0.rank());
    }
}
