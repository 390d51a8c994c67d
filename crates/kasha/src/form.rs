//! Forms: the inputs that Kasha advertises in three places, and the `extraData` built from them.

use std::fmt;

use bursar_runtime::Secret;

use crate::types::{ExtraData, ExtraDataValue, FlowStep, FormInput, FormInputType, FormValidations, PaymentOption};

/// Inputs of cards beyond the advertised ones, with minimum and maximum length (inferred).
const CARD: [(&str, i64, i64); 3] = [("expiryyear", 4, 4), ("expirymonth", 2, 2), ("cardcvv", 3, 4)];

/// The inputs of a payment option or a suboption.
///
/// ```
/// use bursar_kasha::{Form, types::PaymentOption};
///
/// let option: PaymentOption = serde_json::from_str(
///     r#"{"name": "Card", "extraData": [{"name": "cardnum", "required": true}, {"name": "cardholder", "required": true}]}"#,
/// )?;
/// let form = Form::of_option(&option);
/// let fault = form.fill().text("cardnum", "4111111111111111").text("cardcvv", "12").build().unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "extraData: `cardholder` is missing, `expiryyear` is missing, `expirymonth` is missing, `cardcvv` is shorter than 3 characters"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    inputs: Vec<FormInput>,
}

impl Form {
    /// Creates the form of a payment option without suboptions, such as cards.
    pub fn of_option(option: &PaymentOption) -> Self {
        Self::new(option.extra_data.iter())
    }

    /// Creates the form of a suboption; `None` if the suboption is not found.
    ///
    /// The inputs are those of the suboption and those of the whole step.
    pub fn of_suboption(step: &FlowStep, id: &str) -> Option<Self> {
        let result = step.result.as_ref()?;
        let has_id = |one: &&crate::types::Suboption| one.id.as_ref().and_then(|id| id.text()).as_deref() == Some(id);
        let suboption = result.suboptions().iter().find(has_id)?;
        Some(Self::new(suboption.form_inputs.iter().chain(result.form_inputs.iter())))
    }

    /// Keeps the first input of each name. A card number also requires the unadvertised inputs of [`CARD`].
    fn new<'a>(advertised: impl Iterator<Item = &'a FormInput>) -> Self {
        let mut form = Self::default();
        for input in advertised {
            form.add(input.clone());
        }
        if form.input("cardnum").is_some() {
            for (name, min, max) in CARD {
                let validations = FormValidations { min_length: Some(min), max_length: Some(max) };
                form.add(FormInput {
                    label: Some(name.to_owned()),
                    name: Some(name.to_owned()),
                    type_: Some(FormInputType::String.into()),
                    required: Some(true),
                    validations: Some(validations),
                    ..FormInput::default()
                });
            }
        }
        form
    }

    fn add(&mut self, input: FormInput) {
        if input.name.as_deref().is_none_or(|name| self.input(name).is_none()) {
            self.inputs.push(input);
        }
    }

    fn input(&self, name: &str) -> Option<&FormInput> {
        self.inputs.iter().find(|input| input.name.as_deref() == Some(name))
    }

    /// The inputs to request from the customer, in order.
    pub fn inputs(&self) -> &[FormInput] {
        &self.inputs
    }

    /// Starts to fill in the form.
    pub fn fill(&self) -> Filling {
        Filling { form: self.clone(), values: Vec::new() }
    }
}

/// A [`Form`] being filled in; its `Debug` output contains no values.
#[derive(Clone)]
#[must_use = "call `build()` to get the `extraData`"]
pub struct Filling {
    form: Form,
    values: Vec<(String, ExtraDataValue)>,
}

impl Filling {
    /// Sets the value of an input; unknown names are sent too.
    pub fn text(self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.value(name.into(), ExtraDataValue::Text(value.into()))
    }

    /// Sets the value of an input of the type `boolean` (inferred).
    pub fn flag(self, name: impl Into<String>, value: bool) -> Self {
        self.value(name.into(), ExtraDataValue::Bool(Secret::new(value)))
    }

    fn value(mut self, name: String, value: ExtraDataValue) -> Self {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value));
        self
    }

    /// Builds the `extraData` of the request.
    ///
    /// # Errors
    ///
    /// One error lists every input that is missing, too short, too long or not one of the choices.
    pub fn build(self) -> Result<ExtraData, FormError> {
        let named = self.form.inputs.iter().filter_map(|input| Some((input, input.name.as_deref()?)));
        let faults = named.filter_map(|(input, name)| {
            let given = self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            Some(FormFault { name: name.to_owned(), fault: fault(input, given)? })
        });
        let faults: Vec<FormFault> = faults.collect();
        if !faults.is_empty() {
            return Err(FormError { faults });
        }
        let mut data = ExtraData {
            cardcvv: None,
            cardholder: None,
            cardnum: None,
            expirymonth: None,
            expiryyear: None,
            extra: Default::default(),
        };
        for (name, value) in self.values {
            let field = match (name.as_str(), &value) {
                ("cardcvv", ExtraDataValue::Text(_)) => &mut data.cardcvv,
                ("cardholder", ExtraDataValue::Text(_)) => &mut data.cardholder,
                ("cardnum", ExtraDataValue::Text(_)) => &mut data.cardnum,
                ("expirymonth", ExtraDataValue::Text(_)) => &mut data.expirymonth,
                ("expiryyear", ExtraDataValue::Text(_)) => &mut data.expiryyear,
                _ => {
                    data.extra.insert(name, value);
                    continue;
                }
            };
            if let ExtraDataValue::Text(text) = value {
                *field = Some(text);
            }
        }
        Ok(data)
    }
}

impl fmt::Debug for Filling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

/// The fault of an input's value, if there is one.
fn fault(input: &FormInput, given: Option<&ExtraDataValue>) -> Option<Fault> {
    let text = match given {
        Some(ExtraDataValue::Bool(_)) => return None,
        Some(ExtraDataValue::Text(text)) => text.expose().as_str(),
        None => "",
    };
    if text.is_empty() {
        return (input.required == Some(true)).then_some(Fault::Missing);
    }
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let bounds = input.validations.as_ref();
    if let Some(min) = bounds.and_then(|bounds| bounds.min_length).filter(|min| length < *min) {
        return Some(Fault::TooShort(min));
    }
    if let Some(max) = bounds.and_then(|bounds| bounds.max_length).filter(|max| length > *max) {
        return Some(Fault::TooLong(max));
    }
    let mut choices = input.values.iter().filter_map(|choice| choice.value.as_deref()).peekable();
    (choices.peek().is_some() && !choices.any(|choice| choice == text)).then_some(Fault::NoChoice)
}

/// A form with invalid inputs; contains names, never values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    faults: Vec<FormFault>,
}

impl FormError {
    /// All faults, in the order of the inputs.
    pub fn faults(&self) -> &[FormFault] {
        &self.faults
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.faults.iter().map(FormFault::to_string).collect();
        write!(out, "extraData: {}", faults.join(", "))
    }
}

impl std::error::Error for FormError {}

/// An invalid input of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormFault {
    /// Name of the input.
    pub name: String,
    /// The fault.
    pub fault: Fault,
}

impl fmt::Display for FormFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` ", self.name)?;
        match self.fault {
            Fault::Missing => out.write_str("is missing"),
            Fault::TooShort(min) => write!(out, "is shorter than {min} characters"),
            Fault::TooLong(max) => write!(out, "is longer than {max} characters"),
            Fault::NoChoice => out.write_str("is not one of the choices"),
        }
    }
}

/// The fault of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The input is required.
    Missing,
    /// It has fewer than this number of characters.
    TooShort(i64),
    /// It has more than this number of characters.
    TooLong(i64),
    /// It is not one of the offered values.
    NoChoice,
}
