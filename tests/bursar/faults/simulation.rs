//! Does a run of many calls come to what the clients say, and would it be seen if it did not?

use bursar_world::Believed;
use bursar_world::simulation::{Cast, Habit, run};

#[test]
fn many_calls_with_faults_come_to_what_their_clients_say() {
    let cast = Cast::new().expect("operations that work");
    let report = run(&cast, 1, 2_000, Habit::Careful).expect("a simulation");
    println!("{report}");
    assert!(report.is_fine(), "{report}");
    assert!((2_000..3_000).contains(&report.tally.calls()), "{report}");
    let faults: u64 = report.tally.faults.values().sum();
    assert!((60..200).contains(&faults), "{faults} of 2000 attempts");
    assert!(report.tally.faults.len() > 12, "{:?}", report.tally.faults);
    assert!((20..60).contains(&report.tally.crashes), "{} of 2000 calls", report.tally.crashes);
    assert!(report.tally.fates.len() > 12, "{:?}", report.tally.fates);
    let (decided, unknown) = report.tally.decided(None);
    assert!(decided * 4 >= unknown * 3, "{decided} of {unknown} unknown outcomes decided without a person\n{report}");
    // Whatever was unknown was asked for, and every lookup was answered.
    let found: u64 = report.tally.learned.values().sum();
    assert_eq!(found, report.tally.said[&Believed::Unknown], "{report}");
    assert!(!report.to_string().contains("lookup failed"), "{report}");
    assert_eq!(run(&cast, 1, 2_000, Habit::Careful).expect("the same"), report);
    assert_ne!(run(&cast, 2, 2_000, Habit::Careful).expect("another").tally, report.tally);
}

#[test]
fn a_caller_who_repeats_an_unknown_payment_is_detected() {
    let cast = Cast::new().expect("operations that work");
    let report = run(&cast, 1, 2_000, Habit::Reckless).expect("a simulation");
    assert!(!report.is_fine());
    let trace = report.trace.as_ref().expect("a trace");
    // Two payments for one purpose, and both moved: nothing else is needed to fail.
    assert!(report.wrong(bursar_world::matrix::Wrong::Doubled) > 0, "{report}");
    assert!(trace.iter().filter(|line| line.contains("moved 1, in the end: done")).count() >= 2, "{trace:?}");
    let text = report.to_string();
    assert!(text.ends_with("again: cargo xtask simulate --seed 1 --calls 2000"), "{text}");
}
