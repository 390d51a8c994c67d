//! Numbers in JSON text and in strings: every digit counts.

use rust_decimal::Decimal;

use super::reader::{Json, JsonKind};

/// Largest mantissa that a `Decimal` holds.
const LARGEST: u128 = (1 << 96) - 1;

/// Reads `-12.50`, `.5`, `1e3`; digits and scale are kept. `source` also allows the `_` of Rust literals.
pub(crate) const fn decimal(text: &str, source: bool) -> Option<Decimal> {
    let bytes = text.as_bytes();
    let negative = matches!(bytes.first(), Some(b'-'));
    let mut at = if matches!(bytes.first(), Some(b'-' | b'+')) { 1 } else { 0 };
    let (mut mantissa, mut scale, mut digits, mut point) = (0_u128, 0_i32, 0_u32, false);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => {
                let Some(tens) = mantissa.checked_mul(10) else {
                    return None;
                };
                let Some(sum) = tens.checked_add((digit - b'0') as u128) else {
                    return None;
                };
                mantissa = sum;
                digits += 1;
                scale += point as i32;
            }
            b'.' if !point => point = true,
            b'_' if source && digits > 0 => {}
            b'e' | b'E' => {
                let Some(exponent) = exponent(bytes, at + 1) else {
                    return None;
                };
                scale -= exponent;
                break;
            }
            _ => return None,
        }
        at += 1;
    }
    if digits == 0 {
        return None;
    }
    while scale < 0 {
        let Some(shifted) = mantissa.checked_mul(10) else {
            return None;
        };
        mantissa = shifted;
        scale += 1;
    }
    // Only zeros at the end may go.
    while scale > Decimal::MAX_SCALE as i32 || mantissa > LARGEST {
        if scale == 0 || mantissa % 10 != 0 {
            return None;
        }
        mantissa /= 10;
        scale -= 1;
    }
    Some(Decimal::from_parts(mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32, negative, scale as u32))
}

/// Reads a sign and at most three digits, all that remains.
const fn exponent(bytes: &[u8], start: usize) -> Option<i32> {
    let signed = start < bytes.len() && matches!(bytes[start], b'-' | b'+');
    let first = start + signed as usize;
    let (mut at, mut value) = (first, 0);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' if at - first < 3 => value = value * 10 + (digit - b'0') as i32,
            _ => return None,
        }
        at += 1;
    }
    match (at > first, signed && matches!(bytes[start], b'-')) {
        (false, _) => None,
        (true, true) => Some(-value),
        (true, false) => Some(value),
    }
}

/// A number, or a string that holds one.
pub(crate) fn read(json: Json<'_>) -> Option<Decimal> {
    super::reader::steps::count(json.text().len());
    match json.kind() {
        JsonKind::Number => decimal(json.text(), false),
        // Text is written by people and their programs: with a sign, with white space around it.
        JsonKind::String => decimal(json.scalar()?.trim_ascii(), false),
        _ => None,
    }
}

/// An integral number (`5.0` too), or a string that holds one.
pub(crate) fn integer(json: Json<'_>) -> Option<i128> {
    let number = read(json)?;
    number.fract().is_zero().then(|| number.trunc().mantissa())
}
