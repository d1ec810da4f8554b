//! Eight lanes in one register of AVX-512.

#[allow(clippy::wildcard_imports)]
use std::arch::x86_64::*;
use std::f64::consts::FRAC_1_SQRT_2;
use std::mem::transmute;

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
        // SAFETY: tokens are only made on machines that have the instructions, and what uses this has a token or is
        // called where there is one. The pointers below come from references to as many bytes as are read or written.
        unsafe { $($intrinsics)* }
    };
}

/// An intrinsic on pairs of numbers.
macro_rules! pairs {
    ($intrinsic:ident, $of:expr) => {{
        let [first, second, third, fourth] = $of;
        [
            $intrinsic(first.0, first.1),
            $intrinsic(second.0, second.1),
            $intrinsic(third.0, third.1),
            $intrinsic(fourth.0, fourth.1),
        ]
    }};
}

/// Lanes by way of memory. Read one by one, they would otherwise be moved by shuffles, of which there are enough;
/// from memory a lane costs a load, and as the operand of an instruction nothing.
///
/// In the order of C, in which the offsets too are aligned to a cache line.
#[repr(C)]
struct Lanes {
    rows: [Row; 2],
    offsets: [u64; LANES],
}

impl Lanes {
    /// The same lanes, of which the compiler no longer knows where they come from.
    #[inline(always)]
    fn reread(&self) -> &Self {
        let mut place: *const Self = self;
        // SAFETY: no instruction at all. The pointer stays what it is.
        unsafe {
            std::arch::asm!("/* {0} */", inout(reg) place, options(nostack, preserves_flags));
            &*place
        }
    }
}

/// One column of eight lanes, from pairs of lanes: chosen by `choice`, then the first neighbours times `left` and
/// the second ones times `right`.
#[inline(always)]
fn across(pairs: [__m512d; 4], choice: __m512i, left: __m512d, right: __m512d) -> __m512d {
    let [ab, cd, ef, gh] = pairs;
    with_avx512!({
        // Four lanes at the first neighbour, four at the second.
        let (abcd, efgh) = (_mm512_permutex2var_pd(ab, choice, cd), _mm512_permutex2var_pd(ef, choice, gh));
        let first = _mm512_insertf64x4::<1>(abcd, _mm512_castpd512_pd256(efgh));
        let second = _mm512_shuffle_f64x2::<0b11_10_11_10>(abcd, efgh);
        _mm512_fmadd_pd(right, second, _mm512_mul_pd(left, first))
    })
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
    const ROWS: usize = 32;

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
    unsafe fn interpolate(
        self,
        origin: *const GridPoint,
        offsets: Self::U,
        down: usize,
        rows: [Self::F; 2],
        columns: [Self::F; 2],
    ) -> [Self::F; Table::COLUMNS] {
        let mut memory = Lanes { offsets: [0; LANES], rows: [Row::default(); 2] };
        with_avx512!({
            // In bytes.
            let offsets = _mm512_slli_epi64::<5>(offsets);
            _mm512_store_si512(memory.offsets.as_mut_ptr().cast(), offsets);
        });
        self.store(&mut memory.rows[0], rows[0]);
        self.store(&mut memory.rows[1], rows[1]);
        let lanes = memory.reread();
        // The columns of a lane, at the first and the second of two neighbours.
        let mut neighbours = [self.splat(0.0); LANES];
        for (lane, neighbours) in neighbours.iter_mut().enumerate() {
            // SAFETY: the caller's promise, and there is a token.
            *neighbours = unsafe {
                let upper = origin.byte_add(lanes.offsets[lane] as usize);
                let (one, other) = (_mm512_loadu_pd(upper.cast()), _mm512_loadu_pd(upper.add(down).cast()));
                let first = _mm512_mul_pd(_mm512_set1_pd(lanes.rows[0][lane]), one);
                _mm512_fmadd_pd(_mm512_set1_pd(lanes.rows[1][lane]), other, first)
            };
        }
        let [a, b, c, d, e, f, g, h] = neighbours;
        with_avx512!({
            // Columns 0 and 2, and columns 1 and 3, of two lanes: at the first neighbour, then at the second.
            let even = [(a, b), (c, d), (e, f), (g, h)];
            let (even, odd) = (pairs!(_mm512_unpacklo_pd, even), pairs!(_mm512_unpackhi_pd, even));
            let lower = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0);
            let upper = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
            let [left, right] = columns;
            [
                across(even, lower, left, right),
                across(odd, lower, left, right),
                across(even, upper, left, right),
                across(odd, upper, left, right),
            ]
        })
    }
}
