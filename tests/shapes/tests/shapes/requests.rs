//! `request`: a request body is read and written again.

use crate::cases::Case;
use crate::hidden::Shown;
use crate::tree::Tree;

pub(crate) fn check(case: &Case) -> Result<(), String> {
    let body = case.get("body").ok_or("the case states no body")?;
    let bytes = body.bytes();
    let written = (case.shape.recode)(case.operation(), &bytes).ok_or("the operation has no JSON body")?;
    let mut shown = Shown::default();
    shown.typed_body(case, &bytes)?;
    shown.add("what recoding says", format!("{:?}", written.as_ref().err()));
    shown.hides(case)?;
    let expect = case.expect();
    let wanted = if expect.text() == Some("same") { Some(body) } else { expect.get("as") };
    match (wanted, written) {
        (Some(tree), Ok(text)) => match Tree::parse(&text)?.difference(tree) {
            Some(difference) => Err(format!("{difference}\n  came {text}")),
            None => Ok(()),
        },
        (Some(_), Err(fault)) => Err(format!("it does not read: {fault}")),
        (None, Err(_)) if expect.get("undecodable") == Some(&Tree::Bool(true)) => Ok(()),
        (None, written) => Err(format!("came {written:?}")),
    }
}
