//! Numbers as files store them, read as `f64`.

/// A type of stored numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
}

/// Reads the number in exactly as many bytes as its type has.
pub(super) type Reader = fn(&[u8]) -> f64;

impl Number {
    /// Bytes of one number.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Int8 | Self::UInt8 => 1,
            Self::Int16 | Self::UInt16 => 2,
            Self::Int32 | Self::UInt32 | Self::Float32 => 4,
            Self::Int64 | Self::UInt64 | Self::Float64 => 8,
        }
    }

    /// The reader of numbers whose most significant byte comes first (`big`) or last. Whole numbers beyond 2^53 are
    /// rounded.
    #[allow(clippy::cast_lossless, reason = "one macro for the types that fit into f64 and those that are rounded")]
    pub(super) fn reader(self, big: bool) -> Reader {
        macro_rules! reader {
            ($type:ty) => {
                if big {
                    |bytes| bytes.try_into().map_or(f64::NAN, |bytes| <$type>::from_be_bytes(bytes) as f64)
                } else {
                    |bytes| bytes.try_into().map_or(f64::NAN, |bytes| <$type>::from_le_bytes(bytes) as f64)
                }
            };
        }
        match self {
            Self::Int8 => reader!(i8),
            Self::Int16 => reader!(i16),
            Self::Int32 => reader!(i32),
            Self::Int64 => reader!(i64),
            Self::UInt8 => reader!(u8),
            Self::UInt16 => reader!(u16),
            Self::UInt32 => reader!(u32),
            Self::UInt64 => reader!(u64),
            Self::Float32 => reader!(f32),
            Self::Float64 => reader!(f64),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]

    use super::*;

    #[test]
    fn both_byte_orders_give_the_number() {
        assert_eq!(Number::Int16.reader(true)(&[255, 254]), -2.0);
        assert_eq!(Number::Int16.reader(false)(&[254, 255]), -2.0);
        assert_eq!(Number::UInt64.reader(true)(&[0, 0, 0, 0, 0, 0, 1, 0]), 256.0);
        assert_eq!(Number::Float32.reader(false)(&1.5_f32.to_le_bytes()), 1.5);
        assert!(Number::Float64.reader(false)(&[0; 4]).is_nan());
    }
}
