//! Collections of what owns memory, which may be a million allocations: they are given back in pieces, so that
//! work which does so can be ended.

use std::collections;
use std::fmt;
use std::ops::{Deref, DerefMut};

use hashbrown::{HashMap, HashTable};
use indexmap::IndexMap;

use crate::interrupt;

/// Elements that are given back between two questions whether the work is to end.
const PIECE: usize = 1 << 9;

/// A collection whose elements are given back in pieces. Those of work that is ended are left for
/// [`interrupt::give_back`].
#[derive(Clone, PartialEq)]
pub struct Shed<C: Collection>(C);

/// What can be in a [`Shed`].
pub trait Collection: Default + IntoIterator<IntoIter: 'static> {
    /// Number of elements.
    fn count(&self) -> usize;
}

impl<T: 'static> Collection for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<K: 'static, V: 'static, S: Default> Collection for IndexMap<K, V, S> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<K: 'static, V: 'static, S: Default> Collection for HashMap<K, V, S> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<T: 'static> Collection for HashTable<T> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<K: 'static, V: 'static, S: Default + 'static> Collection for collections::HashMap<K, V, S> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<T: 'static, S: Default + 'static> Collection for collections::HashSet<T, S> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<C: Collection> Shed<C> {
    /// The collection itself, which is given back at once.
    pub fn into_inner(mut self) -> C {
        std::mem::take(&mut self.0)
    }
}

impl<C: Collection> Drop for Shed<C> {
    #[inline]
    fn drop(&mut self) {
        if self.0.count() > PIECE {
            give_back(std::mem::take(&mut self.0).into_iter());
        }
    }
}

/// Gives back elements piece by piece, until the work is to end.
#[cold]
fn give_back(mut elements: impl Iterator + 'static) {
    while !interrupt::is_over() {
        if elements.by_ref().take(PIECE).count() < PIECE {
            return;
        }
    }
    interrupt::leave(Box::new(elements));
}

impl<C: Collection + fmt::Debug> fmt::Debug for Shed<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<C: Collection> Default for Shed<C> {
    fn default() -> Self {
        Self(C::default())
    }
}

impl<C: Collection> From<C> for Shed<C> {
    fn from(elements: C) -> Self {
        Self(elements)
    }
}

impl<C: Collection> Deref for Shed<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C: Collection> DerefMut for Shed<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.0
    }
}

impl<C: Collection + FromIterator<T>, T> FromIterator<T> for Shed<C> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().collect())
    }
}

impl<'a, C: Collection> IntoIterator for &'a Shed<C>
where
    &'a C: IntoIterator,
{
    type Item = <&'a C as IntoIterator>::Item;
    type IntoIter = <&'a C as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.0).into_iter()
    }
}
