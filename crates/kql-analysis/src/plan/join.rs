//! The parts of `join` and `lookup`.

/// The kinds of `join` and `lookup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// One left row per key: the first of those that pass the filters right behind the join, as in
    /// recorded results (Kusto: any).
    InnerUnique,
    /// All pairs.
    Inner,
    /// All pairs, and left rows without a partner.
    LeftOuter,
    /// All pairs, and right rows without a partner.
    RightOuter,
    /// All pairs, and rows of both sides without a partner.
    FullOuter,
    /// Left rows with a partner.
    LeftSemi,
    /// Right rows with a partner.
    RightSemi,
    /// Left rows without a partner.
    LeftAnti,
    /// Right rows without a partner.
    RightAnti,
}

/// A result column of a join: the side and the column it comes from.
#[derive(Clone, Copy, Debug)]
pub enum JoinColumn {
    /// Column of the left input.
    Left(usize),
    /// Column of the right input.
    Right(usize),
}
