//! Threefry-4x64, a block cipher without the strength that secrecy would need.
//!
//! Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405: Threefish-256 with fewer rounds, no tweak.

use crate::Arithmetic;

/// Makes the words of the extended key sum to something else than 0.
const PARITY: u64 = 0x1bd1_1bda_a9fc_1a22;

/// Four words from a key and a counter, by up to 20 `ROUNDS` (13 pass all tests known; 20 leave a margin).
#[inline(always)]
pub(super) fn threefry<A: Arithmetic, const ROUNDS: usize>(a: A, key: [A::U; 4], counter: [A::U; 4]) -> [A::U; 4] {
    const { assert!(ROUNDS <= 20) };
    let parity = a.xor_u64(a.xor_u64(key[0], key[1]), a.xor_u64(key[2], key[3]));
    let key = [key[0], key[1], key[2], key[3], a.xor_u64(parity, a.splat_u64(PARITY))];
    let mut words = counter;
    // Not a loop: the compiler would leave it one, with the amounts of rotation chosen at run time.
    macro_rules! rounds {
        ($($index:literal)*) => {
            $(words = round::<A, $index, ROUNDS>(a, key, words);)*
        };
    }
    rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20);
    words
}

/// The round of this index, and before every fourth one, and after the last if it is one, an injection of the key.
#[inline(always)]
fn round<A: Arithmetic, const INDEX: usize, const ROUNDS: usize>(
    a: A,
    key: [A::U; 5],
    mut words: [A::U; 4],
) -> [A::U; 4] {
    if INDEX.is_multiple_of(4) && INDEX <= ROUNDS {
        let injection = INDEX / 4;
        for (index, word) in words.iter_mut().enumerate() {
            *word = a.add_u64(*word, key[(injection + index) % 5]);
        }
        words[3] = a.add_u64(words[3], a.splat_u64(injection as u64));
    }
    if INDEX >= ROUNDS {
        return words;
    }
    // Words 1 and 3 change places from round to round; the amounts of rotation repeat after eight.
    let [w, x, y, z] = words;
    match INDEX % 8 {
        0 => mix::<A, 14, 16>(a, [w, x, y, z]),
        1 => swapped(mix::<A, 52, 57>(a, [w, z, y, x])),
        2 => mix::<A, 23, 40>(a, [w, x, y, z]),
        3 => swapped(mix::<A, 5, 37>(a, [w, z, y, x])),
        4 => mix::<A, 25, 33>(a, [w, x, y, z]),
        5 => swapped(mix::<A, 46, 12>(a, [w, z, y, x])),
        6 => mix::<A, 58, 22>(a, [w, x, y, z]),
        _ => swapped(mix::<A, 32, 32>(a, [w, z, y, x])),
    }
}

#[inline(always)]
fn swapped<U>([w, z, y, x]: [U; 4]) -> [U; 4] {
    [w, x, y, z]
}

/// Words 0 and 1, and words 2 and 3: the sum, and the other word rotated against it.
#[inline(always)]
fn mix<A: Arithmetic, const FIRST: u32, const SECOND: u32>(a: A, [w, x, y, z]: [A::U; 4]) -> [A::U; 4] {
    let (first, second) = (a.add_u64(w, x), a.add_u64(y, z));
    [first, a.xor_u64(a.rotate_left_u64::<FIRST>(x), first), second, a.xor_u64(a.rotate_left_u64::<SECOND>(z), second)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;

    /// Counter, key and result of the known-answer tests that the authors publish (Random123, `kat_vectors`).
    type KnownAnswer = ([u64; 4], [u64; 4], [u64; 4]);

    const ONES: [u64; 4] = [u64::MAX; 4];
    /// Digits of pi.
    const PI: [u64; 8] = [
        0x243f_6a88_85a3_08d3,
        0x1319_8a2e_0370_7344,
        0xa409_3822_299f_31d0,
        0x082e_fa98_ec4e_6c89,
        0x4528_21e6_38d0_1377,
        0xbe54_66cf_34e9_0c6c,
        0xc0ac_29b7_c97c_50dd,
        0x3f84_d5b5_b547_0917,
    ];

    const ROUNDS_13: [KnownAnswer; 3] = [
        ([0; 4], [0; 4], [0x4071_fabe_e1dc_8e05, 0x02ed_3113_695c_9c62, 0x3973_11b5_b89f_9d49, 0xe212_92c3_2580_24bc]),
        (ONES, ONES, [0x7eae_d935_4797_22b5, 0x9099_4358_c429_f31c, 0x4963_8108_3e07_a75b, 0x627e_d0d7_4682_1121]),
        (
            [PI[0], PI[1], PI[2], PI[3]],
            [PI[4], PI[5], PI[6], PI[7]],
            [0x4361_288e_f9c1_900c, 0x8717_2915_2178_2833, 0x0d19_db18_c20c_f47e, 0xa0b4_1d63_ac85_81e5],
        ),
    ];

    const ROUNDS_20: [KnownAnswer; 3] = [
        ([0; 4], [0; 4], [0x0921_8ebd_e6c8_5537, 0x5594_1f52_66d8_6105, 0x4bd2_5e16_2824_34dc, 0xee29_ec84_6bd2_e40b]),
        (ONES, ONES, [0x29c2_4097_942b_ba1b, 0x0371_bbfb_0f6f_4e11, 0x3c23_1ffa_33f8_3a1c, 0xcd29_113f_de32_d168]),
        (
            [PI[0], PI[1], PI[2], PI[3]],
            [PI[4], PI[5], PI[5], PI[6]],
            [0xa7e8_fde5_9165_1bd9, 0xbaaf_d0c3_0138_319b, 0x84a5_c1a7_29e6_85b9, 0x901d_406c_cebc_1ba4],
        ),
    ];

    #[test]
    fn known_answers() {
        for (counter, key, expected) in ROUNDS_13 {
            assert_eq!(threefry::<_, 13>(Scalar, key, counter), expected);
        }
        for (counter, key, expected) in ROUNDS_20 {
            assert_eq!(threefry::<_, 20>(Scalar, key, counter), expected);
        }
    }
}
