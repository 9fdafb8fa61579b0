//! The company's days: weekdays with office hours, in China's time, counted from the world's beginning (a Monday, 9:00).

use std::time::Duration;

use model::Timestamp;

use crate::chance::Dice;
use crate::clock::BEGINNING;
use contract::Chance;

const HOUR: i64 = 3_600_000;
/// The hour at which the world begins.
const OPENING: i64 = 9;
const CLOSING: i64 = 18;

/// A day, from 0; 5 and 6 of each seven are Saturday and Sunday.
pub type Day = i64;

pub fn is_working(day: Day) -> bool {
    day.rem_euclid(7) < 5
}

/// The day of a moment.
pub fn day_of(at: Timestamp) -> Day {
    (at.0 - midnight(0).0).div_euclid(24 * HOUR)
}

/// The first working day, so many days later at the earliest.
pub fn working_day_after(day: Day, days: i64) -> Day {
    let mut day = day + days;
    while !is_working(day) {
        day += 1;
    }
    day
}

/// A time of day.
pub fn at(day: Day, hour: i64, minute: i64) -> Timestamp {
    Timestamp(midnight(day).0 + hour * HOUR + minute * 60_000)
}

/// Some moment of the office hours of that day.
pub fn in_office(day: Day, dice: &Dice) -> Timestamp {
    let open_ms = (CLOSING - OPENING) * HOUR;
    Timestamp(at(day, OPENING, 0).0 + dice.below(open_ms as u64) as i64)
}

/// So much later, but before the office closes.
pub fn later_that_day(moment: Timestamp, by: Duration) -> Timestamp {
    let closing = at(day_of(moment), CLOSING, 0);
    (moment + by).min(closing)
}

fn midnight(day: Day) -> Timestamp {
    Timestamp(BEGINNING.0 - OPENING * HOUR + day * 24 * HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_begins_on_a_monday_morning() {
        assert_eq!(day_of(BEGINNING), 0);
        assert_eq!(at(0, 9, 0), BEGINNING);
        assert_eq!((0..8).filter(|day| is_working(*day)).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 7]);
    }

    #[test]
    fn work_that_falls_on_a_weekend_is_done_on_monday() {
        for (day, days, expected) in [(0, 1, 1), (4, 1, 7), (4, 2, 7), (4, 3, 7), (4, 0, 4)] {
            assert_eq!(working_day_after(day, days), expected, "{day} + {days}");
        }
    }

    #[test]
    fn office_hours_are_kept() {
        let dice = Dice::new(7);
        for _ in 0..1000 {
            let moment = in_office(3, &dice);
            assert!(moment >= at(3, 9, 0) && moment < at(3, 18, 0));
            assert!(later_that_day(moment, Duration::from_secs(20_000)) <= at(3, 18, 0));
        }
    }
}
