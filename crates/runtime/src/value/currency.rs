//! Currencies and their decimals.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::exact::UnitError;
use crate::json::lenient::Lenient;
use crate::json::reader::{Json, JsonKind, read_text};

/// A currency code, with the number of decimals that its minor unit has.
///
/// The codes of ISO 4217 know their decimals. Any other code (`USDC`) is kept as it is, and can be given decimals.
/// Two currencies are equal if their codes are, whatever the case.
///
/// ```
/// use bursar_runtime::Currency;
///
/// assert_eq!(Currency::KWD.decimals(), Some(3));
/// assert_eq!(Currency::new("USDC").decimals(), None);
/// assert_eq!(Currency::with_decimals("USDC", 6).decimals(), Some(6));
/// ```
#[derive(Clone)]
pub struct Currency {
    code: Cow<'static, str>,
    decimals: Option<u8>,
}

impl Currency {
    /// Creates a currency; codes of ISO 4217 have known decimals.
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        let code = code.into();
        let decimals = ISO.iter().find(|iso| code.eq_ignore_ascii_case(&iso.code)).and_then(|iso| iso.decimals);
        Self { code, decimals }
    }

    /// Creates a currency with the given decimals.
    pub fn with_decimals(code: impl Into<Cow<'static, str>>, decimals: u8) -> Self {
        Self { code: code.into(), decimals: Some(decimals) }
    }

    /// The unchanged code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Number of decimals: 2 for EUR, 0 for JPY; `None` if unknown.
    pub fn decimals(&self) -> Option<u8> {
        self.decimals
    }

    pub(super) fn known_decimals(&self) -> Result<u8, UnitError> {
        self.decimals.ok_or_else(|| UnitError::UnknownDecimals { currency: self.to_string() })
    }
}

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.code.eq_ignore_ascii_case(&other.code)
    }
}

impl Eq for Currency {}

impl Hash for Currency {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.to_ascii_uppercase().hash(state);
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl From<&str> for Currency {
    fn from(code: &str) -> Self {
        Self::new(code.to_owned())
    }
}

impl From<String> for Currency {
    fn from(code: String) -> Self {
        Self::new(code)
    }
}

impl FromStr for Currency {
    type Err = Infallible;

    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(code.into())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a currency code", |json| json.string().map(|code| Self::new(code.into_owned())))
    }
}

impl Lenient for Currency {
    fn read(json: Json<'_>) -> Option<Self> {
        json.scalar().map(|code| Self::new(code.into_owned()))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::String
    }
}

macro_rules! iso {
    ($($decimals:literal: $($code:ident)*;)*) => {
        impl Currency {
            $($(
                #[doc = concat!(stringify!($code), ", decimals: ", stringify!($decimals), ".")]
                pub const $code: Self = Self { code: Cow::Borrowed(stringify!($code)), decimals: Some($decimals) };
            )*)*
        }

        /// The active codes of ISO 4217 that have a minor unit, and those withdrawn in 2025 and 2026, which statements still carry.
        const ISO: &[Currency] = &[$($(Currency::$code,)*)*];
    };
}

iso! {
    0: BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF;
    2: AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
       CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
       KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK
       PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD
       USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG;
    3: BHD IQD JOD KWD LYD OMR TND;
    4: CLF UYW;
}
