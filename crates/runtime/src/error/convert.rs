//! Faults found outside a call, as errors of calls.

use super::facts::Facts;
use super::typed::{AnyError, Error};
use crate::model::fault::ConfigError;
use crate::model::kind::Kind;
use crate::wire::draft::Unsendable;
use crate::wire::request::{BadSegment, BuildError, CallError};

impl From<ConfigError> for Facts {
    fn from(error: ConfigError) -> Self {
        Self::unsent(Kind::Config, error.into_message())
    }
}

impl From<BadSegment> for Facts {
    fn from(error: BadSegment) -> Self {
        Self::unsent(Kind::Invalid { fields: vec![error.name().to_owned()] }, error.to_string())
    }
}

impl From<CallError> for Facts {
    fn from(error: CallError) -> Self {
        Self::unsent(Kind::Invalid { fields: vec![error.name().to_owned()] }, error.to_string())
    }
}

impl From<Unsendable> for Facts {
    fn from(fault: Unsendable) -> Self {
        match fault {
            Unsendable::Value(fault) => fault.into(),
            Unsendable::Checked(kind, faults) => Self::unsent(kind, faults),
        }
    }
}

impl From<BuildError> for Facts {
    fn from(error: BuildError) -> Self {
        let fields = error.missing().iter().chain(error.blank()).map(|field| (*field).to_owned()).collect();
        Self::unsent(Kind::Invalid { fields }, error.to_string())
    }
}

impl From<http::header::InvalidHeaderValue> for Facts {
    fn from(_: http::header::InvalidHeaderValue) -> Self {
        Self::unsent(Kind::INVALID, "a header parameter contains a character that cannot be sent in a header")
    }
}

macro_rules! raised_outside_a_call {
    ($($fault:ty),*) => {$(
        impl<E> From<$fault> for Error<E> {
            fn from(fault: $fault) -> Self {
                Self::new(fault.into(), None)
            }
        }

        impl From<$fault> for AnyError {
            fn from(fault: $fault) -> Self {
                Facts::from(fault).into()
            }
        }
    )*};
}

raised_outside_a_call!(ConfigError, CallError, BadSegment, BuildError, http::header::InvalidHeaderValue);
