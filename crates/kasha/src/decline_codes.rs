//! Kasha's table of codes, from its [API page](https://docs.kasha.io/api/). Category and retry advice are inferred.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::types::TransactionStatus;

/// The subject of a decline.
///
/// Inferred: the provider's table has no such column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The card, its bank or its scheme.
    Card,
    /// The customer's data is incomplete or wrong.
    CustomerData,
    /// Judged too risky, or blocked.
    Risk,
    /// An amount or a count exceeds a limit.
    Limits,
    /// No provider or payment option is available.
    Routing,
    /// The platform or a provider failed.
    System,
}

/// A row of the table.
struct Row {
    code: &'static str,
    status: TransactionStatus,
    category: Category,
    can_retry: bool,
    reason: &'static str,
    description: &'static str,
}

macro_rules! codes {
    ($($code:literal $name:ident: $status:ident, $category:ident, $retry:literal, $reason:literal, $description:literal;)*) => {
        /// A decline code of the provider's table; other codes are kept.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DeclineCode {
            $(
                #[doc = concat!("`", stringify!($code), "`: ", $description)]
                $name,
            )*
            /// A code outside the table, such as the processor's `2005 - 2005205`.
            Other(String),
        }

        impl DeclineCode {
            /// All codes of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Parses a code, ignoring surrounding blanks and leading zeros.
            fn read(text: &str) -> Self {
                let text = text.trim();
                match text.parse::<u32>() {
                    $(Ok($code) => Self::$name,)*
                    _ => Self::Other(text.to_owned()),
                }
            }

            fn row(&self) -> Option<Row> {
                Some(match self {
                    $(Self::$name => Row {
                        code: stringify!($code),
                        status: TransactionStatus::$status,
                        category: Category::$category,
                        can_retry: $retry,
                        reason: $reason,
                        description: $description,
                    },)*
                    Self::Other(_) => return None,
                })
            }
        }
    };
}

codes! {
    994 UnidentifiedSubject: Declined, Risk, false, "Unidentified subject.",
        "The card is on a block list.";
    995 NoPaymentOptions: Declined, Routing, false, "No payment options were found.",
        "There is no payment option for this payment.";
    996 CurrencyConversion: Declined, System, false, "Currency conversion error.",
        "The currency could not be converted.";
    997 NoRoute: Declined, Routing, false, "No route was found.",
        "The payment could not be routed to any provider.";
    998 AdapterTimeout: Declined, System, false, "Adapter timeout.",
        "The platform could not reach its adapter.";
    999 Miscellaneous: Declined, System, false, "Miscellaneous error.",
        "Used if no other code applies.";
    1000 Validation: Declined, CustomerData, true, "Validation error.",
        "The request is invalid; used if no other validation code applies.";
    1001 MissingPhone: Declined, CustomerData, true, "Missing phone number.",
        "The customer's telephone number is missing.";
    1002 InvalidDocumentId: Declined, CustomerData, true, "Invalid document id.",
        "The provider does not accept the number of the identity document.";
    1003 InvalidDocumentType: Declined, CustomerData, true, "Invalid document type.",
        "The provider does not accept this kind of identity document.";
    1004 InvalidPhone: Declined, CustomerData, true, "Invalid phone number.",
        "The telephone number is wrong.";
    1005 InvalidBankAccount: Declined, CustomerData, true, "Invalid bank account format.",
        "The bank account has an invalid format.";
    1006 InvalidZipCode: Declined, CustomerData, true, "Invalid zip code.",
        "The postal code is missing or has an invalid format.";
    1007 AmountTooLow: Declined, Limits, true, "Low amount received.",
        "The amount is too low.";
    1008 AmountTooHigh: Declined, Limits, true, "Payment amount is too high.",
        "The amount is too high.";
    1009 InvalidAmount: Declined, Limits, true, "Invalid amount.",
        "The amount is invalid, possibly in its format.";
    1010 OptionNotEnabled: Declined, Routing, false, "",
        "The payment option is not enabled for the brand. Inferred: only a later version of the table has it.";
    1011 OptionNotInCountry: Declined, Routing, false, "",
        "The payment option is not allowed in this country. Inferred: only a later version of the table has it.";
    1012 OptionNotInCurrency: Declined, Routing, false, "",
        "The payment option is not allowed for this currency. Inferred: only a later version of the table has it.";
    1013 AmountTooLowForOption: Declined, Limits, true, "",
        "The amount is too low for this payment option. Inferred: only a later version of the table has it.";
    1014 AmountTooHighForOption: Declined, Limits, true, "",
        "The amount is too high for this payment option. Inferred: only a later version of the table has it.";
    1100 ContactSupport: Error, System, false, "Contact support to confirm payment.",
        "The outcome is unknown: ask the provider's support. Do not pay again.";
    3000 InsufficientFunds: Declined, Card, true, "Insufficient card funds.",
        "The card has insufficient funds.";
    3001 DoNotHonour: Declined, Card, true, "Do not honour.",
        "The card's bank refused without a reason.";
    3002 Untrusted: Declined, Risk, false, "Untrusted transaction.",
        "The transaction was judged too risky.";
    3003 AbandonedThreeDs: Declined, Card, true, "Abandoned 3DS.",
        "The customer left the 3-D Secure check.";
    3004 InvalidCvv: Declined, Card, true, "Invalid CVV2/CVC2.",
        "The card's verification value is wrong.";
    3005 InvalidCardholder: Declined, Card, true, "Invalid cardholder name.",
        "The name on the card was not accepted.";
    3006 ExceededAmountLimit: Declined, Limits, true, "Exceeded amount limit.",
        "The amount is above a limit.";
    3007 CardExpired: Declined, Card, true, "Card expired.",
        "The card has expired.";
    3008 InProgress: Declined, System, false, "Transaction already in progress.",
        "A transaction is in progress already; wait for it.";
    3009 InvalidCardNumber: Declined, Card, true, "Invalid card number.",
        "The card number is wrong.";
    3010 FailedThreeDs: Declined, Card, true, "Customer has failed 3DS.",
        "The customer failed or left the 3-D Secure check.";
    3011 NoCardRecord: Declined, Card, true, "No card record.",
        "The card is unknown.";
    3012 PickupCard: Declined, Card, false, "Pickup card.",
        "The card's bank requests that the card is retained.";
    3013 ChargeCountLimit: Declined, Limits, true, "Charge count limit reached for this card.",
        "The card has reached its maximum number of charges.";
    3014 ExceededCardLimit: Declined, Limits, true, "Exceeded amount limit.",
        "The amount is above a limit; same text as 3006.";
    3015 NotPermittedToCardholder: Declined, Card, true, "Transaction not permitted to cardholder.",
        "The cardholder may not make this transaction.";
    3016 VisaDecline: Declined, Card, true, "Visa decline.",
        "The card scheme Visa refused.";
    3017 Duplicate: Declined, Risk, false, "Duplicate transaction.",
        "The transaction was made before.";
    3018 NotReceived: Declined, System, true, "Payment was not received.",
        "The customer's payment did not arrive.";
    3019 Recalculation: Declined, System, false, "Recalculation.",
        "Not explained by the provider.";
    3020 AmountBelowAllowed: Declined, Limits, true, "Transaction amount less than allowed.",
        "The amount is below the permitted minimum.";
    3021 CountryBlocked: Declined, Risk, false, "Country is blocked.",
        "Payments from this country are blocked.";
    3022 Blocked: Declined, Risk, false, "Transaction blocked.",
        "The transaction was blocked without a specific reason.";
    3023 DeclinedByIssuer: Declined, Card, true, "Declined by card Issuer.",
        "The card's bank refused (VSIFC).";
    3024 CardTypeDeclined: Declined, Card, true, "Card type declined.",
        "This type of card is blocked.";
    3025 NotAllowedInCountry: Declined, Card, true, "Transaction not allowed in country.",
        "Only a local card can be used.";
    3026 MastercardDecline: Declined, Card, true, "Mastercard Decline.",
        "The card scheme Mastercard refused.";
}

impl DeclineCode {
    /// The code as the provider writes it: `3000`.
    pub fn as_str(&self) -> &str {
        match (self, self.row()) {
            (Self::Other(code), _) => code,
            (_, row) => row.map_or("", |row| row.code),
        }
    }

    /// The transaction's status in the table; `None` for a code outside the table.
    ///
    /// Only [`ContactSupport`](Self::ContactSupport) is `ERROR`: ask the provider's support for the outcome.
    pub fn status(&self) -> Option<TransactionStatus> {
        self.row().map(|row| row.status)
    }

    /// The provider's `errorReason` for the code; `None` where no public page states it.
    pub fn reason(&self) -> Option<&'static str> {
        self.row().map(|row| row.reason).filter(|reason| !reason.is_empty())
    }

    /// The meaning of the code; `None` for a code outside the table.
    pub fn description(&self) -> Option<&'static str> {
        self.row().map(|row| row.description)
    }

    /// The subject of the decline (inferred); `None` for a code outside the table.
    pub fn category(&self) -> Option<Category> {
        self.row().map(|row| row.category)
    }

    /// Whether the customer can correct the cause and retry (inferred).
    ///
    /// A retry needs a new session, with corrected data, another amount or card, or a completed 3-D Secure check. `None` for a code outside the
    /// table.
    pub fn customer_can_retry(&self) -> Option<bool> {
        self.row().map(|row| row.can_retry)
    }
}

impl From<&str> for DeclineCode {
    fn from(code: &str) -> Self {
        Self::read(code)
    }
}

impl FromStr for DeclineCode {
    type Err = Infallible;

    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(Self::read(code))
    }
}

impl fmt::Display for DeclineCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_44_rows_of_the_provider_and_five_of_a_later_version() {
        let stated = DeclineCode::ALL.iter().filter(|code| code.reason().is_some());
        assert_eq!((DeclineCode::ALL.len(), stated.count()), (49, 44));
        for code in DeclineCode::ALL {
            assert_eq!(&DeclineCode::from(code.as_str()), code);
        }
        let unsure: Vec<_> =
            DeclineCode::ALL.iter().filter(|code| code.status() == Some(TransactionStatus::Error)).collect();
        assert_eq!(unsure, [&DeclineCode::ContactSupport]);
    }

    #[test]
    fn a_code_says_what_it_means() {
        let code = DeclineCode::from("3007");
        assert_eq!((code.reason(), code.category()), (Some("Card expired."), Some(Category::Card)));
        assert_eq!((code.customer_can_retry(), code.status()), (Some(true), Some(TransactionStatus::Declined)));
        assert_eq!(DeclineCode::from("994").customer_can_retry(), Some(false));
        assert_eq!(DeclineCode::from(" 0999 "), DeclineCode::Miscellaneous);
        assert_eq!(DeclineCode::from("1012").reason(), None);
    }

    #[test]
    fn a_code_outside_the_table_is_kept() {
        let code = DeclineCode::from("2005 - 2005205");
        assert_eq!((code.as_str(), code.category(), code.customer_can_retry()), ("2005 - 2005205", None, None));
        assert_eq!(code, DeclineCode::Other("2005 - 2005205".to_owned()));
    }
}
