//! Finding names without regard to case: a hash table, because every call in a page asks.

/// The places of names, by hash. Open addressing; at most half full.
#[derive(Debug)]
pub(crate) struct NameIndex {
    names: &'static [(&'static str, u16)],
    /// Place in `names`, plus one; 0 is free.
    slots: Box<[u16]>,
}

impl NameIndex {
    pub(crate) fn new(names: &'static [(&'static str, u16)]) -> NameIndex {
        let mut index = NameIndex { names, slots: vec![0; (2 * names.len()).next_power_of_two()].into_boxed_slice() };
        for (place, (name, _)) in names.iter().enumerate() {
            let mut slot = index.first_slot(name);
            while index.slots[slot] != 0 {
                slot = index.next_slot(slot);
            }
            index.slots[slot] = u16::try_from(place + 1).unwrap_or(0);
        }
        index
    }

    /// What stands beside `name`, in any case of its ASCII letters.
    pub(crate) fn get(&self, name: &str) -> Option<u16> {
        let mut slot = self.first_slot(name);
        loop {
            let place = self.slots[slot].checked_sub(1)?;
            let (known, value) = self.names[usize::from(place)];
            if known.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            slot = self.next_slot(slot);
        }
    }

    /// FNV-1a over the name in lower case.
    fn first_slot(&self, name: &str) -> usize {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
        });
        #[allow(clippy::cast_possible_truncation, reason = "the mask makes it small")]
        let slot = (hash ^ (hash >> 32)) as usize & (self.slots.len() - 1);
        slot
    }

    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_name_in_any_case_and_no_other() {
        let names = crate::generated::ampscript_functions::BY_NAME;
        let index = NameIndex::new(names);
        for (name, value) in names {
            assert_eq!(index.get(name), Some(*value));
            assert_eq!(index.get(&name.to_ascii_uppercase()), Some(*value));
            assert_eq!(index.get(&format!("{name}x")).filter(|found| found == value), None);
        }
        assert_eq!(index.get(""), None);
    }
}
