//! Where each node of a document came from, kept through every rewriting.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::document::refusal::Place;

/// Line and column, from 1.
pub(crate) type Position = (usize, usize);

/// Positions of one node: of its key (or of the item, in a list) and of its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) key: Position,
    pub(crate) value: Position,
}

/// One file, and the positions of its nodes by pointer.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: Rc<str>,
    pub(crate) spots: HashMap<String, Spot>,
}

/// A pointer into one of the files, as that file was written.
type Origin = (usize, String);

/// The files of a document and what moved where.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    sources: Vec<Source>,
    /// Current pointer -> original one, for the roots of what moved; everything below follows.
    moves: BTreeMap<String, Origin>,
}

impl Origins {
    pub(crate) fn new(source: Source) -> Self {
        Self { sources: vec![source], moves: BTreeMap::new() }
    }

    /// The file that the document was loaded from.
    pub(crate) fn file(&self) -> &Rc<str> {
        &self.sources[0].file
    }

    /// Adds another document's files; its node at `from` now stands at `to`.
    pub(crate) fn adopt(&mut self, other: &Origins, from: &str, to: &str) {
        let offset = match self.sources.iter().position(|source| source.file == *other.file()) {
            Some(known) => known,
            None => {
                self.sources.push(other.sources[0].clone());
                self.sources.len() - 1
            }
        };
        let (_, pointer) = other.resolve(from);
        self.forget(to);
        self.moves.insert(to.to_owned(), (offset, pointer));
    }

    /// The node at `to`, and all below it, originates where `from` originates.
    pub(crate) fn moved(&mut self, from: &str, to: &str) {
        let origin = self.resolve(from);
        let below: Vec<(String, Origin)> = self
            .under(from)
            .map(|(pointer, origin)| (format!("{to}{}", &pointer[from.len()..]), origin.clone()))
            .collect();
        self.forget(to);
        self.moves.insert(to.to_owned(), origin);
        self.moves.extend(below);
    }

    pub(crate) fn place(&self, pointer: &str) -> Place {
        let (source, original) = self.resolve(pointer);
        match self.nearest(source, &original) {
            // A node that the file does not have was made by a rewriting: its parent's key is the closest thing written.
            Some((spot, true)) => self.at(source, spot.value),
            Some((spot, false)) => self.at(source, spot.key),
            None => self.at(source, (0, 0)),
        }
    }

    pub(crate) fn key_place(&self, pointer: &str) -> Place {
        let (source, original) = self.resolve(pointer);
        let position = self.nearest(source, &original).map_or((0, 0), |(spot, _)| spot.key);
        self.at(source, position)
    }

    fn at(&self, source: usize, (line, column): Position) -> Place {
        Place { file: self.sources[source].file.clone(), line, column }
    }

    /// The node itself (`true`) or its nearest ancestor in the file.
    fn nearest(&self, source: usize, pointer: &str) -> Option<(Spot, bool)> {
        let spots = &self.sources[source].spots;
        ancestors(pointer).find_map(|it| Some((*spots.get(it)?, it.len() == pointer.len())))
    }

    fn resolve(&self, pointer: &str) -> Origin {
        ancestors(pointer)
            .find_map(|it| {
                let (source, original) = self.moves.get(it)?;
                Some((*source, format!("{original}{}", &pointer[it.len()..])))
            })
            .unwrap_or_else(|| (0, pointer.to_owned()))
    }

    /// Moves strictly below `pointer`.
    fn under(&self, pointer: &str) -> impl Iterator<Item = (&String, &Origin)> {
        let prefix = format!("{pointer}/");
        self.moves.range(prefix.clone()..).take_while(move |(it, _)| it.starts_with(&prefix))
    }

    fn forget(&mut self, pointer: &str) {
        let gone: Vec<String> = self.under(pointer).map(|(it, _)| it.clone()).collect();
        for it in gone {
            self.moves.remove(&it);
        }
    }
}

/// `/a/b`, `/a`, and the root.
fn ancestors(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |it| it.rfind('/').map(|cut| &it[..cut]))
}
