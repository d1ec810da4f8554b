//! Lossless compact coding of a table's columns.
//!
//! A column is a smooth function of the first axis. Its values become integers in the same order as the values: the
//! number of thousandths where all of them are whole thousandths, else the bits of the floating-point number. Along
//! the first axis differences of some order are taken, wrapping, which leaves small integers; those are written in
//! blocks of eight, each with as many bits as its largest one needs.

use super::bits::{BitReader, BitWriter};

/// Integers in a block, which starts with its width.
const BLOCK: usize = 8;
/// Bits that hold a width from 0 to 64.
const WIDTH_BITS: u32 = 7;
/// Highest order of differences.
const MAX_ORDER: u8 = 8;

/// What the integers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Bits of the numbers, made to ascend with them.
    Bits,
    /// Thousandths.
    Thousandths,
}

/// A coded column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) meaning: Meaning,
    pub(super) order: u8,
    pub(super) data: Vec<u8>,
}

/// Codes a column whose second axis, which varies fastest, has `stride` points; in the order that takes least space.
pub(super) fn pack(column: &[f64], stride: usize) -> Packed {
    let meaning = if column.iter().all(|&value| is_thousandths(value)) { Meaning::Thousandths } else { Meaning::Bits };
    let mut integers: Vec<u64> = column.iter().map(|&value| to_integer(value, meaning)).collect();
    let mut best = Packed { meaning, order: 0, data: write_blocks(&integers, stride) };
    for order in 1..=MAX_ORDER {
        for line in 0..stride {
            difference(&mut integers, line, stride);
        }
        let data = write_blocks(&integers, stride);
        if data.len() < best.data.len() {
            best = Packed { meaning, order, data };
        }
    }
    best
}

/// The column of `count` values that was packed, or `None` where that is not what `data` holds.
pub(super) fn unpack(packed: &Packed, count: usize, stride: usize) -> Option<Vec<f64>> {
    // Each block has at least its width: so little data never asks for much memory.
    let least_bits = count.div_ceil(BLOCK).checked_mul(WIDTH_BITS as usize)?;
    if packed.order > MAX_ORDER || packed.data.len() < least_bits.div_ceil(8) || stride == 0 {
        return None;
    }
    let mut integers = read_blocks(&packed.data, count, stride)?;
    for line in 0..stride {
        for _ in 0..packed.order {
            accumulate(&mut integers, line, stride);
        }
    }
    Some(integers.iter().map(|&integer| from_integer(integer, packed.meaning)).collect())
}

/// Differences of neighbours along one line; the first value stays.
fn difference(integers: &mut [u64], line: usize, stride: usize) {
    let mut before = 0u64;
    for value in integers.iter_mut().skip(line).step_by(stride) {
        (*value, before) = (value.wrapping_sub(before), *value);
    }
}

/// The inverse of [`difference`].
fn accumulate(integers: &mut [u64], line: usize, stride: usize) {
    let mut before = 0u64;
    for value in integers.iter_mut().skip(line).step_by(stride) {
        *value = value.wrapping_add(before);
        before = *value;
    }
}

/// Number of the value that is written at a place: line by line along the first axis.
fn along_lines(count: usize, stride: usize) -> impl Iterator<Item = usize> {
    (0..stride).flat_map(move |line| (line..count).step_by(stride))
}

fn write_blocks(integers: &[u64], stride: usize) -> Vec<u8> {
    let small: Vec<u64> = along_lines(integers.len(), stride).map(|index| fold_sign(integers[index])).collect();
    let mut writer = BitWriter::default();
    for block in small.chunks(BLOCK) {
        let width = block.iter().map(|value| u64::BITS - value.leading_zeros()).max().unwrap_or(0);
        writer.write(u64::from(width), WIDTH_BITS);
        for &value in block {
            writer.write(value, width);
        }
    }
    writer.finish()
}

fn read_blocks(data: &[u8], count: usize, stride: usize) -> Option<Vec<u64>> {
    let mut reader = BitReader::new(data);
    let mut integers = vec![0; count];
    let mut width = 0;
    for (place, index) in along_lines(count, stride).enumerate() {
        if place % BLOCK == 0 {
            width = reader.read(WIDTH_BITS)? as u32;
            if width > u64::BITS {
                return None;
            }
        }
        *integers.get_mut(index)? = unfold_sign(reader.read(width)?);
    }
    reader.is_finished().then_some(integers)
}

/// Small numbers of either sign become small ones without: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
fn fold_sign(value: u64) -> u64 {
    (value << 1) ^ ((value as i64 >> 63) as u64)
}

/// The inverse of [`fold_sign`].
fn unfold_sign(value: u64) -> u64 {
    (value >> 1) ^ (value & 1).wrapping_neg()
}

fn is_thousandths(value: f64) -> bool {
    let whole = (value * 1000.0).round();
    whole.abs() < 1e15 && (whole / 1000.0).to_bits() == value.to_bits()
}

fn to_integer(value: f64, meaning: Meaning) -> u64 {
    match meaning {
        Meaning::Thousandths => (value * 1000.0).round() as i64 as u64,
        Meaning::Bits => {
            let bits = value.to_bits();
            if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
        }
    }
}

/// The inverse of [`to_integer`].
fn from_integer(integer: u64, meaning: Meaning) -> f64 {
    match meaning {
        Meaning::Thousandths => integer as i64 as f64 / 1000.0,
        Meaning::Bits => f64::from_bits(if integer >> 63 == 1 { integer & !(1 << 63) } else { !integer }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn returns(column: &[f64], stride: usize) -> Packed {
        let packed = pack(column, stride);
        let unpacked = unpack(&packed, column.len(), stride).unwrap();
        assert!(column.iter().map(|x| x.to_bits()).eq(unpacked.iter().map(|x| x.to_bits())));
        packed
    }

    #[test]
    fn smooth_columns_become_small() {
        let smooth: Vec<f64> = (0..1000).map(|n| (f64::from(n / 4) * 0.01).sin() + f64::from(n % 4)).collect();
        let packed = returns(&smooth, 4);
        assert_eq!(packed.meaning, Meaning::Bits);
        assert!(packed.order >= 3 && packed.data.len() < 4000, "{} {}", packed.order, packed.data.len());
    }

    #[test]
    fn thousandths_become_smaller() {
        let column: Vec<f64> = (0..1000).map(|n| f64::from(1 + 10 * (n / 4)) / 1000.0).collect();
        let packed = returns(&column, 4);
        assert_eq!(packed.meaning, Meaning::Thousandths);
        assert!(packed.data.len() < 200, "{}", packed.data.len());
    }

    #[test]
    fn extremes_return() {
        let tiny = f64::from_bits(1);
        returns(&[0.0, -0.0, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, tiny, -tiny], 3);
        returns(&[1e15, -1e15, 0.001, -0.001], 1);
    }

    proptest! {
        #[test]
        fn any_column_returns(bits in proptest::collection::vec(any::<u64>(), 1..60), stride in 1usize..9) {
            let column: Vec<f64> = bits.iter().map(|&bits| f64::from_bits(bits)).collect();
            returns(&column, stride);
        }

        #[test]
        fn any_data_is_read_or_refused(
            data in proptest::collection::vec(any::<u8>(), 0..80),
            order in 0u8..12,
            count in 0usize..100,
            stride in 0usize..9,
        ) {
            for meaning in [Meaning::Bits, Meaning::Thousandths] {
                let packed = Packed { meaning, order, data: data.clone() };
                if let Some(column) = unpack(&packed, count, stride) {
                    prop_assert_eq!(column.len(), count);
                }
            }
        }
    }
}
