//! Sets of the values of a small enum, usable in constants.

/// Declares an enum of words and a set of its values.
macro_rules! set_of_words {
    (
        $(#[$set_doc:meta])* set $set:ident;
        $(#[$item_doc:meta])* enum $item:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$item_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $item {
            $($(#[$doc])* $variant,)+
        }

        impl $item {
            /// Every value.
            pub const ALL: &'static [$item] = &[$($item::$variant),+];

            /// The word for it, in the data and in output.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($item::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $item {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $(#[$set_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $set(u16);

        impl $set {
            /// Nothing.
            pub const EMPTY: $set = $set(0);

            /// The set of `items`.
            pub const fn of(items: &[$item]) -> $set {
                let mut bits = 0;
                let mut i = 0;
                while i < items.len() {
                    bits |= 1 << items[i] as u16;
                    i += 1;
                }
                $set(bits)
            }

            /// Whether `item` is in it.
            pub const fn contains(self, item: $item) -> bool {
                self.0 & (1 << item as u16) != 0
            }

            /// Whether the two have a value in common.
            pub const fn intersects(self, other: $set) -> bool {
                self.0 & other.0 != 0
            }

            /// Whether nothing is in it.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// What is in it, in order of declaration.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |&item| self.contains(item))
            }
        }

        impl std::fmt::Debug for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }
    };
}

pub(crate) use set_of_words;
