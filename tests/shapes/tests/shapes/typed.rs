//! What the cases cannot see, because it is written back as it came either way: which branch of a union was read, whether a word is
//! known, whether a date is one.

use std::fmt::Debug;

use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Answer, Open, Reply};
use bursar_shapes::*;

fn read<T: Answer + Debug>(json: &'static str) -> T {
    T::read(&Reply::new(StatusCode::OK, HeaderMap::new(), json)).expect("an answer that reads")
}

macro_rules! read_as {
    ($($json:literal as $type:ty => $pattern:pat,)*) => {$({
        let read = read::<$type>($json);
        assert!(matches!(read, $pattern), "{} is read as {read:?}", $json);
    })*};
}

#[test]
fn a_tag_chooses_its_branch() {
    use money_in_unions::types::TaggedLeg;
    use petstore::types::PetKind;
    use unions_by_discriminator::types::Destination;
    use unions_two_tags_one_branch::types::WalletItem;
    read_as! {
        r#"{"kind": "card", "last_four": "1111"}"# as Destination => Destination::Card(_),
        r#"{"kind": "bank", "iban": "DE1"}"# as Destination => Destination::Bank(_),
        r#"{"kind": "crypto", "iban": "DE1"}"# as Destination => Destination::Other(_),
        r#"{"iban": "DE1"}"# as Destination => Destination::Other(_),
        r#"{"scheme": "visa", "last_four": "1"}"# as WalletItem => WalletItem::WalletCard(_),
        r#"{"scheme": "mastercard"}"# as WalletItem => WalletItem::WalletCard(_),
        r#"{"scheme": "voucher"}"# as WalletItem => WalletItem::Voucher(_),
        r#"{"side": "debit", "amount": 1}"# as TaggedLeg => TaggedLeg::Debit(_),
        r#"{"side": "credit", "amount": 1}"# as TaggedLeg => TaggedLeg::Credit(_),
        r#"{"species": "cat"}"# as PetKind => PetKind::Cat(_),
        r#"{"species": "dog"}"# as PetKind => PetKind::Dog(_),
        r#"{"species": "hamster"}"# as PetKind => PetKind::Other(_),
    }
}

#[test]
fn a_shape_chooses_its_branch() {
    use answers_shared_unions::types::{Outcome, Reason};
    use money_in_unions::types::{LegsByField, LegsPlain, LegsWorded};
    use nulls_everywhere::types::EverythingEither;
    use objects_recursive::types::FilterTerm;
    use secrets_in_bodies::types::CardSecretsChoice;
    use unions_by_required_field::types::MethodFormMethod;
    use unions_by_tag_enum::types::Source;
    use unions_list_or_object::types::{ListPayeesAnswer, PayeeAliases};
    use unions_of_scalars::types::StoredIdsFlag;
    read_as! {
        r#"{"order": "o"}"# as Outcome => Outcome::Done(_),
        r#"{"ticket": "t"}"# as Outcome => Outcome::Queued(_),
        r#""plain words""# as Reason => Reason::Text(_),
        r#"{"message": "m"}"# as Reason => Reason::Note(_),
        r#""true""# as StoredIdsFlag => StoredIdsFlag::Text(_),
        r#"true"# as StoredIdsFlag => StoredIdsFlag::Bool(true),
        r#"1"# as StoredIdsFlag => StoredIdsFlag::Number(1),
        r#"3"# as EverythingEither => EverythingEither::Number(3),
        r#"{"name": "x"}"# as EverythingEither => EverythingEither::Leaf(_),
        r#"[{"name": "a"}]"# as ListPayeesAnswer => ListPayeesAnswer::List(_),
        r#"{"name": "a"}"# as ListPayeesAnswer => ListPayeesAnswer::Payee(_),
        r#"["x"]"# as PayeeAliases => PayeeAliases::List(_),
        r#"{"iban": "DE1"}"# as MethodFormMethod => MethodFormMethod::BankMethod(_),
        r#"{"last_four": "1"}"# as MethodFormMethod => MethodFormMethod::CardMethod(_),
        r#"{"wallet": "w"}"# as MethodFormMethod => MethodFormMethod::Other(_),
        r#"{"kind": "bank", "iban": "DE1"}"# as Source => Source::BankSource(_),
        r#"{"kind": "card", "last_four": "1"}"# as Source => Source::CardSource(_),
        r#"["a", ["b"]]"# as FilterTerm => FilterTerm::List(_),
        r#"12345678901234567.89"# as LegsPlain => LegsPlain::Number(_),
        r#"{"value": 1, "currency": "EUR"}"# as LegsPlain => LegsPlain::Money(_),
        r#""about ten""# as LegsWorded => LegsWorded::Text(_),
        r#"10.00"# as LegsWorded => LegsWorded::Number(_),
        r#"{"iban": "DE1", "amount": 1}"# as LegsByField => LegsByField::AccountLeg(_),
        r#""cc-44""# as CardSecretsChoice => CardSecretsChoice::Text(_),
        r#"{"pan": "5"}"# as CardSecretsChoice => CardSecretsChoice::CardSecretsChoiceOption2(_),
    }
}

#[test]
fn a_listed_word_is_known() {
    use enums_empty_value::types::GetKycAnswerState;
    use enums_odd_values::types::OptionFormValue;
    use enums_unknown_value::types::{Payment, PaymentStatus};
    use names_equal_titles::types::{FirstCode, SecondCode};
    let payment: Payment = read(r#"{"status": "DONE", "history": ["PENDING", "REWOUND"], "by_leg": {"a": "DONE"}}"#);
    assert_eq!(payment.status.as_ref().and_then(Open::known), Some(&PaymentStatus::Done));
    let known: Vec<bool> = payment.history.iter().map(|word| word.known().is_some()).collect();
    assert_eq!(known, [true, false]);
    assert!(payment.by_leg.iter().flat_map(|legs| legs.values()).all(|word| word.known().is_some()));
    for word in ["done", "NEW_VALUE", ""] {
        assert_eq!(Open::<PaymentStatus>::from_word(word).known(), None, "{word} is not DONE");
    }
    assert!(Open::<GetKycAnswerState>::from_word("").known().is_some(), "the empty text is listed");
    for word in OptionFormValue::ALL {
        assert_eq!(Open::from_word(word.as_str()).known(), Some(word));
    }
    read_as! {
        r#""A""# as FirstCode => FirstCode::Text(Open::Known(_)),
        r#""Y""# as SecondCode => SecondCode::Text(Open::Known(_)),
        r#""A""# as SecondCode => SecondCode::Text(Open::Unknown(_)),
    }
}

#[test]
fn a_date_is_read_in_its_documented_form() {
    use dates_in_bodies::types::{BookingDates, BookingDatesSometimes};
    let dates: BookingDates = read(
        r#"{"day": "2021-09-02", "moment": "2021-09-02T23:02:33+04:00", "booked": "02/09/2021 23:02:33", "sometimes": "2021-09-02"}"#,
    );
    let day = dates.day.as_ref().expect("a day").date().expect("a date");
    assert_eq!(day.to_string(), "2021-09-02");
    let moment = dates.moment.as_ref().expect("a moment").timestamp().expect("a time");
    assert_eq!(moment.to_string(), "2021-09-02T19:02:33Z");
    let booked = dates.booked.as_ref().expect("a booking").datetime().expect("a time");
    assert_eq!(booked.to_string(), "2021-09-02T23:02:33", "02/09 is the second of September");
    assert!(matches!(dates.sometimes, Some(BookingDatesSometimes::Text(_))));
    let other: BookingDates = read(r#"{"day": "02/09/2021"}"#);
    assert!(other.day.is_none_or(|day| day.date().is_err()), "a date of another form is no date");
}
