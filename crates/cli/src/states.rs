//! The state of the money in an answer, and the status values of an operation.

use bursar_runtime::dispatch::Echo;
use bursar_runtime::{Effect, Operation, Progress, Response, SettledCounts, SettledLeg};

use crate::exit::Ending;
use crate::output::{complain, table};

/// Prints the state of the money with its legs to stderr, if the answer has one.
pub(crate) fn report(operation: &Operation, answer: &Response<Echo>) -> Ending {
    let (progress, legs) = (answer.progress(), answer.legs());
    if operation.effect != Effect::Money && legs.is_empty() {
        return Ending::Fine;
    }
    let advice = if progress == Progress::Done { String::new() } else { format!(": {}", progress.advice()) };
    complain(&format!("note: {}, {}{advice}", answer.status().as_u16(), progress.meaning()));
    for leg in legs.iter().filter(|_| legs.len() > 1) {
        let value = match leg.value() {
            None => "not in the answer".to_owned(),
            // An undocumented value may contain anything, so it is not printed.
            Some(_) if !leg.is_documented() => "an undocumented value".to_owned(),
            Some(value) => format!("{} ({})", value.trim(), leg.state()),
        };
        complain(&format!("  leg      {}: {value}", leg.name()));
    }
    if let Some(counts) = answer.counts() {
        let counts =
            [(counts.total, "in all"), (counts.done, "done"), (counts.failed, "failed"), (counts.pending, "pending")];
        let counts = counts.into_iter().filter_map(|(count, what)| Some(format!("{} {what}", count?)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        complain(&format!("  entries  {}", if counts.is_empty() { "not counted" } else { &counts }));
    }
    match progress {
        Progress::Done => Ending::Fine,
        Progress::Failed => Ending::Refused,
        Progress::InPart => Ending::InPart,
        Progress::Returned => Ending::Returned,
        Progress::MayStillCome => Ending::MayStillCome,
        _ => Ending::Pending,
    }
}

/// The status values of an operation by state; empty if it has none.
pub(crate) fn listed(operation: &Operation) -> String {
    let Some(settled) = &operation.settled else { return String::new() };
    let legs = settled.legs.iter().flat_map(leg);
    let counts = settled.counts.iter().map(|SettledCounts { total, done, failed, pending }| {
        let counts = [("total", total), ("done", done), ("failed", failed), ("pending", pending)];
        let counts = counts.into_iter().filter(|(_, pointer)| !pointer.is_empty());
        let counts: Vec<String> = counts.map(|(what, pointer)| format!("{what} {pointer}")).collect();
        vec!["counts".to_owned(), String::new(), counts.join(", ")]
    });
    table(&legs.chain(counts).collect::<Vec<_>>())
}

fn leg(leg: &SettledLeg) -> Vec<Vec<String>> {
    let head = vec![leg.name.to_owned(), leg.status.to_owned(), String::new()];
    let classes = [
        (Progress::Done.name(), leg.done),
        (Progress::Failed.name(), leg.failed),
        (Progress::Returned.name(), leg.returned),
        (Progress::InPart.name(), leg.in_part),
        (Progress::MayStillCome.name(), leg.may_come),
        (Progress::Pending.name(), leg.pending),
        ("counted", leg.counted),
    ];
    let classes = classes.into_iter().filter(|(_, values)| !values.is_empty());
    let classes = classes.map(|(class, values)| vec![String::new(), class.to_owned(), values.join(", ")]);
    [head].into_iter().chain(classes).collect()
}
