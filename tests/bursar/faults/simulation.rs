//! Does a run of many calls come to what the clients say, and would it be seen if it did not?

use bursar_world::Believed;
use bursar_world::simulation::{Cast, Habit, run};

#[test]
fn many_calls_with_faults_come_to_what_their_clients_say() {
    let cast = Cast::new().expect("operations that work");
    let report = run(&cast, 1, 2_000, Habit::Careful).expect("a simulation");
    assert!(report.is_fine(), "{report}");
    assert_eq!(report.tally.calls(), 2_000);
    let faults: u64 = report.tally.faults.values().sum();
    assert!((60..140).contains(&faults), "{faults} of 2000 attempts");
    assert!(report.tally.faults.len() > 12, "{:?}", report.tally.faults);
    assert!((20..60).contains(&report.tally.crashes), "{} of 2000 calls", report.tally.crashes);
    // Whatever was unknown was asked for, and every lookup was answered.
    let found: u64 = report.tally.learned.values().sum();
    assert_eq!(found, report.tally.said[&Believed::Unknown], "{report}");
    assert!(!report.to_string().contains("lookup failed"), "{report}");
    assert_eq!(run(&cast, 1, 2_000, Habit::Careful).expect("the same"), report);
    assert_ne!(run(&cast, 2, 2_000, Habit::Careful).expect("another").tally, report.tally);
}

#[test]
fn a_caller_who_repeats_what_is_unknown_is_found_out_in_one_call() {
    let cast = Cast::new().expect("operations that work");
    let report = run(&cast, 1, 2_000, Habit::Reckless).expect("a simulation");
    assert!(!report.is_fine());
    let trace = report.trace.as_ref().expect("a trace");
    assert_eq!(trace.len(), 1, "{trace:?}");
    assert!(trace[0].contains("moved 2"), "{trace:?}");
    let text = report.to_string();
    assert!(text.ends_with("again: cargo xtask simulate --seed 1 --calls 2000"), "{text}");
}
