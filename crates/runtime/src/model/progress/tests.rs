use Progress::{Done, Failed, InPart, MayStillCome, Pending, Returned};
use Says::{Absent, Known, Unknown};

use super::*;

const ALL: [Says; 8] =
    [Known(Done), Known(Failed), Known(Returned), Known(InPart), Known(MayStillCome), Known(Pending), Absent, Unknown];

fn of(legs: &[Says]) -> Progress {
    combine(&legs.iter().map(|says| (*says, false)).collect::<Vec<_>>())
}

/// Every combination of two and of three legs.
fn combinations() -> impl Iterator<Item = Vec<Says>> {
    let two = ALL.into_iter().flat_map(|first| ALL.map(|second| vec![first, second]));
    let longer = two.clone().flat_map(|legs| ALL.map(|third| [legs.clone(), vec![third]].concat()));
    two.chain(longer)
}

#[test]
fn one_leg_says_what_it_says_and_nothing_otherwise() {
    for says in ALL {
        assert_eq!(of(&[says]), if let Known(state) = says { state } else { Pending }, "{says:?}");
    }
    assert_eq!(of(&[]), Pending);
}

#[test]
fn every_combination_of_two_legs() {
    #[rustfmt::skip]
    let table: [(Says, [Progress; 8]); 8] = [
        // the second leg:   done     failed   returned  in part  may come      pending       absent        unknown
        (Known(Done),        [Done,    InPart,  InPart,   InPart,  InPart,       Pending,      Pending,      Pending]),
        (Known(Failed),      [InPart,  Failed,  Returned, InPart,  Failed,       Failed,       Failed,       Pending]),
        (Known(Returned),    [InPart,  Returned, Returned, InPart, Returned,     Returned,     Returned,     Pending]),
        (Known(InPart),      [InPart; 8]),
        (Known(MayStillCome),[InPart,  MayStillCome, MayStillCome, InPart, MayStillCome, MayStillCome, MayStillCome, Pending]),
        (Known(Pending),     [Pending, Pending, Pending,  InPart,  Pending,      Pending,      Pending,      Pending]),
        (Absent,             [Pending, Pending, Pending,  InPart,  Pending,      Pending,      Pending,      Pending]),
        (Unknown,            [Pending, Pending, Pending,  InPart,  Pending,      Pending,      Pending,      Pending]),
    ];
    for (first, row) in table {
        for (second, expected) in ALL.into_iter().zip(row) {
            assert_eq!(of(&[first, second]), expected, "{first:?}, {second:?}");
        }
    }
}

#[test]
fn failed_never_stands_over_a_leg_that_moved_or_may_have_moved() {
    for legs in combinations().filter(|legs| of(legs) == Failed) {
        assert_eq!(legs[0], Known(Failed), "{legs:?}: something before the failed leg may have moved");
        for says in &legs[1..] {
            assert!(!matches!(says, Known(Done | Returned | InPart) | Unknown), "{legs:?}");
        }
    }
}

#[test]
fn done_means_every_leg_and_only_evidence_decides() {
    for legs in combinations() {
        let has = |state| legs.contains(&Known(state));
        match of(&legs) {
            Done => assert!(legs.iter().all(|says| *says == Known(Done)), "{legs:?}"),
            InPart => {
                assert!(has(InPart) || has(Done) && (has(Failed) || has(Returned) || has(MayStillCome)), "{legs:?}")
            }
            Returned => assert!(has(Returned) && !has(Done), "{legs:?}"),
            MayStillCome => assert!(legs[0] == Known(MayStillCome) && !has(Done), "{legs:?}"),
            Failed | Pending => {}
        }
        let decides = legs.iter().any(|says| !matches!(says, Absent | Unknown | Known(Pending)));
        assert!(decides || of(&legs) == Pending, "{legs:?}");
    }
}

#[test]
fn a_status_of_the_whole_payment_counts_whatever_the_other_leg_leaves_open() {
    #[rustfmt::skip]
    let table: [(Says, [Progress; 8]); 8] = [
        // the whole says:    done     failed   returned  in part  may come      pending  absent   unknown
        (Known(Done),         [Done,   InPart,  Returned, InPart,  InPart,       Pending, Pending, Pending]),
        (Known(Failed),       [InPart, Failed,  Returned, InPart,  MayStillCome, Failed,  Failed,  Pending]),
        (Known(Returned),     [InPart, Returned, Returned, InPart, MayStillCome, Returned, Returned, Pending]),
        (Known(InPart),       [InPart; 8]),
        (Known(MayStillCome), [InPart, MayStillCome, Returned, InPart, MayStillCome, MayStillCome, MayStillCome, Pending]),
        (Known(Pending),      [Done,   Pending, Returned, InPart,  MayStillCome, Pending, Pending, Pending]),
        (Absent,              [Done,   Pending, Returned, InPart,  MayStillCome, Pending, Pending, Pending]),
        (Unknown,             [Done,   Pending, Returned, InPart,  MayStillCome, Pending, Pending, Pending]),
    ];
    for (first, row) in table {
        for (whole, expected) in ALL.into_iter().zip(row) {
            assert_eq!(combine(&[(first, false), (whole, true)]), expected, "{first:?}, {whole:?}");
        }
    }
}

#[test]
fn a_batch_that_ended_is_what_its_counts_say() {
    let of = |total, done, failed, pending| by_counts(&Counts { total, done, failed, pending }, true);
    let n = Some;
    assert_eq!(of(n(3), n(3), n(0), n(0)), Done);
    assert_eq!(of(n(3), n(3), None, n(0)), Done);
    assert_eq!(of(n(3), n(0), n(3), n(0)), Failed);
    assert_eq!(of(n(3), n(2), n(1), n(0)), InPart);
    assert_eq!(of(n(3), n(2), n(0), n(1)), InPart);
    assert_eq!(of(n(3), n(0), n(2), n(1)), Pending);
    assert_eq!(of(n(3), n(3), n(1), n(0)), InPart);
    // More failed than there are: the counts are wrong.
    assert_eq!(of(n(3), n(0), n(4), n(0)), Pending);
    // What is not there decides nothing.
    for absent in [of(None, n(0), n(3), n(0)), of(n(3), None, n(3), n(0)), of(n(3), n(0), n(3), None)] {
        assert_eq!(absent, Pending);
    }
    assert_eq!(of(n(0), n(0), n(0), n(0)), Pending);
    // A count that an older revision of the provider does not have is not needed where the others decide.
    assert_eq!((of(n(3), n(3), n(0), None), of(n(3), n(2), n(1), None)), (Done, InPart));
    assert_eq!(of(n(3), n(2), n(0), None), Pending);
    // A document without a count of undecided entries: the rest is undecided.
    let rest = |total, done, failed| {
        by_counts(&Counts { total: n(total), done: n(done), failed: n(failed), pending: None }, false)
    };
    assert_eq!((rest(3, 3, 0), rest(3, 0, 3), rest(3, 0, 2), rest(3, 1, 2)), (Done, Failed, Pending, InPart));
    assert_eq!(rest(3, 2, 2), Pending);
}

#[test]
fn case_and_white_space_of_a_status_value_do_not_count_unless_they_must() {
    let leg =
        SettledLeg { done: &["PAID"], failed: &["Void"], pending: &["void"], ..SettledLeg::at("payment", "/status") };
    for (value, expected) in [
        ("PAID", Some(Done)),
        ("paid", Some(Done)),
        (" Paid\n", Some(Done)),
        ("Void", Some(Failed)),
        ("void", Some(Pending)),
        ("VOID", None),
        ("payed", None),
        ("", None),
    ] {
        assert_eq!(leg.state_of(value), expected, "{value:?}");
    }
}

#[test]
fn only_failed_allows_to_send_the_same_money_again() {
    for state in [Done, Failed, Returned, InPart, MayStillCome, Pending] {
        assert_eq!(state.allows_resend(), state == Failed);
        assert!(!state.advice().is_empty() && state.advice().contains("sent again") == (state == Failed));
    }
}

#[test]
fn every_state_has_a_name_and_a_meaning_of_its_own() {
    let states = [Done, Failed, Returned, InPart, MayStillCome, Pending];
    for texts in [Progress::name, Progress::meaning] {
        let different: std::collections::BTreeSet<_> = states.into_iter().map(texts).collect();
        assert!(different.len() == states.len() && !different.contains(""), "{different:?}");
    }
    assert_eq!(format!("{Done:>6}|{InPart}"), "  done|in_part");
}

#[test]
fn a_value_that_the_document_does_not_list_is_not_printed() {
    let leg = |value: &str, says| Leg { name: "payment", value: Some(value.to_owned()), says };
    assert!(format!("{:?}", leg("PAID", Known(Done))).contains("PAID"));
    assert!(!format!("{:?}", leg("4111111111111111", Unknown)).contains("4111"));
}
