//! `x-settled`: where an answer says whether money moved, and with which status values.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Pointer, Text};

/// `x-settled`, in its short form for one status, or with `legs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    /// In the order in which the money passes them; none where the answer's statuses are all listed in `not_money`.
    pub(crate) legs: Vec<Leg>,
    /// Where the answer of a batch counts its entries.
    pub(crate) counts: Option<Counts>,
    /// Statuses of the answer that say nothing about the money.
    pub(crate) not_money: Vec<Pointer>,
    /// Whether it is written in the short form.
    pub(crate) is_short: bool,
}

/// A leg: where its status stands, and what each value says.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leg {
    pub(crate) name: String,
    /// Pointer to the status in the answer.
    pub(crate) status: Pointer,
    /// Whether the status speaks of the payment as a whole.
    #[serde(default)]
    pub(crate) whole: bool,
    /// Values that say: done.
    #[serde(default)]
    pub(crate) done: Vec<Text>,
    /// Values that say: failed, nothing moved.
    #[serde(default)]
    pub(crate) failed: Vec<Text>,
    /// Values that say: moved and came back.
    #[serde(default)]
    pub(crate) returned: Vec<Text>,
    /// Values that say: moved in part.
    #[serde(default)]
    pub(crate) in_part: Vec<Text>,
    /// Values that say: ended, but may be corrected to done.
    #[serde(default)]
    pub(crate) may_come: Vec<Text>,
    /// Values that say: not decided yet.
    #[serde(default)]
    pub(crate) pending: Vec<Text>,
    /// Values that say: ended, as the counts of the batch say.
    #[serde(default)]
    pub(crate) counted: Vec<Text>,
    /// Values whose class no source states. None of them may say that the same money can be sent again.
    #[serde(default)]
    pub(crate) inferred: Vec<Text>,
}

/// Pointers to the counts of a batch.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    pub(crate) total: Pointer,
    pub(crate) done: Pointer,
    pub(crate) failed: Option<Pointer>,
    pub(crate) pending: Option<Pointer>,
}

impl Leg {
    /// The values of each class, under the class's name.
    pub(crate) fn classes(&self) -> [(&'static str, &Vec<Text>); 7] {
        [
            ("done", &self.done),
            ("failed", &self.failed),
            ("returned", &self.returned),
            ("in_part", &self.in_part),
            ("may_come", &self.may_come),
            ("pending", &self.pending),
            ("counted", &self.counted),
        ]
    }

    /// All values that are classified.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Text> {
        self.classes().into_iter().flat_map(|(_, values)| values)
    }
}

impl Settled {
    /// The keys that lead from `x-settled` to a leg.
    pub(crate) fn keys(&self, leg: usize) -> Vec<String> {
        if self.is_short { Vec::new() } else { vec!["legs".into(), leg.to_string()] }
    }

    pub(super) fn sound(&self) -> Result<(), String> {
        let mut names: Vec<&str> = Vec::new();
        for leg in &self.legs {
            let Leg { name, status: Pointer(status), .. } = leg;
            if leg.done.is_empty() && leg.counted.is_empty() {
                return Err(format!("`done` of `{status}` has no values"));
            }
            let all: Vec<&Text> = leg.values().collect();
            if let Some((_, Text(value))) = all.iter().enumerate().find(|(i, it)| all[..*i].contains(it)) {
                return Err(format!("the value `{value}` is listed twice"));
            }
            if let Some(Text(value)) = leg.inferred.iter().find(|it| !all.contains(it)) {
                return Err(format!("`{value}` is `inferred`, but has no class"));
            }
            if let Some(Text(value)) = leg.inferred.iter().find(|it| leg.failed.contains(it)) {
                return Err(format!(
                    "`{value}` is `inferred` and `failed`, which would permit a second payment: write it into `may_come`"
                ));
            }
            if name.is_empty() || names.contains(&name.as_str()) {
                return Err(format!("two legs have the name `{name}`, or the name is empty"));
            }
            names.push(name);
        }
        let mut pointers = self.legs.iter().map(|leg| &leg.status).chain(&self.not_money);
        let mut seen: Vec<&Pointer> = Vec::new();
        if let Some(Pointer(twice)) = pointers.find(|it| {
            seen.contains(it) || {
                seen.push(it);
                false
            }
        }) {
            return Err(format!("`{twice}` is listed twice"));
        }
        match (&self.counts, &self.legs[..]) {
            (None, legs) if legs.iter().any(|leg| !leg.counted.is_empty()) => Err("`counted` needs `counts`".into()),
            (Some(_), [leg]) if !leg.counted.is_empty() => Ok(()),
            (Some(_), _) => Err("`counts` requires a single status with `counted` values".into()),
            (None, []) if self.not_money.is_empty() => Err("`legs` is empty".into()),
            _ => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Settled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// All members of both forms.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Members {
            legs: Option<Vec<Leg>>,
            status: Option<Pointer>,
            done: Option<Vec<Text>>,
            failed: Option<Vec<Text>>,
            returned: Option<Vec<Text>>,
            in_part: Option<Vec<Text>>,
            may_come: Option<Vec<Text>>,
            pending: Option<Vec<Text>>,
            counted: Option<Vec<Text>>,
            inferred: Option<Vec<Text>>,
            counts: Option<Counts>,
            #[serde(default)]
            not_money: Vec<Pointer>,
        }
        let all = Members::deserialize(deserializer)?;
        let Members { legs, status, done, failed, returned, in_part, may_come, pending, counted, inferred, .. } = all;
        let (counts, not_money) = (all.counts, all.not_money);
        let has_values = [&done, &failed, &returned, &in_part, &may_come, &pending, &counted, &inferred];
        let has_values = has_values.into_iter().any(Option::is_some);
        match (legs, status) {
            (Some(_), status) if status.is_some() || has_values => {
                Err(D::Error::custom("`legs` excludes `status`: move the status and its values into a leg"))
            }
            (Some(legs), _) => Ok(Self { legs, counts, not_money, is_short: false }),
            (None, None) if has_values || counts.is_some() || not_money.is_empty() => {
                Err(D::Error::custom("`status` or `legs` is missing"))
            }
            (None, None) => Ok(Self { legs: Vec::new(), counts, not_money, is_short: true }),
            (None, Some(status)) => {
                // The last name of the pointer; a number or `*` only tells which.
                let is_name = |key: &&str| !key.is_empty() && *key != "*" && key.parse::<u32>().is_err();
                let name = status.0.rsplit('/').find(is_name).unwrap_or("status").to_owned();
                let leg = Leg {
                    name,
                    status,
                    whole: false,
                    done: done.unwrap_or_default(),
                    failed: failed.unwrap_or_default(),
                    returned: returned.unwrap_or_default(),
                    in_part: in_part.unwrap_or_default(),
                    may_come: may_come.unwrap_or_default(),
                    pending: pending.unwrap_or_default(),
                    counted: counted.unwrap_or_default(),
                    inferred: inferred.unwrap_or_default(),
                };
                Ok(Self { legs: vec![leg], counts, not_money, is_short: true })
            }
        }
    }
}
