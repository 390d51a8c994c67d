//! Kotani Pay: what happens to money, in every mood of its wire.

mod sandbox;
