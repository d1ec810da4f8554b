//! Eight lanes in one register of AVX-512.

#[allow(clippy::wildcard_imports)]
use std::arch::x86_64::*;
use std::f64::consts::FRAC_1_SQRT_2;
use std::mem::transmute;

use super::avx2::column_sums;
use crate::table::GridPoint;
use crate::{Arithmetic, LANES, Row, Simd, Table};

/// Eight lanes in one register (AVX-512 F, DQ and VL).
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

impl Avx512 {
    /// A token, if this machine has the instructions.
    pub fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        found.then_some(Self(()))
    }

    /// A token without looking.
    ///
    /// # Safety
    /// [`Avx512::detect`] must have given a token before in this process.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Self(())
    }
}

/// Runs intrinsics.
macro_rules! with_avx512 {
    ($($intrinsics:tt)*) => {
        // SAFETY: there is a token, and tokens are only made on machines that have the instructions. The pointers
        // below come from references to as many bytes as are read or written.
        unsafe { $($intrinsics)* }
    };
}

impl Arithmetic for Avx512 {
    type F = __m512d;
    type U = __m512i;
    type M = __mmask8;

    #[inline(always)]
    fn splat(self, x: f64) -> Self::F {
        with_avx512!(_mm512_set1_pd(x))
    }
    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_add_pd(a, b))
    }
    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_sub_pd(a, b))
    }
    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_mul_pd(a, b))
    }
    #[inline(always)]
    fn div(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_div_pd(a, b))
    }
    #[inline(always)]
    fn neg(self, a: Self::F) -> Self::F {
        with_avx512!(_mm512_xor_pd(a, _mm512_set1_pd(-0.0)))
    }
    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        with_avx512!(_mm512_andnot_pd(_mm512_set1_pd(-0.0), a))
    }
    #[inline(always)]
    fn sqrt(self, a: Self::F) -> Self::F {
        with_avx512!(_mm512_sqrt_pd(a))
    }
    #[inline(always)]
    fn floor(self, a: Self::F) -> Self::F {
        with_avx512!(_mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a))
    }
    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_min_pd(a, b))
    }
    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_max_pd(a, b))
    }
    #[inline(always)]
    fn mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        with_avx512!(_mm512_fmadd_pd(a, b, c))
    }
    #[inline(always)]
    fn neg_mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        with_avx512!(_mm512_fnmadd_pd(a, b, c))
    }
    #[inline(always)]
    fn less(self, a: Self::F, b: Self::F) -> Self::M {
        with_avx512!(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b))
    }
    #[inline(always)]
    fn less_equal(self, a: Self::F, b: Self::F) -> Self::M {
        with_avx512!(_mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b))
    }
    #[inline(always)]
    fn equal(self, a: Self::F, b: Self::F) -> Self::M {
        with_avx512!(_mm512_cmp_pd_mask::<_CMP_EQ_OQ>(a, b))
    }
    #[inline(always)]
    fn and(self, m: Self::M, n: Self::M) -> Self::M {
        m & n
    }
    #[inline(always)]
    fn or(self, m: Self::M, n: Self::M) -> Self::M {
        m | n
    }
    #[inline(always)]
    fn not(self, m: Self::M) -> Self::M {
        !m
    }
    #[inline(always)]
    fn select(self, m: Self::M, a: Self::F, b: Self::F) -> Self::F {
        with_avx512!(_mm512_mask_blend_pd(m, b, a))
    }
    #[inline(always)]
    fn splat_u64(self, x: u64) -> Self::U {
        with_avx512!(_mm512_set1_epi64(x.cast_signed()))
    }
    #[inline(always)]
    fn add_u64(self, a: Self::U, b: Self::U) -> Self::U {
        with_avx512!(_mm512_add_epi64(a, b))
    }
    #[inline(always)]
    fn xor_u64(self, a: Self::U, b: Self::U) -> Self::U {
        with_avx512!(_mm512_xor_si512(a, b))
    }
    #[inline(always)]
    fn and_u64(self, a: Self::U, b: Self::U) -> Self::U {
        with_avx512!(_mm512_and_si512(a, b))
    }
    #[inline(always)]
    fn or_u64(self, a: Self::U, b: Self::U) -> Self::U {
        with_avx512!(_mm512_or_si512(a, b))
    }
    #[inline(always)]
    fn shift_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        with_avx512!(_mm512_slli_epi64::<N>(a))
    }
    #[inline(always)]
    fn shift_right_u64<const N: u32>(self, a: Self::U) -> Self::U {
        with_avx512!(_mm512_srli_epi64::<N>(a))
    }
    #[inline(always)]
    fn rotate_left_u64<const N: u32>(self, a: Self::U) -> Self::U {
        // With a constant count the compiler takes the form with an immediate operand.
        with_avx512!(_mm512_rolv_epi64(a, _mm512_set1_epi64(i64::from(N))))
    }
    #[inline(always)]
    fn test_u64(self, a: Self::U, b: Self::U) -> Self::M {
        with_avx512!(_mm512_test_epi64_mask(a, b))
    }
    #[inline(always)]
    fn to_bits(self, a: Self::F) -> Self::U {
        with_avx512!(_mm512_castpd_si512(a))
    }
    #[inline(always)]
    fn from_bits(self, a: Self::U) -> Self::F {
        with_avx512!(_mm512_castsi512_pd(a))
    }
    #[inline(always)]
    fn convert_u64(self, a: Self::U) -> Self::F {
        with_avx512!(_mm512_cvtepu64_pd(a))
    }
    #[inline(always)]
    fn scale(self, a: Self::F, n: Self::F) -> Self::F {
        with_avx512!(_mm512_scalef_pd(a, n))
    }
    #[inline(always)]
    fn split_normal(self, a: Self::F) -> (Self::F, Self::F) {
        self.split(a)
    }
    #[inline(always)]
    fn split(self, a: Self::F) -> (Self::F, Self::F) {
        with_avx512!({
            // From 1 to 2; NaN where the sign is set.
            let mantissa = _mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_NAN>(a);
            let exponent = _mm512_getexp_pd(a);
            let large = _mm512_cmp_pd_mask::<_CMP_GE_OQ>(mantissa, _mm512_set1_pd(2.0 * FRAC_1_SQRT_2));
            let (half, one) = (_mm512_set1_pd(0.5), _mm512_set1_pd(1.0));
            (_mm512_mask_mul_pd(mantissa, large, mantissa, half), _mm512_mask_add_pd(exponent, large, exponent, one))
        })
    }
}

impl Simd for Avx512 {
    #[inline(always)]
    fn load(self, row: &Row) -> Self::F {
        with_avx512!(_mm512_load_pd(row.0.as_ptr()))
    }
    #[inline(always)]
    fn store(self, row: &mut Row, value: Self::F) {
        with_avx512!(_mm512_store_pd(row.0.as_mut_ptr(), value));
    }
    #[inline(always)]
    fn to_array(self, a: Self::F) -> [f64; LANES] {
        // SAFETY: both are 64 bytes, lane 0 first, and any bits are valid.
        unsafe { transmute(a) }
    }
    #[inline(always)]
    fn from_array(self, a: [f64; LANES]) -> Self::F {
        with_avx512!(_mm512_loadu_pd(a.as_ptr()))
    }
    #[inline(always)]
    fn load_u64(self, a: &[u64; LANES]) -> Self::U {
        with_avx512!(_mm512_loadu_si512(a.as_ptr().cast()))
    }
    #[inline(always)]
    fn to_array_u64(self, a: Self::U) -> [u64; LANES] {
        // SAFETY: both are 64 bytes, lane 0 first, and any bits are valid.
        unsafe { transmute(a) }
    }

    #[inline(always)]
    unsafe fn interpolate<const CORNERS: usize>(
        self,
        corners: [*const GridPoint; CORNERS],
        offsets: [u64; LANES],
        weights: [Self::F; CORNERS],
    ) -> [Self::F; Table::COLUMNS] {
        let mut shares = [[0.0; LANES]; CORNERS];
        for (shares, weight) in shares.iter_mut().zip(weights) {
            *shares = self.to_array(weight);
        }
        // SAFETY: the caller's promise, and there is a token.
        let sums = unsafe { column_sums(corners, offsets, shares) };
        // The four columns of lanes k and k + 4.
        let [a, b, c, d] = with_avx512!([
            _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(sums[0]), sums[4]),
            _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(sums[1]), sums[5]),
            _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(sums[2]), sums[6]),
            _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(sums[3]), sums[7]),
        ]);
        with_avx512!({
            // Columns 0 and 2, and columns 1 and 3, of two lanes in each half.
            let (even_ab, odd_ab) = (_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b));
            let (even_cd, odd_cd) = (_mm512_unpacklo_pd(c, d), _mm512_unpackhi_pd(c, d));
            let (lower, upper) =
                (_mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2));
            [
                _mm512_permutex2var_pd(even_ab, lower, even_cd),
                _mm512_permutex2var_pd(odd_ab, lower, odd_cd),
                _mm512_permutex2var_pd(even_ab, upper, even_cd),
                _mm512_permutex2var_pd(odd_ab, upper, odd_cd),
            ]
        })
    }
}
