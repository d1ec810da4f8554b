//! The table as bytes.
//!
//! All numbers are little-endian.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `NPTRANSF` |
//! | 4 | version, `u32`: 1 |
//! | 64 | parameters of the neuron in the order of [`TransferNeuron::NAMES`], `f64` |
//! | 20 | mu: first, last (`f64`), count (`u32`) |
//! | 20 | sigma: likewise |
//! | 6 + n, three times | columns r, `V_mean`, `tau_mu`: meaning of the integers (`u8`: 0 bits, 1 thousandths), order of differences (`u8`), n (`u32`), n bytes (see `packing`) |
//! | 8 | FNV-1a hash of all bytes before, `u64` |

use super::packing::{Meaning, Packed, pack, unpack};
use super::{TransferAxis, TransferError, TransferGrid, TransferNeuron, TransferTable};

const MAGIC: [u8; 8] = *b"NPTRANSF";
const VERSION: u32 = 1;

/// Why bytes are no transfer table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferFormatError {
    /// The first bytes are others.
    #[error("expected a transfer table, found other data")]
    NoTable,
    /// The version is one that this program does not know.
    #[error("expected version {VERSION} of the transfer table's format, found version {found}")]
    Version {
        /// The version.
        found: u32,
    },
    /// The bytes end too early.
    #[error("expected at least {expected} bytes, found {found}")]
    Truncated {
        /// Bytes that are needed for what was announced so far.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// The bytes do not belong together.
    #[error("expected the hash {expected:016x}, found {found:016x}")]
    Hash {
        /// Hash of the bytes.
        expected: u64,
        /// Hash at the end.
        found: u64,
    },
    /// Neuron or grid are out of range.
    #[error(transparent)]
    Content(#[from] TransferError),
    /// A column does not hold what it should.
    #[error("column `{column}`: expected {expected}")]
    Column {
        /// Name of the column.
        column: &'static str,
        /// What it must hold.
        expected: &'static str,
    },
}

impl TransferFormatError {
    /// What to do about it, where that is not plain from the message.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Content(error) => error.hint(),
            Self::Version { .. } => Some("compute the table again with this version of the program".to_owned()),
            Self::NoTable => None,
            Self::Truncated { .. } | Self::Hash { .. } | Self::Column { .. } => {
                Some("the file is damaged: compute or copy it again".to_owned())
            }
        }
    }
}

impl TransferTable {
    /// The table as bytes that [`from_bytes`](Self::from_bytes) reads; the same table always gives the same bytes, and
    /// every number returns exactly.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.neuron.values().iter().flat_map(|value| value.to_le_bytes()));
        for axis in [&self.grid.mu, &self.grid.sigma] {
            bytes.extend(axis.first.to_le_bytes());
            bytes.extend(axis.last.to_le_bytes());
            bytes.extend((axis.count as u32).to_le_bytes());
        }
        for column in &self.columns {
            let packed = pack(column, self.grid.sigma.count);
            bytes.push(u8::from(packed.meaning == Meaning::Thousandths));
            bytes.push(packed.order);
            bytes.extend((packed.data.len() as u32).to_le_bytes());
            bytes.extend(packed.data);
        }
        let hash = fnv1a(&bytes);
        bytes.extend(hash.to_le_bytes());
        bytes
    }

    /// Reads a table.
    ///
    /// # Errors
    ///
    /// [`TransferFormatError`] where the bytes are not those of a table. Any bytes are safe to try, and memory is
    /// taken only in proportion to their number.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TransferFormatError> {
        let mut reader = Reader { bytes, position: 0 };
        if !bytes.starts_with(&MAGIC) {
            return Err(TransferFormatError::NoTable);
        }
        reader.take::<8>()?;
        let version = u32::from_le_bytes(reader.take()?);
        if version != VERSION {
            return Err(TransferFormatError::Version { found: version });
        }
        let mut values = [0.0; 8];
        for value in &mut values {
            *value = f64::from_le_bytes(reader.take()?);
        }
        let neuron = TransferNeuron::from_values(values);
        let grid = TransferGrid { mu: reader.axis()?, sigma: reader.axis()? };
        let packed = [reader.packed("r")?, reader.packed("V_mean")?, reader.packed("tau_mu")?];
        let expected = fnv1a(&bytes[..reader.position]);
        let found = u64::from_le_bytes(reader.take()?);
        if expected != found || reader.position != bytes.len() {
            return Err(TransferFormatError::Hash { expected, found });
        }

        neuron.validate()?;
        grid.validate()?;
        let column = |index: usize, expected: &'static str, holds: fn(f64) -> bool| {
            let wrong = |expected| TransferFormatError::Column { column: Self::COLUMNS[index], expected };
            let values = unpack(&packed[index], grid.len(), grid.sigma.count);
            let values = values.ok_or(wrong("as many values as the grid has points"))?;
            if values.iter().all(|&value| value.is_finite() && holds(value)) {
                Ok(values)
            } else {
                Err(wrong(expected))
            }
        };
        let columns = [
            column(0, "finite positive rates", |r| r > 0.0)?,
            column(1, "finite potentials", |_| true)?,
            column(2, "finite positive time constants", |tau| tau > 0.0)?,
        ];
        Ok(Self { neuron, grid, columns })
    }

    /// The table of the catalogue's ALN model: default neuron, default grid.
    ///
    /// # Errors
    ///
    /// None in practice: a test reads the bytes that are built in.
    pub fn aln() -> Result<Self, TransferFormatError> {
        Self::from_bytes(include_bytes!("../../assets/aln_transfer.bin"))
    }
}

/// Takes bytes one after the other.
struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn slice(&mut self, count: usize) -> Result<&'a [u8], TransferFormatError> {
        let end = self.position.saturating_add(count);
        let truncated = TransferFormatError::Truncated { expected: end, found: self.bytes.len() };
        let slice = self.bytes.get(self.position..end).ok_or(truncated)?;
        self.position = end;
        Ok(slice)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], TransferFormatError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N)?);
        Ok(array)
    }

    fn axis(&mut self) -> Result<TransferAxis, TransferFormatError> {
        let first = f64::from_le_bytes(self.take()?);
        let last = f64::from_le_bytes(self.take()?);
        let count = u32::from_le_bytes(self.take()?) as usize;
        Ok(TransferAxis { first, last, count })
    }

    fn packed(&mut self, column: &'static str) -> Result<Packed, TransferFormatError> {
        let [meaning, order] = self.take()?;
        let meaning = match meaning {
            0 => Meaning::Bits,
            1 => Meaning::Thousandths,
            _ => {
                return Err(TransferFormatError::Column { column, expected: "coding 0 or 1" });
            }
        };
        let length = u32::from_le_bytes(self.take()?) as usize;
        Ok(Packed { meaning, order, data: self.slice(length)?.to_vec() })
    }
}

/// The 64-bit hash of Fowler, Noll and Vo, variant 1a.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn small_table() -> TransferTable {
        let mu = TransferAxis { first: 0.0, last: 1.0, count: 5 };
        let sigma = TransferAxis { first: 1.0, last: 2.0, count: 3 };
        let value = |n: usize| n as f64 + 1.0;
        TransferTable {
            neuron: TransferNeuron::default(),
            grid: TransferGrid { mu, sigma },
            columns: [
                (0..15).map(|n| 1e-3 * value(n).sqrt()).collect(),
                (0..15).map(|n| -80.0 + value(n).ln()).collect(),
                (0..15).map(|n| value(15 - n) / 1000.0).collect(),
            ],
        }
    }

    /// Puts the right hash at the end, so that what is inside is looked at.
    fn with_hash(mut bytes: Vec<u8>) -> Vec<u8> {
        let body = bytes.len().saturating_sub(8);
        let hash = fnv1a(&bytes[..body]);
        bytes.truncate(body);
        bytes.extend(hash.to_le_bytes());
        bytes
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_table_returns() {
        let table = small_table();
        assert_eq!(TransferTable::from_bytes(&table.to_bytes()).unwrap(), table);
    }

    #[test]
    fn each_error_says_what_is_wrong() {
        let bytes = small_table().to_bytes();
        assert_eq!(TransferTable::from_bytes(b"no table"), Err(TransferFormatError::NoTable));
        let mut newer = bytes.clone();
        newer[8] = 2;
        assert_eq!(TransferTable::from_bytes(&newer), Err(TransferFormatError::Version { found: 2 }));
        let mut flipped = bytes.clone();
        flipped[20] ^= 1;
        assert!(matches!(TransferTable::from_bytes(&flipped), Err(TransferFormatError::Hash { .. })));
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(TransferTable::from_bytes(&longer).is_err());
        for length in 8..bytes.len() {
            let error = TransferTable::from_bytes(&bytes[..length]).unwrap_err();
            assert!(matches!(error, TransferFormatError::Truncated { .. }), "{length}: {error}");
        }

        let silent = TransferTable {
            columns: {
                let mut c = small_table().columns;
                c[0][3] = 0.0;
                c
            },
            ..small_table()
        };
        let error = TransferTable::from_bytes(&silent.to_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "column `r`: expected finite positive rates");
        let neuron = TransferNeuron { capacitance: f64::NAN, ..TransferNeuron::default() };
        let error = TransferTable::from_bytes(&TransferTable { neuron, ..small_table() }.to_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "`capacitance`: expected a positive number of pF, found NaN");
    }

    #[test]
    fn a_large_count_takes_no_memory() {
        let mut bytes = small_table().to_bytes();
        for count in [92, 112] {
            bytes[count..count + 4].copy_from_slice(&4096u32.to_le_bytes());
        }
        let error = TransferTable::from_bytes(&with_hash(bytes)).unwrap_err();
        assert!(matches!(error, TransferFormatError::Column { .. }), "{error}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(mut tail in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = TransferTable::from_bytes(&tail);
            let mut bytes = small_table().to_bytes()[..12].to_vec();
            bytes.append(&mut tail);
            let _ = TransferTable::from_bytes(&bytes);
        }

        #[test]
        fn damaged_tables_are_read_or_refused(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut bytes = small_table().to_bytes();
            for (index, byte) in changes {
                let length = bytes.len();
                bytes[index.index(length)] = byte;
            }
            if let Ok(table) = TransferTable::from_bytes(&with_hash(bytes)) {
                prop_assert_eq!(&TransferTable::from_bytes(&table.to_bytes()).unwrap(), &table);
            }
        }
    }
}
