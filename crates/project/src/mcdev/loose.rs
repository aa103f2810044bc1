//! Values of metadata as they were written by hand or by older versions: `"true"` for `true`, a text for a number, anything for anything. One
//! strange value must not hide the others, so that reading one never fails while the text is JSON.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A value that is no list and no table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Loose<'a> {
    /// Null, a list, a table, or nothing at all.
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Boolean(bool),
    Number(f64),
}

/// A list; none where something else stands.
#[derive(Debug)]
pub(super) struct LooseList<T>(pub(super) Option<Vec<T>>);

/// A table; none where something else stands. Of two entries with one key the last one counts.
#[derive(Debug)]
pub(super) struct LooseTable<T>(pub(super) Option<T>);

/// What a table is read into.
pub(super) trait Entries<'a>: Default {
    /// Reads the value of a key, if it is one that matters; `false` if not.
    fn read<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<bool, A::Error>;
}

impl<'a> Loose<'a> {
    /// A text that is not empty.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Loose::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// Whether it says yes.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Loose::Boolean(value) => *value,
            Loose::Text(text) => text.trim().eq_ignore_ascii_case("true"),
            Loose::Number(_) | Loose::Nothing => false,
        }
    }

    /// A whole number that is none below zero.
    pub(super) fn number(&self) -> Option<u32> {
        match self {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and in range")]
            Loose::Number(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) => {
                Some(*number as u32)
            }
            Loose::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Where it stands in the text that it was read from, in bytes; none where it is written with escapes.
    pub(super) fn offset_in(&self, whole: &'a str) -> Option<u32> {
        let Loose::Text(Cow::Borrowed(text)) = self else { return None };
        let offset = (text.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        u32::try_from(offset).ok().filter(|_| offset + text.len() <= whole.len())
    }
}

/// The visits of a visitor that end in [`Default`], whatever they find.
macro_rules! nothing_of {
    ($($visit:ident($ty:ty),)*) => {
        $(fn $visit<E>(self, _: $ty) -> Result<Self::Value, E> {
            Ok(Default::default())
        })*

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("anything")
        }
    };
}

fn skip_list<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_table<'de, A: MapAccess<'de>>(mut entries: A) -> Result<(), A::Error> {
    while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = Loose<'de>;

            nothing_of! {}

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Loose::Boolean(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(i32::try_from(value).map_or(Loose::Nothing, |value| Loose::Number(value.into())))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(u32::try_from(value).map_or(Loose::Nothing, |value| Loose::Number(value.into())))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Loose::Number(value))
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Loose::Text(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Loose::Text(Cow::Owned(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                skip_list(items).map(|()| Loose::Nothing)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                skip_table(entries).map(|()| Loose::Nothing)
            }
        }

        deserializer.deserialize_any(Values)
    }
}

impl<T> Default for LooseList<T> {
    fn default() -> LooseList<T> {
        LooseList(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for LooseList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = LooseList<T>;

            nothing_of! { visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str), }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(LooseList(Some(list)))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                skip_table(entries).map(|()| LooseList(None))
            }
        }

        deserializer.deserialize_any(Items(PhantomData))
    }
}

impl<T> Default for LooseTable<T> {
    fn default() -> LooseTable<T> {
        LooseTable(None)
    }
}

impl<'de, T: Entries<'de>> Deserialize<'de> for LooseTable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table<T>(PhantomData<T>);

        impl<'de, T: Entries<'de>> Visitor<'de> for Table<T> {
            type Value = LooseTable<T>;

            nothing_of! { visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str), }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                skip_list(items).map(|()| LooseTable(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut table = T::default();
                while let Some(key) = entries.next_key::<Loose<'de>>()? {
                    if !table.read(key.text().unwrap_or_default(), &mut entries)? {
                        entries.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(LooseTable(Some(table)))
            }
        }

        deserializer.deserialize_any(Table(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Loose<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn values_in_any_form() {
        assert!(read("true").is_true() && read(r#"" TRUE ""#).is_true());
        assert!(!read("1").is_true() && !read("null").is_true() && !read(r#""yes""#).is_true());
        assert_eq!(read("50").number(), Some(50));
        assert_eq!(read(r#"" 50 ""#).number(), Some(50));
        assert_eq!(read("50.0").number(), Some(50));
        for none in ["-1", "1.5", "99999999999", "1e300", r#""x""#, "true", "[1]", r#"{"a": 1}"#] {
            assert_eq!(read(none).number(), None, "{none}");
        }
        assert_eq!(read(r#""  ""#).text(), None);
    }

    #[test]
    fn where_texts_stand() {
        let json = r#"["ab", "c\u0064", 7]"#;
        let values: LooseList<Loose<'_>> = serde_json::from_str(json).unwrap();
        let places: Vec<_> = values.0.unwrap().iter().map(|value| value.offset_in(json)).collect();
        assert_eq!(places, [Some(2), None, None]);
    }
}
