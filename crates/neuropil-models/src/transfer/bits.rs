//! A stream of bits in bytes, the lowest bit first.

#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet.
    pending: u8,
    pending_count: u32,
}

impl BitWriter {
    /// Appends the lowest `width` bits of `value`, at most 64.
    pub(super) fn write(&mut self, mut value: u64, mut width: u32) {
        while width > 0 {
            let taken = width.min(8 - self.pending_count);
            let low = (value & ((1 << taken) - 1)) as u8;
            self.pending |= low << self.pending_count;
            self.pending_count += taken;
            value >>= taken;
            width -= taken;
            if self.pending_count == 8 {
                self.bytes.push(self.pending);
                (self.pending, self.pending_count) = (0, 0);
            }
        }
    }

    /// The bytes; the last one is filled up with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.pending_count > 0 {
            self.bytes.push(self.pending);
        }
        self.bytes
    }
}

#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits of the first byte that have been read.
    used: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, used: 0 }
    }

    /// The next `width` bits, at most 64, if there are so many.
    pub(super) fn read(&mut self, width: u32) -> Option<u64> {
        let mut value = 0;
        let mut filled = 0;
        while filled < width {
            let (&byte, rest) = self.bytes.split_first()?;
            let taken = (width - filled).min(8 - self.used);
            let low = (u64::from(byte) >> self.used) & ((1 << taken) - 1);
            value |= low << filled;
            filled += taken;
            self.used += taken;
            if self.used == 8 {
                (self.bytes, self.used) = (rest, 0);
            }
        }
        Some(value)
    }

    /// Whether nothing is left but the zeros that fill up the last byte.
    pub(super) fn is_finished(&self) -> bool {
        match self.bytes {
            [] => true,
            [last] => self.used > 0 && u32::from(*last) >> self.used == 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let values = [(5u64, 3u32), (0, 0), (u64::MAX, 64), (1, 1), (0x1234_5678, 33), (0, 7)];
        let mut writer = BitWriter::default();
        for (value, width) in values {
            writer.write(value, width);
        }
        let bytes = writer.finish();
        assert_eq!(bytes.len(), 108usize.div_ceil(8));
        let mut reader = BitReader::new(&bytes);
        for (value, width) in values {
            assert_eq!(reader.read(width), Some(value));
        }
        assert!(reader.is_finished());
        assert_eq!(reader.read(5), None);
    }
}
