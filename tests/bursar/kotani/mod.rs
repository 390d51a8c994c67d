//! Kotani Pay: what happens to money in every mood of its wire, and what only sessions and signatures can show.

mod leaks;
mod sandbox;
