//! Eight lanes in two registers of AVX2.

#[allow(clippy::wildcard_imports)]
use std::arch::x86_64::*;
use std::mem::transmute;

use crate::table::GridPoint;
use crate::{Arithmetic, LANES, Row, Simd, Table};

/// Eight lanes in two registers (AVX2 and FMA).
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// A token, if this machine has the instructions.
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }

    /// A token without looking.
    ///
    /// # Safety
    /// [`Avx2::detect`] must have given a token before in this process.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Self(())
    }
}

/// Runs intrinsics.
macro_rules! with_avx2 {
    ($($intrinsics:tt)*) => {
        // SAFETY: tokens are only made on machines that have the instructions, and what uses this has a token or is
        // called where there is one. The pointers below come from references to as many bytes as are read or written.
        unsafe { $($intrinsics)* }
    };
}

/// An intrinsic on the lower and the upper register.
macro_rules! both {
    ($intrinsic:path, $($operand:expr),*) => {
        with_avx2!([$intrinsic($($operand[0]),*), $intrinsic($($operand[1]),*)])
    };
}

impl Arithmetic for Avx2 {
    type F = [__m256d; 2];
    type U = [__m256i; 2];
    type M = [__m256d; 2];

    #[inline(always)]
    fn splat(self, x: f64) -> Self::F {
        [with_avx2!(_mm256_set1_pd(x)); 2]
    }
    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_add_pd, a, b)
    }
    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_sub_pd, a, b)
    }
    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_mul_pd, a, b)
    }
    #[inline(always)]
    fn div(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_div_pd, a, b)
    }
    #[inline(always)]
    fn neg(self, a: Self::F) -> Self::F {
        both!(_mm256_xor_pd, a, self.splat(-0.0))
    }
    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        both!(_mm256_andnot_pd, self.splat(-0.0), a)
    }
    #[inline(always)]
    fn sqrt(self, a: Self::F) -> Self::F {
        both!(_mm256_sqrt_pd, a)
    }
    #[inline(always)]
    fn floor(self, a: Self::F) -> Self::F {
        both!(_mm256_floor_pd, a)
    }
    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_min_pd, a, b)
    }
    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_max_pd, a, b)
    }
    #[inline(always)]
    fn mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        both!(_mm256_fmadd_pd, a, b, c)
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        both!(_mm256_fnmadd_pd, a, b, c)
    }
    #[inline(always)]
    fn less(self, a: Self::F, b: Self::F) -> Self::M {
        both!(_mm256_cmp_pd::<_CMP_LT_OQ>, a, b)
    }
    #[inline(always)]
    fn less_equal(self, a: Self::F, b: Self::F) -> Self::M {
        both!(_mm256_cmp_pd::<_CMP_LE_OQ>, a, b)
    }
    #[inline(always)]
    fn equal(self, a: Self::F, b: Self::F) -> Self::M {
        both!(_mm256_cmp_pd::<_CMP_EQ_OQ>, a, b)
    }
    #[inline(always)]
    fn and(self, m: Self::M, n: Self::M) -> Self::M {
        both!(_mm256_and_pd, m, n)
    }
    #[inline(always)]
    fn or(self, m: Self::M, n: Self::M) -> Self::M {
        both!(_mm256_or_pd, m, n)
    }
    #[inline(always)]
    fn not(self, m: Self::M) -> Self::M {
        both!(_mm256_xor_pd, m, self.from_bits(self.splat_u64(u64::MAX)))
    }
    #[inline(always)]
    fn select(self, m: Self::M, a: Self::F, b: Self::F) -> Self::F {
        both!(_mm256_blendv_pd, b, a, m)
    }
    #[inline(always)]
    fn splat_u64(self, x: u64) -> Self::U {
        [with_avx2!(_mm256_set1_epi64x(x.cast_signed())); 2]
    }
    #[inline(always)]
    fn add_u64(self, a: Self::U, b: Self::U) -> Self::U {
        both!(_mm256_add_epi64, a, b)
    }
    #[inline(always)]
    fn xor_u64(self, a: Self::U, b: Self::U) -> Self::U {
        both!(_mm256_xor_si256, a, b)
    }
    #[inline(always)]
    fn and_u64(self, a: Self::U, b: Self::U) -> Self::U {
        both!(_mm256_and_si256, a, b)
    }
    #[inline(always)]
    fn or_u64(self, a: Self::U, b: Self::U) -> Self::U {
        both!(_mm256_or_si256, a, b)
    }
    #[inline(always)]
    fn shift_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        // With a constant count the compiler takes the form with an immediate operand.
        both!(_mm256_sllv_epi64, a, self.splat_u64(u64::from(N)))
    }
    #[inline(always)]
    fn shift_right_u64<const N: u32>(self, a: Self::U) -> Self::U {
        both!(_mm256_srlv_epi64, a, self.splat_u64(u64::from(N)))
    }
    #[inline(always)]
    fn rotate_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        let right = self.splat_u64(u64::from(64 - N));
        self.or_u64(self.shift_left_u64::<N>(a), both!(_mm256_srlv_epi64, a, right))
    }
    #[inline(always)]
    fn test_u64(self, a: Self::U, b: Self::U) -> Self::M {
        let none = both!(_mm256_cmpeq_epi64, self.and_u64(a, b), self.splat_u64(0));
        self.not(self.from_bits(none))
    }
    #[inline(always)]
    fn to_bits(self, a: Self::F) -> Self::U {
        both!(_mm256_castpd_si256, a)
    }
    #[inline(always)]
    fn from_bits(self, a: Self::U) -> Self::F {
        both!(_mm256_castsi256_pd, a)
    }
}

impl Simd for Avx2 {
    const ROWS: usize = 8;

    #[inline(always)]
    fn load(self, row: &Row) -> Self::F {
        let (lower, upper) = row.0.split_at(LANES / 2);
        with_avx2!([_mm256_load_pd(lower.as_ptr()), _mm256_load_pd(upper.as_ptr())])
    }
    #[inline(always)]
    fn store(self, row: &mut Row, value: Self::F) {
        let (lower, upper) = row.0.split_at_mut(LANES / 2);
        with_avx2!({
            _mm256_store_pd(lower.as_mut_ptr(), value[0]);
            _mm256_store_pd(upper.as_mut_ptr(), value[1]);
        });
    }
    #[inline(always)]
    fn to_array(self, a: Self::F) -> [f64; LANES] {
        // SAFETY: both are 64 bytes, lane 0 first, and any bits are valid.
        unsafe { transmute(a) }
    }
    #[inline(always)]
    fn from_array(self, a: [f64; LANES]) -> Self::F {
        let (lower, upper) = a.split_at(LANES / 2);
        with_avx2!([_mm256_loadu_pd(lower.as_ptr()), _mm256_loadu_pd(upper.as_ptr())])
    }
    #[inline(always)]
    fn load_u64(self, a: &[u64; LANES]) -> Self::U {
        let (lower, upper) = a.split_at(LANES / 2);
        with_avx2!([_mm256_loadu_si256(lower.as_ptr().cast()), _mm256_loadu_si256(upper.as_ptr().cast())])
    }
    #[inline(always)]
    fn to_array_u64(self, a: Self::U) -> [u64; LANES] {
        // SAFETY: both are 64 bytes, lane 0 first, and any bits are valid.
        unsafe { transmute(a) }
    }

    #[inline(always)]
    unsafe fn interpolate(
        self,
        origin: *const GridPoint,
        offsets: Self::U,
        down: usize,
        rows: [Self::F; 2],
        columns: [Self::F; 2],
    ) -> [Self::F; Table::COLUMNS] {
        let offsets = self.to_array_u64(offsets);
        let [up, low, left, right] =
            [self.to_array(rows[0]), self.to_array(rows[1]), self.to_array(columns[0]), self.to_array(columns[1])];
        let mut values = [with_avx2!(_mm256_setzero_pd()); LANES];
        for (lane, value) in values.iter_mut().enumerate() {
            // SAFETY: the caller's promise, and there is a token.
            *value = unsafe {
                let upper = origin.add(offsets[lane] as usize);
                let lower = upper.add(down);
                let (up, low) = (_mm256_broadcast_sd(&up[lane]), _mm256_broadcast_sd(&low[lane]));
                let first = _mm256_mul_pd(up, _mm256_load_pd(upper.cast()));
                let first = _mm256_fmadd_pd(low, _mm256_load_pd(lower.cast()), first);
                let second = _mm256_mul_pd(up, _mm256_load_pd(upper.add(1).cast()));
                let second = _mm256_fmadd_pd(low, _mm256_load_pd(lower.add(1).cast()), second);
                let (left, right) = (_mm256_broadcast_sd(&left[lane]), _mm256_broadcast_sd(&right[lane]));
                _mm256_fmadd_pd(right, second, _mm256_mul_pd(left, first))
            };
        }
        let [a, b, c, d, e, f, g, h] = values;
        let ([a, b, c, d], [e, f, g, h]) = (transposed([a, b, c, d]), transposed([e, f, g, h]));
        [[a, e], [b, f], [c, g], [d, h]]
    }
}

/// From the columns of four lanes to the lanes of four columns.
#[inline(always)]
fn transposed([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
    with_avx2!({
        // Columns 0 and 2, and columns 1 and 3, of two lanes.
        let (even_ab, odd_ab) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        let (even_cd, odd_cd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
        [
            _mm256_permute2f128_pd::<0x20>(even_ab, even_cd),
            _mm256_permute2f128_pd::<0x20>(odd_ab, odd_cd),
            _mm256_permute2f128_pd::<0x31>(even_ab, even_cd),
            _mm256_permute2f128_pd::<0x31>(odd_ab, odd_cd),
        ]
    })
}
