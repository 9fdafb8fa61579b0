//! What becomes of an order: it is edited or voided soon, or delivered and paid.

use std::time::Duration;

use contract::Chance;
use model::Timestamp;

use super::calendar::{Day, at, day_of, in_office, later_that_day, working_day_after};
use super::desk::{Act, Share};
use crate::chance::Dice;

/// The lorries leave at eleven and at half past four; the warehouse posts everything that goes with one.
const LORRIES: &[(i64, i64)] = &[(11, 0), (16, 30)];

/// What happens to an order after it was made. Nobody edits what has left the house or delivers what was voided.
pub fn of_order(order: usize, made: Timestamp, dice: &Dice) -> Vec<(Timestamp, Act)> {
    let mut acts = Vec::new();
    let day = day_of(made);
    if dice.percent(12) {
        let after = Duration::from_secs(600 + dice.below(4 * 3600));
        acts.push((later_that_day(made, after), Act::Edit(order)));
    }
    if dice.percent(3) {
        acts.push((in_office(working_day_after(day, 1), dice), Act::Void(order)));
        return acts;
    }
    let first = working_day_after(day, 1 + dice.below(7) as i64);
    if !dice.percent(20) {
        acts.push((with_a_lorry(first, dice), Act::Deliver(order, Share::All)));
        acts.extend(payments(order, first, dice));
        return acts;
    }
    let last = working_day_after(first, 1 + dice.below(4) as i64);
    acts.push((with_a_lorry(first, dice), Act::Deliver(order, Share::First)));
    acts.push((with_a_lorry(last, dice), Act::Deliver(order, Share::Rest)));
    acts.extend(payments(order, last, dice));
    acts
}

fn with_a_lorry(day: Day, dice: &Dice) -> Timestamp {
    let (hour, minute) = *dice.pick(LORRIES);
    at(day, hour, minute)
}

/// Accounting enters in the morning what the bank's statement says, some weeks after the goods have left.
fn payments(order: usize, delivered: Day, dice: &Dice) -> Vec<(Timestamp, Act)> {
    let paid = |after: i64, share| (at(working_day_after(delivered, after), 9, 30), Act::Pay(order, share));
    let first = 2 + dice.below(20) as i64;
    match dice.percent(10) {
        true => vec![paid(first, Share::First), paid(first + 7, Share::Rest)],
        false => vec![paid(first, Share::All)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::BEGINNING;

    #[test]
    fn nobody_edits_what_has_left_or_delivers_what_was_voided() {
        let dice = Dice::new(11);
        let (mut voided, mut parted) = (0, 0);
        for order in 0..2_000 {
            let acts = of_order(order, BEGINNING + Duration::from_secs(7_200), &dice);
            let times = |is: fn(&Act) -> bool| {
                acts.iter().filter(|(_, act)| is(act)).map(|(at, _)| *at).collect::<Vec<_>>()
            };
            let left = times(|act| matches!(act, Act::Deliver(..)));
            let edited = times(|act| matches!(act, Act::Edit(_)));
            let is_void = !times(|act| matches!(act, Act::Void(_))).is_empty();
            assert!(edited.iter().all(|edited| left.iter().all(|left| edited < left)));
            assert_eq!(is_void, left.is_empty());
            voided += u32::from(is_void);
            parted += u32::from(left.len() == 2);
        }
        assert!((30..100).contains(&voided) && (300..500).contains(&parted), "{voided} {parted}");
    }
}
