//! Macros that make generated types read leniently.

/// Makes a struct of optional fields read leniently: `lenient_object!(Account { "account_id" => account_id, "meta" => meta })`.
///
/// The struct has to be `Default`. A map of further members is named last: `lenient_object!(Meta { "name" => name } extra)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_object {
    ($object:ty { $($key:literal => $field:ident),* $(,)? } $($extra:ident)?) => {
        impl $crate::lenient::Object for $object {
            fn names(&self) -> &'static [&'static str] {
                &[$($key),*]
            }

            fn set(
                &mut self,
                key: &str,
                value: $crate::lenient::Json<'_>,
            ) -> ::core::option::Option<$crate::lenient::Evidence> {
                let _ = value;
                match key {
                    $($key => ::core::option::Option::Some($crate::lenient::field(&mut self.$field, value)),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn keep(&mut self, _key: &str, _value: $crate::lenient::Json<'_>) {
                $($crate::lenient::extra(&mut self.$extra, _key, _value))?
            }

            fn keeps(&self) -> bool {
                let kept: &[&str] = &[$(::core::stringify!($extra))?];
                !kept.is_empty()
            }
        }
        $crate::lenient_impl!($object, $crate::lenient::object, $crate::lenient::JsonKind::Object);
    };
}

/// Makes a union read leniently.
///
/// Without a tag, each branch names the members that an object needs to be it, and a last one may keep the rest:
/// `lenient_union!(Party { Card ["pan"], Bank ["iban"], Text [], _ => Other })`.
/// With a tag: `lenient_union!(Party by "kind" { "card" => Card, "bank" => Bank, _ => Other })`, where `Other` holds a map or any type
/// that keeps what came.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_union {
    ($union:ident { $($branch:ident [$($member:literal),*]),* $(, _ => $other:ident)? $(,)? }) => {
        $crate::lenient_impl!($union, |json| {
            // A number is not written as text, or text as a number, where a branch takes the kind and there is a place for the rest.
            let is_kept = false
                $(|| { let _ = stringify!($other); true })?
                && (false $(|| $crate::lenient::branch_owns($union::$branch, json.kind()))*);
            ::core::option::Option::None
                $(.or_else(|| {
                    $crate::lenient::branch(json, &[$($member),*]).map(|(read, shown)| ($union::$branch(read), shown))
                }))*
                $(.or_else(|| if is_kept { ::core::option::Option::None } else {
                    $crate::lenient::coerced_branch(json).map(|(read, shown)| ($union::$branch(read), shown))
                }))*
                $(.or_else(|| {
                    $crate::lenient::other_branch(json).map(|(read, shown)| ($union::$other(read), shown))
                }))?
        }, _);
    };
    ($union:ident by $tag:literal { $($value:literal => $branch:ident),*, _ => $other:ident $(,)? }) => {
        $crate::lenient_impl!($union, |json| {
            let tag = json.get($tag).and_then($crate::lenient::Json::scalar);
            match tag.as_deref() {
                // A documented tag is a documented member.
                $(::core::option::Option::Some($value) => $crate::lenient::Lenient::read(json)
                    .map(|read| ($union::$branch(read), $crate::lenient::Evidence::Member)),)*
                _ => ::core::option::Option::None,
            }
            .or_else(|| {
                // So is a tag with a value that the document does not list.
                let is_tagged = tag.as_deref().is_some_and(|tag| !tag.is_empty());
                let (read, shown) = $crate::lenient::other_branch(json)?;
                let shown = if is_tagged { $crate::lenient::Evidence::Member } else { shown };
                ::core::option::Option::Some(($union::$other(read), shown))
            })
        }, $crate::lenient::JsonKind::Object);
    };
}

/// Makes a newtype read as what it holds: `lenient_newtype!(Names(Vec<String>))`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_newtype {
    ($newtype:ident($inner:ty)) => {
        impl $crate::lenient::Lenient for $newtype {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                <$inner as $crate::lenient::Lenient>::read(json).map(Self)
            }
            fn evident(json: $crate::lenient::Json<'_>) -> ::core::option::Option<(Self, $crate::lenient::Evidence)> {
                <$inner as $crate::lenient::Lenient>::evident(json).map(|(read, shown)| (Self(read), shown))
            }
            fn null() -> ::core::option::Option<Self> {
                <$inner as $crate::lenient::Lenient>::null().map(Self)
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                <$inner as $crate::lenient::Lenient>::owns(kind)
            }
        }
        $crate::lenient_deserialize!($newtype);
    };
}

/// Makes a generated closed enum read leniently, by its `FromStr`: `lenient_word!(Kind)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_word {
    ($word:ident) => {
        impl $crate::lenient::Lenient for $word {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                json.scalar()?.parse().ok()
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                kind == $crate::lenient::JsonKind::String
            }
        }
    };
}

/// Makes a type with a strict `Deserialize` readable as a field of lenient ones: `lenient_by_serde!(Coordinates)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_by_serde {
    ($strict:ty) => {
        impl $crate::lenient::Lenient for $strict {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                json.decode()
            }
            fn owns(_: $crate::lenient::JsonKind) -> bool {
                true
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! lenient_impl {
    ($type:ty, $read:expr, $own:pat) => {
        impl $crate::lenient::Lenient for $type {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                <Self as $crate::lenient::Lenient>::evident(json).map(|(read, _)| read)
            }
            fn evident(json: $crate::lenient::Json<'_>) -> ::core::option::Option<(Self, $crate::lenient::Evidence)> {
                let read: fn($crate::lenient::Json<'_>) -> ::core::option::Option<(Self, $crate::lenient::Evidence)> =
                    $read;
                read(json)
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                ::core::matches!(kind, $own)
            }
        }
        $crate::lenient_deserialize!($type);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! lenient_deserialize {
    ($type:ty) => {
        impl<'de> $crate::lenient::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::lenient::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::deserialize(deserializer)
            }
        }
    };
}
