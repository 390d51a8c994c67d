//! Repeatable randomness: the same seed gives the same ids, in the same order.

/// SplitMix64; ids and tokens of a fake need to be repeatable, not secret.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 32 hexadecimal digits behind a prefix.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        format!("{prefix}{:016x}{:016x}", self.number(), self.number())
    }

    /// 16 hexadecimal digits behind a prefix; no two are alike, since the generator runs through all numbers.
    pub(crate) fn reference(&mut self, prefix: &str) -> String {
        format!("{prefix}{:016x}", self.number())
    }
}
