//! A condition over joined rows, with SQL's three values of truth.

use std::cmp::Ordering;
use std::collections::HashSet;

use rust_decimal::Decimal;

use super::column::{Column, Joined, Seen};
use crate::kingdee::cell::{Cell, read_amount};
use crate::kingdee::ledger::Ledger;
use crate::kingdee::local_time::LocalTime;
use crate::kingdee::meta::Kind;

/// A condition, ready to be asked of rows.
#[derive(Debug, Clone)]
pub enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    /// `1=1`, and what compares constants.
    Constant(Option<bool>),
    Compare {
        left: Column,
        sign: Sign,
        right: Right,
    },
    In {
        left: Column,
        among: Among,
    },
    Like {
        left: Column,
        pattern: Vec<char>,
    },
    IsNull(Column),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The right side of a comparison.
#[derive(Debug, Clone)]
pub enum Right {
    Constant(Constant),
    Column(Column),
}

/// A constant, of the type of the column it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    Int(i64),
    Number(Decimal),
    Text(String),
    Time(LocalTime),
}

/// The members of an `in` list.
#[derive(Debug, Clone)]
pub enum Among {
    Ints(HashSet<i64>),
    Texts(HashSet<String>),
    Others(Vec<Constant>),
}

/// What a column holds, as something to compare.
#[derive(Debug, Clone, Copy)]
pub enum Comparable<'a> {
    Int(i64),
    Number(Decimal),
    Text(&'a str),
    Time(LocalTime),
}

impl Constant {
    /// Reads a literal as the type of a column; `None` when it is none of that type.
    pub fn typed(kind: Kind, literal: &str) -> Option<Constant> {
        let whole = || literal.trim().parse().ok().map(Constant::Int);
        match kind {
            Kind::Text | Kind::Words | Kind::Choice(_) | Kind::Flag => {
                Some(Constant::Text(literal.trim_end().to_owned()))
            }
            // An empty text counts as zero, as SQL Server converts it.
            Kind::Int | Kind::Base(_) | Kind::Assistant(_) if literal.trim().is_empty() => {
                Some(Constant::Int(0))
            }
            Kind::Int | Kind::Base(_) | Kind::Assistant(_) => {
                whole().or_else(|| read_amount(literal).map(Constant::Number))
            }
            Kind::Amount => read_amount(literal).map(Constant::Number),
            Kind::Date | Kind::Time => LocalTime::parse(literal).map(Constant::Time),
        }
    }

    fn comparable(&self) -> Comparable<'_> {
        match self {
            Constant::Int(whole) => Comparable::Int(*whole),
            Constant::Number(number) => Comparable::Number(*number),
            Constant::Text(text) => Comparable::Text(text),
            Constant::Time(time) => Comparable::Time(*time),
        }
    }
}

impl<'a> Comparable<'a> {
    /// What was seen, as its column would compare it; `None` is SQL's NULL.
    pub fn of(seen: Seen<'a>, kind: Kind) -> Option<Comparable<'a>> {
        match (seen, kind) {
            (Seen::Null | Seen::NoRow, _) => None,
            (Seen::Int(whole), _) => Some(Comparable::Int(whole)),
            (Seen::Text(text), _) => Some(Comparable::Text(text)),
            (Seen::Cell(cell), Kind::Flag) => {
                Some(Comparable::Text(if *cell == Cell::Flag(true) { "1" } else { "0" }))
            }
            (Seen::Cell(cell), Kind::Text | Kind::Words | Kind::Choice(_)) => {
                Some(Comparable::Text(cell.as_text().trim_end()))
            }
            (Seen::Cell(cell), Kind::Base(_) | Kind::Assistant(_)) => Some(Comparable::Int(cell.reference())),
            (Seen::Cell(Cell::Int(whole)), _) => Some(Comparable::Int(*whole)),
            (Seen::Cell(Cell::Time(time)), _) => Some(Comparable::Time(*time)),
            (Seen::Cell(_), Kind::Date | Kind::Time) => None,
            (Seen::Cell(cell), _) => Some(Comparable::Number(cell.amount())),
        }
    }

    /// How the two compare; `None` when their types have nothing in common.
    pub fn order(self, other: Comparable) -> Option<Ordering> {
        match (self, other) {
            (Comparable::Int(a), Comparable::Int(b)) => Some(a.cmp(&b)),
            (Comparable::Text(a), Comparable::Text(b)) => Some(a.cmp(b)),
            (Comparable::Time(a), Comparable::Time(b)) => Some(a.cmp(&b)),
            (a, b) => Some(a.number()?.cmp(&b.number()?)),
        }
    }

    fn number(self) -> Option<Decimal> {
        match self {
            Comparable::Int(whole) => Some(Decimal::from(whole)),
            Comparable::Number(number) => Some(number),
            Comparable::Text(_) | Comparable::Time(_) => None,
        }
    }
}

impl Sign {
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Sign::Equal => order.is_eq(),
            Sign::Unequal => order.is_ne(),
            Sign::Less => order.is_lt(),
            Sign::LessOrEqual => order.is_le(),
            Sign::Greater => order.is_gt(),
            Sign::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Among {
    fn holds(&self, value: Comparable) -> bool {
        match (self, value) {
            (Among::Ints(set), Comparable::Int(whole)) => set.contains(&whole),
            (Among::Texts(set), Comparable::Text(text)) => set.contains(text),
            (Among::Others(list), value) => {
                list.iter().any(|one| value.order(one.comparable()) == Some(Ordering::Equal))
            }
            _ => false,
        }
    }
}

impl Expression {
    /// Whether it is true of a row; `None` is SQL's unknown, which a query treats as no.
    pub fn holds(&self, ledger: &Ledger, joined: Joined) -> Option<bool> {
        let see = |column: &Column| Comparable::of(column.value(ledger, joined), column.kind());
        match self {
            Expression::Constant(truth) => *truth,
            Expression::All(each) => combine(each.iter().map(|one| one.holds(ledger, joined)), false),
            Expression::Any(each) => combine(each.iter().map(|one| one.holds(ledger, joined)), true),
            Expression::Not(inner) => inner.holds(ledger, joined).map(|truth| !truth),
            Expression::Compare { left, sign, right } => {
                let right = match right {
                    Right::Constant(constant) => constant.comparable(),
                    Right::Column(column) => see(column)?,
                };
                Some(sign.holds(see(left)?.order(right)?))
            }
            Expression::In { left, among } => Some(among.holds(see(left)?)),
            Expression::Like { left, pattern } => match see(left)? {
                Comparable::Text(text) => Some(like(&text.chars().collect::<Vec<char>>(), pattern)),
                _ => Some(false),
            },
            Expression::IsNull(column) => Some(see(column).is_none()),
        }
    }

    /// Calls back with every column of the condition.
    pub fn columns(&self, each: &mut impl FnMut(&Column)) {
        match self {
            Expression::All(list) | Expression::Any(list) => {
                list.iter().for_each(|one| one.columns(each));
            }
            Expression::Not(inner) => inner.columns(each),
            Expression::Constant(_) => {}
            Expression::Compare { left, right, .. } => {
                each(left);
                if let Right::Column(column) = right {
                    each(column);
                }
            }
            Expression::In { left, .. } | Expression::Like { left, .. } | Expression::IsNull(left) => {
                each(left)
            }
        }
    }
}

/// And (`decisive` false) or or (`decisive` true) of three-valued truths.
fn combine(truths: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for truth in truths {
        match truth {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(!decisive) }
}

/// SQL's `like`: `%` is any text, `_` any one character.
fn like(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut in_pattern) = (0, 0);
    // Where to go on when the text after the last `%` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                retry = Some((in_pattern + 1, at));
                in_pattern += 1;
            }
            Some(c) if *c == '_' || *c == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match retry {
                Some((pattern_at, text_at)) => {
                    retry = Some((pattern_at, text_at + 1));
                    (in_pattern, at) = (pattern_at, text_at + 1);
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|c| *c == '%')
}
