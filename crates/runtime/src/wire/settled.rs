//! What an answer says about the money, by its document's `x-settled`.

use crate::json::lenient::Json;
use crate::json::pointer;
use crate::model::operation::Operation;
use crate::model::progress::{Verdict, judge_by, whole};
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// Reads the state of a call from an answer; `None` if the document names no status, or only one for each entry of a list.
pub(crate) fn judge(operation: &Operation, reply: &Reply) -> Option<Verdict> {
    whole(operation).map(|settled| judge_by(settled, |pointer| envelope::text_at(operation, reply, pointer)))
}

/// Reads the state of one entry of a list, whose operation classifies the status of its entries; `None` if it does not.
pub(crate) fn judge_entry(operation: &Operation, items: &str, entry: Json<'_>) -> Option<Verdict> {
    let settled = operation.settled.as_ref()?;
    let own = |pointer: &'static str| pointer.strip_prefix(items)?.strip_prefix("/*");
    let read = |pointer: &str| Some(pointer::find(entry.text().as_bytes(), pointer)?.scalar()?.into_owned());
    settled
        .legs
        .iter()
        .all(|leg| own(leg.status).is_some())
        .then(|| judge_by(settled, |pointer| read(pointer.strip_prefix(items)?.strip_prefix("/*")?)))
}
