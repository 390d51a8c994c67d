//! `bursar check`: validates captured payloads against the operation's types.

use std::path::Path;

use bursar_runtime::dispatch::{Decoded, Echo};
use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Drift, Reply};
use serde::Serialize;

use crate::args::{Check, Side};
use crate::exit::{Ending, Failure};
use crate::list::json;
use crate::output::{complain, say};
use crate::provider::Row;
use crate::tree::Tree;
use crate::{files, find};

/// The verdict on a payload; the worst one applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// As documented.
    Ok,
    /// Differs from the document, but every documented value survived.
    Drift,
    /// A documented value did not survive.
    Lossy,
    /// It cannot be decoded.
    Fails,
}

/// What was found in a payload.
#[derive(Serialize)]
pub(crate) struct Finding {
    file: String,
    verdict: Verdict,
    /// Name of the error variant, if the payload is an error.
    #[serde(skip_serializing_if = "String::is_empty")]
    error: String,
    unknown: Vec<String>,
    coerced: Vec<String>,
    lossy: Vec<String>,
    /// Why and where decoding failed.
    fault: Option<String>,
}

impl Finding {
    fn of(file: String, drift: &Drift) -> Self {
        let verdict = match (drift.lossy().is_empty(), drift.is_empty()) {
            (false, _) => Verdict::Lossy,
            (true, false) => Verdict::Drift,
            (true, true) => Verdict::Ok,
        };
        let [unknown, coerced, lossy] = [drift.unknown(), drift.coerced(), drift.lossy()].map(<[String]>::to_vec);
        Self { file, verdict, error: String::new(), unknown, coerced, lossy, fault: None }
    }

    fn error(file: String, echo: &Echo, status: u16) -> Self {
        let mut finding = Self { error: echo.variant.clone(), ..Self::of(file, &echo.drift) };
        if echo.variant == "Other" {
            finding.verdict = finding.verdict.max(Verdict::Drift);
            finding.unknown.push(format!("status {status}"));
        }
        finding
    }

    fn fault(file: String, fault: String) -> Self {
        Self { verdict: Verdict::Fails, fault: Some(fault), ..Self::of(file, &Drift::default()) }
    }

    fn lines(&self) -> String {
        // The same names as in the JSON.
        let mut text = format!("{:5}  {}", format!("{:?}", self.verdict).to_lowercase(), self.file);
        let groups = [
            (&self.unknown, "undocumented"),
            (&self.coerced, "of another type than documented, but decoded"),
            (&self.lossy, "did not survive"),
        ];
        for (pointer, what) in groups.iter().flat_map(|(pointers, what)| pointers.iter().map(move |one| (one, what))) {
            let pointer = if pointer.is_empty() { "(root)" } else { pointer };
            text += &format!("\n       {pointer}  {what}");
        }
        text.extend(self.fault.iter().map(|fault| format!("\n       {fault}")));
        text
    }
}

/// Checks the files and prints the findings.
pub(crate) fn run(asked: &Check) -> Result<Ending, Failure> {
    let provider = find::provider(&asked.provider)?;
    let row = find::operation(provider, &asked.operation)?;
    let status = StatusCode::from_u16(asked.status).map_err(|_| Failure::usage("--status is not an HTTP status"))?;
    if asked.side == Side::Request && row.recode.is_none() {
        return Err(Failure::usage(format!("{} has no JSON request body", row.operation.id)));
    }
    let (mut findings, mut unread) = (Vec::new(), false);
    for file in &asked.files {
        match one(file, asked.side, status, &row) {
            Ok(finding) => findings.push(finding),
            Err(failure) => {
                complain(&format!("error: {}", failure.message));
                unread = true;
            }
        }
    }
    if asked.json {
        say(&json(&findings))?;
    } else if !findings.is_empty() {
        say(&findings.iter().map(Finding::lines).collect::<Vec<_>>().join("\n"))?;
    }
    let worst = findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok);
    Ok(match (unread, worst) {
        (true, _) => Ending::Usage,
        (false, Verdict::Lossy | Verdict::Fails) => Ending::Refused,
        (false, Verdict::Ok | Verdict::Drift) => Ending::Fine,
    })
}

fn one(path: &Path, side: Side, status: StatusCode, row: &Row) -> Result<Finding, Failure> {
    bytes(&files::name(path), files::read(path)?, side, status, row)
}

/// Checks a payload that is called so.
pub(crate) fn bytes(file: &str, bytes: Vec<u8>, side: Side, status: StatusCode, row: &Row) -> Result<Finding, Failure> {
    let file = file.to_owned();
    let is_json = Tree::parse(&bytes);
    let is_file = side == Side::Response && status.is_success() && row.answers_a_file();
    if let Err(fault) = &is_json
        && !bytes.is_empty()
        && !is_file
    {
        return Err(Failure::usage(format!("{file}: {fault}")));
    }
    if side == Side::Request {
        let echo = row.recode.map(|recode| recode(&bytes));
        return Ok(match echo {
            Some(Ok(echo)) => Finding::of(file, &echo.drift),
            Some(Err(fault)) => Finding::fault(file, fault.to_string().replacen("the answer", "the request", 1)),
            None => Finding::fault(file, "the operation has no JSON request body".to_owned()),
        });
    }
    let reply = Reply::new(status, HeaderMap::new(), bytes);
    Ok(match (row.decode)(row.operation, &reply) {
        Decoded::Answer(_) if is_file => Finding::of(file, &Drift::default()),
        Decoded::Answer(echo) => Finding::of(file, &echo.drift),
        Decoded::Error(echo) => Finding::error(file, &echo, status.as_u16()),
        Decoded::Undecodable(fault) => Finding::fault(file, fault.to_string()),
    })
}
