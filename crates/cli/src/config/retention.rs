//! How long the story is kept: `retention: { days: 90, size: 20GB }`.

use engine::Retention;
use model::Cause;
use serde::Deserialize;

use crate::exit::Failure;

/// Units of sizes; those of a thousand, as disks are sold.
const UNITS: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];

/// The settings as they stand in the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionFile {
    days: Option<u32>,
    size: Option<String>,
}

impl RetentionFile {
    /// What is said by options goes before it; what is said nowhere is the default.
    pub fn or_said(self, days: Option<u32>, size: Option<&str>) -> Result<Retention, Failure> {
        let usual = Retention::default();
        let days = days.or(self.days).unwrap_or(usual.days);
        if days == 0 {
            return Err(wrong("0"));
        }
        let size = match size.or(self.size.as_deref()) {
            Some(text) => bytes(text).ok_or_else(|| wrong(text))?,
            None => usual.size,
        };
        Ok(Retention { days, size })
    }
}

fn wrong(value: &str) -> Failure {
    Failure::configuration(Cause::new("cli.config.retention").with("value", value))
}

/// The bytes of `20GB`, `500 MB`; at least one megabyte.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_uppercase();
    let (number, unit) = UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))?;
    let bytes = number.trim().parse::<u64>().ok()?.checked_mul(unit)?;
    (bytes >= 1_000_000).then_some(bytes)
}

/// A size as people read it.
pub fn size_text(bytes: u64) -> String {
    let unit = UNITS.iter().find(|(_, unit)| bytes >= *unit);
    match unit {
        Some((name, unit)) if bytes / unit >= 100 => format!("{} {name}", bytes / unit),
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_shown() {
        for (text, bytes_of) in
            [("20GB", 20_000_000_000), (" 500 mb ", 500_000_000), ("2TB", 2_000_000_000_000)]
        {
            assert_eq!(bytes(text), Some(bytes_of), "{text}");
        }
        for text in ["20", "GB", "-1GB", "1.5GB", "1KB", "99999999999TB", "二十GB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
        assert_eq!(size_text(20_000_000_000), "20.0 GB");
        assert_eq!(size_text(512_000_000), "512 MB");
        assert_eq!(size_text(999), "999 B");
    }

    #[test]
    fn an_option_goes_before_the_file_and_the_default_is_ninety_days() {
        let file = || RetentionFile { days: Some(30), size: Some("5GB".into()) };
        assert_eq!(RetentionFile::default().or_said(None, None).unwrap(), Retention::default());
        let said = file().or_said(Some(7), None).unwrap();
        assert_eq!((said.days, said.size), (7, 5_000_000_000));
        for (days, size) in [(Some(0), None), (None, Some("viel"))] {
            assert_eq!(file().or_said(days, size).unwrap_err().cause.code, "cli.config.retention");
        }
    }
}
