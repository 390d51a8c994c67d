//! What test data brings about.

/// What becomes of a payment or pay-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// Declined, with a code and its text.
    Declined(Fault),
    /// Nobody knows; it will turn out to be done.
    Unsure(Fault),
}

/// A code of the provider's table, or the processor's own, with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) text: &'static str,
}

impl Fault {
    pub(super) fn new(code: &str) -> Self {
        let text = match code {
            "995" => "No payment options were found.",
            "1100" => "Contact support to confirm payment.",
            "3000" => "Insufficient card funds.",
            "3004" => "Invalid CVV2/CVC2.",
            "3007" => "Card expired.",
            _ => "Declined by the test data.",
        };
        Self { code: code.to_owned(), text }
    }

    /// Whether the processor says it, after the approval of a pay-out.
    pub(super) fn is_late(&self) -> bool {
        self.code.parse::<u32>().is_ok_and(|code| code >= 3000 || code == 1100)
    }
}

/// By the last four digits of what was filled in.
pub(super) fn of(input: &str) -> Verdict {
    let digits: Vec<char> = input.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits[digits.len().saturating_sub(4)..].iter().collect();
    match last.parse::<u32>() {
        Ok(1100) => Verdict::Unsure(Fault::new("1100")),
        Ok(2005) => Verdict::Declined(Fault { code: "2005 - 2005205".to_owned(), text: "Non 3DS card is not allowed" }),
        Ok(code @ (994..=1009 | 3000..=3026)) => Verdict::Declined(Fault::new(&code.to_string())),
        _ => Verdict::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_digits_decide() {
        for input in ["4111111111111111", "+15550100", "", "0007", "5457210001000019"] {
            assert_eq!(of(input), Verdict::Fine, "{input}");
        }
        let code = |input: &str| match of(input) {
            Verdict::Declined(fault) => fault.code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code("4000 0000 0000 3000"), "3000");
        assert_eq!(code("+1555-0999"), "999");
        assert_eq!(code("4000000000002005"), "2005 - 2005205");
        assert!(matches!(of("4000000000001100"), Verdict::Unsure(_)));
    }
}
