//! The choice of instructions, made once when the program runs.

use std::sync::OnceLock;

use crate::Simd;
use crate::simd::Portable;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};

/// Something to be done with eight lanes.
///
/// `run` must be `#[inline(always)]`, and everything it calls that is generic over [`Simd`].
pub trait Operation {
    /// What comes out.
    type Output;

    /// Does it.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Sets of instructions, from narrow to wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SimdLevel {
    /// What the program was compiled for.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, DQ and VL.
    Avx512,
}

impl SimdLevel {
    const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// `portable`, `avx2` or `avx512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Whether this machine has the instructions.
    pub fn is_supported(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Avx2::detect().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => Avx512::detect().is_some(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// All levels that this machine has, from narrow to wide.
    pub fn supported() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|level| level.is_supported())
    }

    /// The level that [`dispatch`] takes: the widest of this machine, or a narrower one if the environment variable
    /// `NEUROPIL_SIMD` names it. A name that is unknown, or of a level that this machine lacks, changes nothing.
    /// Looked up once.
    #[inline]
    pub fn current() -> Self {
        static CURRENT: OnceLock<SimdLevel> = OnceLock::new();
        *CURRENT.get_or_init(|| Self::choose(std::env::var("NEUROPIL_SIMD").ok().as_deref()))
    }

    fn choose(wish: Option<&str>) -> Self {
        let wished = Self::supported().find(|level| wish == Some(level.name()));
        wished.or_else(|| Self::supported().last()).unwrap_or(Self::Portable)
    }
}

/// Name of the instructions in use: `portable`, `avx2` or `avx512`.
pub fn simd_name() -> &'static str {
    SimdLevel::current().name()
}

/// Runs an operation with the widest instructions that this machine has (see [`SimdLevel::current`]).
#[inline]
pub fn dispatch<O: Operation>(operation: O) -> O::Output {
    match SimdLevel::current() {
        // SAFETY: `current` is a supported level.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx512 => unsafe { run_avx512(operation) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx2 => unsafe { run_avx2(operation) },
        _ => operation.run(Portable),
    }
}

/// Runs an operation with the instructions of this level; with [`dispatch`]'s if the machine lacks them. For
/// comparisons.
pub fn dispatch_at<O: Operation>(level: SimdLevel, operation: O) -> O::Output {
    if !level.is_supported() {
        return dispatch(operation);
    }
    match level {
        // SAFETY: the level is supported.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx512 => unsafe { run_avx512(operation) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx2 => unsafe { run_avx2(operation) },
        _ => operation.run(Portable),
    }
}

/// # Safety
/// The machine must have the instructions of [`Avx512`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
unsafe fn run_avx512<O: Operation>(operation: O) -> O::Output {
    // SAFETY: the caller's promise.
    operation.run(unsafe { Avx512::assume() })
}

/// # Safety
/// The machine must have the instructions of [`Avx2`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<O: Operation>(operation: O) -> O::Output {
    // SAFETY: the caller's promise.
    operation.run(unsafe { Avx2::assume() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_make_no_sense_change_nothing() {
        let widest = SimdLevel::supported().last().unwrap();
        for wish in [None, Some(""), Some("AVX2"), Some("sse9"), Some("\u{1f9e0}")] {
            assert_eq!(SimdLevel::choose(wish), widest);
        }
    }

    #[test]
    fn wishes_restrict() {
        for level in SimdLevel::supported() {
            assert_eq!(SimdLevel::choose(Some(level.name())), level);
        }
    }
}
