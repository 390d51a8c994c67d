//! The values that documents name: amounts, dates, secrets, open enums and the shapes that JSON leaves open.

pub(crate) mod exact;

pub(crate) mod countries;
mod csv;
mod currency;
mod dates;
pub(crate) mod file_part;
mod list;
mod major;
mod minor;
mod nullable;
mod number;
mod one_or_many;
mod open;
mod secret;
pub mod text;
mod text_or_int;
mod units;
#[doc(hidden)]
pub mod words;

pub use csv::Csv;
pub use currency::Currency;
pub use dates::{
    BasicDateTime, BasicOffset, Date, DateError, DateFormat, DateTime, DayMonthYear, IsoDate, PartialDate, Reduced,
    Rfc3339, SlashDateTime, Stamp,
};
pub use exact::{NotDecimal, UnitError};
pub use list::List;
pub use major::Major;
pub use minor::Minor;
pub use nullable::{Nullable, nullable};
pub use number::Number;
pub use one_or_many::OneOrMany;
pub use open::{Odd, Open};
pub use rust_decimal::Decimal;
pub use secret::{Confidential, Secret};
pub use text_or_int::StringOrInteger;
