//! Payment options, and what they ask the customer for.

use super::refusal::Refusal;
use super::transaction::Kind;
use crate::json::{Fields, Json, Object};

/// A way to pay or to be paid.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Kind of option, as webhooks say it.
    pub(super) kind: &'static str,
    logo: Option<&'static str>,
    serves: Kind,
    /// The only country, if there is one.
    country: Option<&'static str>,
    /// Advertised with the option.
    inputs: &'static [Input],
    pub(super) suboptions: &'static [Suboption],
}

/// A bank or the like within an option: id and name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suboption {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// Something to fill in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Input {
    label: &'static str,
    name: &'static str,
    required: bool,
    /// Fewest and most characters.
    bounds: Option<(u32, u32)>,
}

const fn input(label: &'static str, name: &'static str, required: bool, bounds: Option<(u32, u32)>) -> Input {
    Input { label, name, required, bounds }
}

/// What cards advertise.
const CARD: &[Input] = &[input("Card Number", "cardnum", true, None), input("Owner", "cardholder", true, None)];

/// What cards need besides.
const CARD_TOO: &[Input] = &[
    input("Year", "expiryyear", true, Some((4, 4))),
    input("Month", "expirymonth", true, Some((2, 2))),
    input("CVV", "cardcvv", true, Some((3, 4))),
];

/// What banks ask a payer for; it stands beside the suboptions.
pub(super) const BANK: &[Input] = &[input("phone", "phone", true, Some((8, 18)))];

/// What a transfer to a bank asks for; it stands within the suboption.
pub(super) const TRANSFER: &[Input] =
    &[input("Beneficiary's name", "name", true, Some((5, 100))), input("Beneficiary's phone", "phone", false, None)];

pub(super) const METHODS: &[Method] = &[
    Method {
        id: "option-card",
        name: "Card",
        kind: "CARD",
        logo: None,
        serves: Kind::PayIn,
        country: None,
        inputs: CARD,
        suboptions: &[],
    },
    Method {
        id: "option-bank",
        name: "Bank Transfer",
        kind: "BANK",
        logo: Some("https://assets.example/bank.png"),
        serves: Kind::PayIn,
        country: None,
        inputs: &[],
        suboptions: &[
            Suboption { id: "b_1", name: "First Bank" },
            Suboption { id: "b_2", name: "Second Bank" },
            Suboption { id: "b_3", name: "Third Bank" },
            Suboption { id: "b_4", name: "Fourth Bank" },
        ],
    },
    Method {
        id: "option-pix",
        name: "PIX",
        kind: "BANK",
        logo: None,
        serves: Kind::PayIn,
        country: Some("BR"),
        inputs: &[],
        suboptions: &[],
    },
    Method {
        id: "option-transfer",
        name: "Bank Transfer",
        kind: "BANK",
        logo: None,
        serves: Kind::PayOut,
        country: None,
        inputs: &[],
        suboptions: &[Suboption { id: "d_1", name: "Bank Transfer" }],
    },
];

/// The options for a payment or pay-out in a country; none where the currency has none.
pub(super) fn methods(kind: Kind, country: &str, currency: &str) -> impl Iterator<Item = &'static Method> {
    let fits = move |method: &&Method| method.serves == kind && method.country.is_none_or(|only| only == country);
    let has_any = currency != "XXX";
    METHODS.iter().filter(fits).filter(move |_| has_any)
}

impl Method {
    pub(super) fn render(&self) -> Object {
        let logo = self.logo.map_or_else(Json::null, Json::from);
        Object::new()
            .with("paymentOptionId", self.id)
            .with("name", self.name)
            .with("logo", logo)
            .with("extraData", form(self.inputs))
    }

    /// The suboption of the request; refused if the method has others, or has any and none is chosen.
    pub(super) fn suboption(&self, chosen: Option<&str>) -> Result<Option<&'static Suboption>, Refusal> {
        match chosen {
            None if self.suboptions.is_empty() => Ok(None),
            None => Err(Refusal::bad("optionId should not be empty")),
            Some(id) => {
                let found = self.suboptions.iter().find(|one| one.id == id);
                found.map(Some).ok_or_else(|| Refusal::bad("Invalid option id."))
            }
        }
    }

    /// Refuses what is not filled in as it has to be, all faults at once.
    pub(super) fn check(&self, data: &Fields) -> Result<(), Refusal> {
        let asked: &[&[Input]] = match self.id {
            "option-card" => &[CARD, CARD_TOO],
            "option-bank" => &[BANK],
            "option-transfer" => &[TRANSFER],
            _ => &[],
        };
        let faults: Vec<String> = asked.iter().copied().flatten().filter_map(|input| input.fault(data)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::all(faults)) }
    }
}

impl Input {
    fn fault(&self, data: &Fields) -> Option<String> {
        let name = self.name;
        let text = data.text(name).unwrap_or_default();
        if text.is_empty() {
            return self.required.then(|| format!("extraData.{name} should not be empty"));
        }
        let length = text.chars().count();
        let (min, max) = self.bounds?;
        if length < min as usize {
            Some(format!("extraData.{name} must be longer than or equal to {min} characters"))
        } else if length > max as usize {
            Some(format!("extraData.{name} must be shorter than or equal to {max} characters"))
        } else {
            None
        }
    }

    fn render(&self) -> Object {
        let bounds = self.bounds.map(|(min, max)| Object::new().with("minLength", min).with("maxLength", max));
        Object::new()
            .with("label", self.label)
            .with("name", self.name)
            .with("type", "string")
            .with("values", [""; 0].into_iter().collect::<Json>())
            .with("required", self.required)
            .with("validations", bounds.map_or_else(Json::null, Json::from))
    }
}

/// A form as the provider advertises it.
pub(super) fn form(inputs: &[Input]) -> Json {
    inputs.iter().map(Input::render).collect()
}
