//! Writes a value out as a tree that also knows which fields were left out: serde tells a serializer, JSON does not show it.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

/// Name under which [`Open`](crate::Open) writes a word that its list does not have, as a newtype, which JSON does not show.
pub(crate) const UNLISTED: &str = "$bursar::unlisted";

/// A value written out.
#[derive(Debug, PartialEq)]
pub(crate) enum Node {
    /// JSON text of a scalar, or of a value that was kept as text.
    Leaf(String),
    List(Vec<Node>),
    /// Members in their order; `None` was left out.
    Object(Vec<(String, Option<Node>)>),
    /// A word that the document does not list.
    Unlisted(Box<Node>),
}

impl Node {
    /// Null, or a list or object without anything in it.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Leaf(text) => text == "null",
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.iter().all(|(_, node)| node.as_ref().is_none_or(Self::is_nothing)),
            Self::Unlisted(_) => false,
        }
    }
}

/// Why a value could not be written; nobody reads more than that.
#[derive(Debug)]
pub(crate) struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not JSON")
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The serializer.
pub(crate) struct Writer;

fn leaf<T: Serialize + ?Sized>(value: &T) -> Result<Node, Fault> {
    serde_json::to_string(value).map(Node::Leaf).map_err(|_| Fault)
}

fn tagged(variant: &str, node: Node) -> Node {
    Node::Object(vec![(variant.to_owned(), Some(node))])
}

macro_rules! leaves {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<Node, Fault> {
            leaf(&value)
        }
    )*};
}

impl Serializer for Writer {
    type Ok = Node;
    type Error = Fault;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    leaves! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8]
    }

    fn serialize_none(self) -> Result<Node, Fault> {
        leaf(&())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, Fault> {
        leaf(&())
    }

    /// A type without fields: whatever an object holds then is unknown, not lost.
    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, Fault> {
        Ok(Node::Object(Vec::new()))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Node, Fault> {
        leaf(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Node, Fault> {
        let node = value.serialize(self)?;
        Ok(if name == UNLISTED { Node::Unlisted(Box::new(node)) } else { node })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Fault> {
        Ok(tagged(variant, value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Fault> {
        Ok(Items::default())
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, Fault> {
        Ok(Items::default())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items, Fault> {
        Ok(Items::default())
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Items, Fault> {
        Ok(Items { variant: Some(variant), ..Items::default() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Fault> {
        Ok(Members::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Fault> {
        Ok(Members::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, Fault> {
        Ok(Members { variant: Some(variant), ..Members::default() })
    }
}

#[derive(Default)]
pub(crate) struct Items {
    variant: Option<&'static str>,
    items: Vec<Node>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.items.push(value.serialize(Writer)?);
        Ok(())
    }

    fn finish(self) -> Result<Node, Fault> {
        let list = Node::List(self.items);
        Ok(match self.variant {
            Some(variant) => tagged(variant, list),
            None => list,
        })
    }
}

macro_rules! items {
    ($($trait:ident::$method:ident),*) => {$(
        impl ser::$trait for Items {
            type Ok = Node;
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.push(value)
            }

            fn end(self) -> Result<Node, Fault> {
                self.finish()
            }
        }
    )*};
}

items!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

#[derive(Default)]
pub(crate) struct Members {
    variant: Option<&'static str>,
    key: String,
    members: Vec<(String, Option<Node>)>,
}

impl Members {
    fn finish(mut self) -> Result<Node, Fault> {
        // serde_json passes text through as a struct of one field with a private name; the field's text is JSON.
        let kept_as_text = matches!(&self.members[..], [(name, _)] if name.starts_with("$serde_json::private::"));
        let object = match self.members.pop() {
            Some((_, Some(Node::Leaf(text)))) if kept_as_text => {
                Node::Leaf(serde_json::from_str(&text).map_err(|_| Fault)?)
            }
            last => {
                self.members.extend(last);
                Node::Object(self.members)
            }
        };
        Ok(match self.variant {
            Some(variant) => tagged(variant, object),
            None => object,
        })
    }
}

macro_rules! members {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Members {
            type Ok = Node;
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
                self.members.push((key.to_owned(), Some(value.serialize(Writer)?)));
                Ok(())
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), Fault> {
                self.members.push((key.to_owned(), None));
                Ok(())
            }

            fn end(self) -> Result<Node, Fault> {
                self.finish()
            }
        }
    )*};
}

members!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Members {
    type Ok = Node;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        let Node::Leaf(text) = key.serialize(Writer)? else { return Err(Fault) };
        // A key that is a number or bool is written as its text.
        self.key = serde_json::from_str(&text).unwrap_or(text);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let key = std::mem::take(&mut self.key);
        self.members.push((key, Some(value.serialize(Writer)?)));
        Ok(())
    }

    fn end(self) -> Result<Node, Fault> {
        self.finish()
    }
}
