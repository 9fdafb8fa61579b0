//! Pieces of names (两字片段): two characters side by side, by which who remembers a part of a name finds it: 华为 in
//! 深圳华为技术. The same for every engine of storage.

use std::collections::BTreeSet;

/// Versions that were taken in since their names were taken up are looked through one by one: the newest of them.
pub(crate) const NEWEST: i64 = 20_000;

/// The tables in which they are kept begin so. What is in them follows from the records.
pub(crate) const TABLES: &str = "name_piece";

/// Each piece of a name once, as a number. Latin letters are small in it, so that case makes no difference.
pub(crate) fn of(name: &str) -> BTreeSet<i64> {
    let number = |one: char| i64::from(u32::from(one.to_ascii_lowercase()));
    // A character needs 21 bits.
    name.chars().zip(name.chars().skip(1)).map(|(one, next)| number(one) << 21 | number(next)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_has_no_piece_that_the_name_has_not() {
        let name = "深圳华为技术 Huawei (SZ) 𠮷野家";
        for part in ["华为", "技术 h", "HUAWEI", "𠮷野", "深圳华为技术"] {
            assert!(of(part).is_subset(&of(name)), "{part}");
        }
        assert!(!of("为华").is_subset(&of(name)));
        assert!(of("华").is_empty() && of("").is_empty());
    }
}
