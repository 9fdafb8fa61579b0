//! What values of one field look like together: types only ever widen.

use model::object::FieldKind;

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Boolean,
    /// 是, 否, Y, N.
    YesNo,
    Whole,
    Decimal {
        scale: u32,
    },
    /// `usual` when written as we take it: `2026-11-30`.
    Date {
        usual: bool,
    },
    DateTime {
        usual: bool,
    },
    /// A point in time as a number.
    Milliseconds,
    Seconds,
    Text,
    LongText,
    /// A list of values.
    Several,
}

impl Seen {
    /// The narrowest that both are.
    pub fn and(self, other: Seen) -> Seen {
        use Seen::*;
        match (self, other) {
            (one, other) if one == other => one,
            (Whole, Decimal { scale }) | (Decimal { scale }, Whole) => Decimal { scale },
            (Decimal { scale: one }, Decimal { scale: other }) => Decimal { scale: one.max(other) },
            (Date { usual: one }, Date { usual: other }) => Date { usual: one && other },
            (DateTime { usual: one }, DateTime { usual: other })
            | (Date { usual: one }, DateTime { usual: other })
            | (DateTime { usual: one }, Date { usual: other }) => DateTime { usual: one && other },
            (Whole, Milliseconds | Seconds) | (Milliseconds | Seconds, Whole) => Whole,
            (LongText, _) | (_, LongText) => LongText,
            _ => Text,
        }
    }

    /// Whether the other is no more than a closer look at the same type.
    pub fn is_akin(self, other: Seen) -> bool {
        let number = |seen: Seen| matches!(seen, Seen::Whole | Seen::Decimal { .. });
        let time = |seen: Seen| matches!(seen, Seen::Date { .. } | Seen::DateTime { .. });
        let text = |seen: Seen| matches!(seen, Seen::Text | Seen::LongText);
        self == other
            || number(self) && number(other)
            || time(self) && time(other)
            || text(self) && text(other)
    }

    /// The word for its type.
    pub fn word(self) -> &'static str {
        match self {
            Seen::Boolean => "boolean",
            Seen::YesNo => "select",
            Seen::Whole | Seen::Seconds => "number",
            Seen::Decimal { .. } => "decimal",
            Seen::Date { .. } => "date",
            Seen::DateTime { .. } | Seen::Milliseconds => "datetime",
            Seen::Text => FieldKind::Text.name(),
            Seen::LongText => "long_text",
            Seen::Several => "multi_select",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seen::{self, *};

    #[test]
    fn types_widen_in_either_order() {
        let (date, datetime) = (Date { usual: true }, DateTime { usual: false });
        for (one, other, both) in [
            (Whole, Decimal { scale: 2 }, Decimal { scale: 2 }),
            (Decimal { scale: 4 }, Decimal { scale: 2 }, Decimal { scale: 4 }),
            (Whole, Text, Text),
            (Decimal { scale: 2 }, LongText, LongText),
            (date, datetime, DateTime { usual: false }),
            (date, Whole, Text),
            (Boolean, Whole, Text),
            (Milliseconds, Whole, Whole),
            (Several, Text, Text),
        ] {
            assert_eq!((one.and(other), other.and(one)), (both, both), "{one:?} {other:?}");
        }
        let _: Seen = Whole;
    }
}
