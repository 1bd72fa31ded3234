//! The columns of JSON rows: one for each path of nested objects, and one for the length of each list.

use std::collections::HashMap;

use agensium_kernel::ScanError;

use super::parse::{Kind, ROOT, Visitor};
use crate::columns::{Leaf, What};

/// More paths than this are an error: then the names of fields are values.
pub const MAX_PATHS: usize = 20_000;

/// A tree of field names.
#[derive(Debug)]
pub struct Paths {
    nodes: Vec<Node>,
}

/// What was seen at a path.
#[derive(Debug, Default)]
struct Node {
    name: Vec<u8>,
    children: HashMap<Vec<u8>, u32>,
    order: Vec<u32>,
    texts: bool,
    numbers: bool,
    truths: bool,
    nulls: bool,
    lists: bool,
    flat_lists: bool,
    columns: Columns,
}

/// The columns of a path.
#[derive(Debug, Clone, Copy, Default)]
pub struct Columns {
    /// Of the values.
    pub value: Option<u32>,
    /// Of the lengths of lists.
    pub length: Option<u32>,
    /// Whether values are of several kinds, so that text is written in quotes.
    pub mixed: bool,
}

impl Default for Paths {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Visitor for Paths {
    fn field(&mut self, place: u32, key: &[u8]) -> u32 {
        if let Some(&known) = self.nodes[place as usize].children.get(key) {
            return known;
        }
        // Beyond the limit nothing new is noted; the check after the piece refuses the file.
        if self.nodes.len() > 2 * MAX_PATHS {
            return place;
        }
        let number = self.nodes.len() as u32;
        self.nodes.push(Node { name: key.to_vec(), ..Node::default() });
        let parent = &mut self.nodes[place as usize];
        parent.children.insert(key.to_vec(), number);
        parent.order.push(number);
        number
    }

    fn scalar(&mut self, place: u32, _cell: &[u8], kind: Kind) {
        let node = &mut self.nodes[place as usize];
        match kind {
            Kind::Text => node.texts = true,
            Kind::Number => node.numbers = true,
            Kind::Truth => node.truths = true,
            Kind::Null => node.nulls = true,
        }
    }

    fn list(&mut self, place: u32, length: usize, _raw: &[u8], flat: bool) {
        let node = &mut self.nodes[place as usize];
        node.lists = true;
        // An empty list may be one of anything.
        node.flat_lists |= flat && length > 0;
    }
}

impl Node {
    /// The kinds of values, for people.
    fn declared(&self) -> String {
        let kinds = [
            (self.texts, "string"),
            (self.numbers, "number"),
            (self.truths, "boolean"),
            (self.lists, "array"),
            (!self.children.is_empty(), "object"),
        ];
        let seen: Vec<_> = kinds.iter().filter(|kind| kind.0).map(|kind| kind.1).collect();
        if seen.is_empty() { "null".into() } else { seen.join(" | ") }
    }

    fn has_values(&self) -> bool {
        let nothing_else = !self.lists && self.children.is_empty();
        self.texts || self.numbers || self.truths || self.flat_lists || self.nulls && nothing_else
    }
}

impl Paths {
    /// Refuse too many paths.
    pub fn check(&self) -> Result<(), ScanError> {
        if self.nodes.len() <= MAX_PATHS {
            return Ok(());
        }
        Err(ScanError::new("too_many_columns", format!("The rows have more than {MAX_PATHS} different fields."))
            .hint("Names of fields that are values, such as ids, belong into a field of their own."))
    }

    /// Number the columns, in the order in which they were first seen.
    pub fn number(&mut self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.number_below(ROOT, "", &mut leaves);
        leaves
    }

    fn number_below(&mut self, at: u32, name: &str, leaves: &mut Vec<Leaf>) {
        let node = &mut self.nodes[at as usize];
        let shown = if name.is_empty() && at == ROOT { "value" } else { name };
        let kinds = [node.texts, node.numbers, node.truths, node.flat_lists].iter().filter(|&&seen| seen).count();
        node.columns.mixed = kinds > 1;
        let declared = node.declared();
        let mut add = |name: String, what| {
            leaves.push(Leaf::flat(name, declared.clone(), what));
            Some(leaves.len() as u32 - 1)
        };
        if node.has_values() {
            node.columns.value = add(shown.to_owned(), What::Value);
        }
        if node.lists {
            node.columns.length = add(format!("{shown}[]"), What::Length);
        }
        for child in node.order.clone() {
            let key = String::from_utf8_lossy(&self.nodes[child as usize].name).into_owned();
            let path = if at == ROOT { key } else { format!("{name}.{key}") };
            self.number_below(child, &path, leaves);
        }
    }

    /// The place of a field, if it was seen.
    #[inline]
    pub fn find(&self, place: u32, key: &[u8]) -> Option<u32> {
        self.nodes[place as usize].children.get(key).copied()
    }

    /// The columns of a place.
    #[inline]
    pub fn columns(&self, place: u32) -> Columns {
        self.nodes[place as usize].columns
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        let numbers = self.nodes.iter().flat_map(|node| [node.columns.value, node.columns.length]);
        numbers.flatten().count()
    }
}
