//! What does each operation do to money, what does each status say about it, and what does each refusal mean?

mod refusals;
mod states;
mod table;
mod units;
