//! How a parcel that is larger than a server takes is split into mails; it stays one parcel.

/// A copy that no mail can carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "copy {number} makes a mail of {}, and the largest mail that is taken has {}; hand it over by folder, or ask for a \
     larger limit",
    megabytes(*.wire),
    megabytes(*.limit)
)]
pub struct TooLarge {
    pub number: u32,
    pub wire: u64,
    pub limit: u64,
}

/// Headers of the mail and of its parts, beside the letter: generous, for a mail that turns out too large is refused.
const MAIL_OVERHEAD: u64 = 8 * 1024;
/// Headers of one attachment with a long name in another script.
const PART_OVERHEAD: u64 = 1536;

/// A size for people, in megabytes; small ones with more places.
fn megabytes(bytes: u64) -> String {
    let places = if bytes < 1_000_000 { 3 } else { 1 };
    format!("{:.places$} MB", bytes as f64 / 1e6)
}

/// Whether copies go in one mail within the limit.
#[must_use]
pub fn is_one_mail(copies: &[(u32, u64)], letter: u64, limit: Option<u64>) -> bool {
    split(copies, letter, limit).is_ok_and(|mails| mails.len() == 1)
}

/// How many bytes a copy takes on the wire: four for each three, and a line end for each 76 (RFC 2045, 6.8).
#[must_use]
pub const fn wire_size(bytes: u64) -> u64 {
    let encoded = bytes.div_ceil(3) * 4;
    encoded + encoded.div_ceil(76) * 2
}

/// Groups copies, given as `(number, bytes)`, into mails in the order of their numbers. The same copies and the same
/// limit give the same mails.
///
/// # Errors
/// When one copy alone is larger than the limit.
pub fn split(copies: &[(u32, u64)], letter: u64, limit: Option<u64>) -> Result<Vec<Vec<u32>>, TooLarge> {
    let Some(limit) = limit else { return Ok(vec![copies.iter().map(|(number, _)| *number).collect()]) };
    let empty = MAIL_OVERHEAD + letter;
    let mut mails: Vec<Vec<u32>> = Vec::new();
    let mut size = u64::MAX;
    for (number, bytes) in copies {
        let wire = wire_size(*bytes) + PART_OVERHEAD;
        if empty + wire > limit {
            return Err(TooLarge { number: *number, wire: empty + wire, limit });
        }
        match mails.last_mut() {
            Some(mail) if size + wire <= limit => {
                mail.push(*number);
                size += wire;
            }
            _ => {
                mails.push(vec![*number]);
                size = empty + wire;
            }
        }
    }
    Ok(mails)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn seven_copies_of_three_megabytes_are_more_than_one_mail() {
        let copies: Vec<(u32, u64)> = (1..=7).map(|n| (n, 3 * MIB)).collect();
        assert_eq!(split(&copies, 2000, None).unwrap(), [[1, 2, 3, 4, 5, 6, 7]]);
        assert_eq!(split(&copies, 2000, Some(25 * MIB)).unwrap(), [vec![1, 2, 3, 4, 5, 6], vec![7]]);
        assert_eq!(split(&copies, 2000, Some(10_240_000)).unwrap().len(), 4);
        let error = split(&copies, 2000, Some(4 * MIB)).unwrap_err();
        assert_eq!((error.number, error.limit), (1, 4 * MIB));
    }

    #[test]
    fn one_byte_costs_what_was_measured() {
        let ratio = wire_size(100 * MIB) as f64 / (100.0 * MIB as f64);
        assert!((ratio - 1.3684).abs() < 0.0005, "{ratio}");
    }
}
