//! Which parts of two versions belong together: declarations and operators.

use super::declared::Declared;
use super::normal::{Part, Step};

/// Most operators of one pipeline that are aligned; of longer ones the rest counts as removed and added.
const MAX_STEPS: usize = 400;

/// Whether two declarations belong together.
type Like = fn(&Declared, &Declared) -> bool;

/// Pairs of declarations: first those that say the same, then those of one name, then those of one kind
/// in order, when each version has as many left.
pub(super) fn pairs(old: &[Declared], new: &[Declared]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let like: [Like; 3] = [
        |one, other| one.normal == other.normal && one.name == other.name,
        |one, other| one.name == other.name,
        |one, other| one.normal == other.normal,
    ];
    for like in like {
        for (place, one) in old.iter().enumerate() {
            let is_free = |at: &usize| !pairs.iter().any(|(_, new)| new == at);
            let taken = pairs.iter().any(|(old, _)| *old == place);
            let found = new.iter().enumerate().filter(|(at, _)| is_free(at));
            let mut found =
                found.filter(|(_, other)| other.kind() == one.kind() && like(one, other));
            if let (false, Some((at, _))) = (taken, found.next()) {
                pairs.push((place, at));
            }
        }
    }
    for kind in ["value", "table", "function"] {
        let rest = |lets: &[Declared], taken: &dyn Fn(usize) -> bool| {
            let places = lets
                .iter()
                .enumerate()
                .filter(|(at, one)| one.kind() == kind && !taken(*at));
            places.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let left = rest(old, &|at| pairs.iter().any(|(old, _)| *old == at));
        let right = rest(new, &|at| pairs.iter().any(|(_, new)| *new == at));
        if left.len() == right.len() {
            pairs.extend(left.into_iter().zip(right));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Operators that belong together, in order; the longest common run of like ones.
pub(super) fn align(old: &[Step], new: &[Step]) -> Vec<(Option<usize>, Option<usize>)> {
    let (rows, columns) = (old.len().min(MAX_STEPS), new.len().min(MAX_STEPS));
    let normal = |steps: &[Step]| steps.iter().map(Step::normal).collect::<Vec<_>>();
    let (left, right) = (normal(old), normal(new));
    let likeness = |i: usize, j: usize| match () {
        () if left[i] == right[j] => 4,
        () if old[i].kind == new[j].kind => 1 + shared(&old[i], &new[j]),
        () => 0,
    };
    let mut best = vec![vec![0_usize; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let like = likeness(i, j);
            let taken = if like > 0 {
                like + best[i + 1][j + 1]
            } else {
                0
            };
            best[i][j] = taken.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j, mut aligned) = (0, 0, Vec::new());
    while i < rows || j < columns {
        let like = if i < rows && j < columns {
            likeness(i, j)
        } else {
            0
        };
        if like > 0 && best[i][j] == like + best[i + 1][j + 1] {
            aligned.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if i < rows && (j == columns || best[i][j] == best[i + 1][j]) {
            aligned.push((Some(i), None));
            i += 1;
        } else {
            aligned.push((None, Some(j)));
            j += 1;
        }
    }
    let rest = (rows..old.len()).map(|at| (Some(at), None));
    aligned.extend(rest.chain((columns..new.len()).map(|at| (None, Some(at)))));
    aligned
}

/// One when two operators of a kind have a part in common, or parts about the same.
fn shared(old: &Step, new: &Step) -> usize {
    let alike = |one: &Part, other: &Part| one.normal == other.normal || one.about == other.about;
    usize::from(
        old.parts
            .iter()
            .any(|one| new.parts.iter().any(|other| alike(one, other))),
    )
}
