//! Reads a FilterString: T-SQL-like boolean text over field keys (`protocols/kingdee.md §5.5`).

use super::column::Column;
use super::expression::{Among, Comparable, Constant, Expression, Right, Sign};
use super::lexer::{Token, tokens};
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::local_time::LocalTime;
use crate::kingdee::meta::Kind;

/// Nesting deeper than this is refused, as the server's own parser would give up.
const MAX_DEPTH: usize = 64;

/// Reads a condition; an empty text is none.
pub fn parse(form: &'static FormMeta, text: &str, now: LocalTime) -> Result<Option<Expression>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let tokens = tokens(text).ok_or_else(|| bad(text))?;
    let mut parser = Parser { form, text, now, tokens, at: 0, depth: 0 };
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(Some(expression)),
        Some(_) => Err(bad(text)),
    }
}

fn bad(text: &str) -> Fault {
    Fault::new(Code::Exception, format!("GetRealExpress error，过滤条件解析失败：{text}"))
}

struct Parser<'t> {
    form: &'static FormMeta,
    text: &'t str,
    now: LocalTime,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// One side of a comparison.
enum Operand {
    Column(Column),
    Literal(String),
    Now,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn bad(&self) -> Fault {
        bad(self.text)
    }

    fn take(&mut self) -> Result<Token, Fault> {
        let token = self.peek().cloned().ok_or_else(|| self.bad())?;
        self.at += 1;
        Ok(token)
    }

    /// Passes over a token if it is the next one.
    fn pass(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// Passes over a keyword if it is the next word.
    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), Fault> {
        if self.pass(token) { Ok(()) } else { Err(self.bad()) }
    }

    fn any(&mut self) -> Result<Expression, Fault> {
        let mut each = vec![self.all()?];
        while self.keyword("or") {
            each.push(self.all()?);
        }
        Ok(if each.len() == 1 { each.remove(0) } else { Expression::Any(each) })
    }

    fn all(&mut self) -> Result<Expression, Fault> {
        let mut each = vec![self.one()?];
        while self.keyword("and") {
            each.push(self.one()?);
        }
        Ok(if each.len() == 1 { each.remove(0) } else { Expression::All(each) })
    }

    fn one(&mut self) -> Result<Expression, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.bad());
        }
        let one = if self.keyword("not") {
            Expression::Not(Box::new(self.one()?))
        } else if self.pass(&Token::Open) {
            let inner = self.any()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.predicate()?
        };
        self.depth -= 1;
        Ok(one)
    }

    fn predicate(&mut self) -> Result<Expression, Fault> {
        let left = self.operand()?;
        if let Some(Token::Sign(sign)) = self.peek() {
            let sign = read_sign(sign);
            self.at += 1;
            let right = self.operand()?;
            return self.compare(left, sign, right);
        }
        let Operand::Column(left) = left else { return Err(self.bad()) };
        if self.keyword("is") {
            let negated = self.keyword("not");
            return match self.keyword("null") {
                true => Ok(negate(negated, Expression::IsNull(left))),
                false => Err(self.bad()),
            };
        }
        let negated = self.keyword("not");
        let predicate = if self.keyword("like") {
            let pattern = self.literal()?.chars().collect();
            Expression::Like { left, pattern }
        } else if self.keyword("in") {
            let among = self.among(left.kind())?;
            Expression::In { left, among }
        } else if self.keyword("between") {
            self.between(left)?
        } else {
            return Err(self.bad());
        };
        Ok(negate(negated, predicate))
    }

    fn between(&mut self, left: Column) -> Result<Expression, Fault> {
        let low = self.operand()?;
        if !self.keyword("and") {
            return Err(self.bad());
        }
        let high = self.operand()?;
        let above = self.compare(Operand::Column(left.clone()), Sign::GreaterOrEqual, low)?;
        let below = self.compare(Operand::Column(left), Sign::LessOrEqual, high)?;
        Ok(Expression::All(vec![above, below]))
    }

    fn operand(&mut self) -> Result<Operand, Fault> {
        match self.take()? {
            Token::Text(text) | Token::Number(text) => Ok(Operand::Literal(text)),
            Token::Word(word) if self.pass(&Token::Open) => {
                self.expect(&Token::Close)?;
                match word.eq_ignore_ascii_case("getdate") {
                    true => Ok(Operand::Now),
                    false => Err(self.bad()),
                }
            }
            Token::Word(word) if is_keyword(&word) => Err(self.bad()),
            Token::Word(word) => Column::resolve(self.form, &word).map(Operand::Column),
            _ => Err(self.bad()),
        }
    }

    fn literal(&mut self) -> Result<String, Fault> {
        match self.take()? {
            Token::Text(text) | Token::Number(text) => Ok(text),
            _ => Err(self.bad()),
        }
    }

    fn among(&mut self, kind: Kind) -> Result<Among, Fault> {
        self.expect(&Token::Open)?;
        let mut members = Vec::new();
        loop {
            let literal = self.literal()?;
            members.push(self.typed(kind, &literal)?);
            match self.take()? {
                Token::Comma => {}
                Token::Close => return Ok(among(members)),
                _ => return Err(self.bad()),
            }
        }
    }

    fn typed(&self, kind: Kind, literal: &str) -> Result<Constant, Fault> {
        Constant::typed(kind, literal).ok_or_else(|| match kind {
            Kind::Date | Kind::Time => Fault::new(Code::Database, "从字符串转换日期和/或时间时，转换失败。"),
            _ => {
                Fault::new(Code::Database, format!("在将 varchar 值 '{literal}' 转换成数据类型 int 时失败。"))
            }
        })
    }

    fn compare(&self, left: Operand, sign: Sign, right: Operand) -> Result<Expression, Fault> {
        match (left, right) {
            (Operand::Column(left), Operand::Literal(text)) => {
                let right = Right::Constant(self.typed(left.kind(), &text)?);
                Ok(Expression::Compare { left, sign, right })
            }
            (Operand::Column(left), Operand::Now) => {
                Ok(Expression::Compare { left, sign, right: Right::Constant(Constant::Time(self.now)) })
            }
            (Operand::Column(left), Operand::Column(right)) => {
                Ok(Expression::Compare { left, sign, right: Right::Column(right) })
            }
            (left, Operand::Column(right)) => self.compare(Operand::Column(right), mirrored(sign), left),
            (Operand::Literal(left), Operand::Literal(right)) => {
                Ok(Expression::Constant(constants(&left, sign, &right)))
            }
            _ => Err(self.bad()),
        }
    }
}

fn is_keyword(word: &str) -> bool {
    ["and", "or", "not", "in", "like", "is", "null", "between"]
        .iter()
        .any(|one| word.eq_ignore_ascii_case(one))
}

fn negate(negated: bool, expression: Expression) -> Expression {
    if negated { Expression::Not(Box::new(expression)) } else { expression }
}

fn read_sign(sign: &str) -> Sign {
    match sign {
        "=" => Sign::Equal,
        "<" => Sign::Less,
        "<=" => Sign::LessOrEqual,
        ">" => Sign::Greater,
        ">=" => Sign::GreaterOrEqual,
        _ => Sign::Unequal,
    }
}

fn mirrored(sign: Sign) -> Sign {
    match sign {
        Sign::Less => Sign::Greater,
        Sign::LessOrEqual => Sign::GreaterOrEqual,
        Sign::Greater => Sign::Less,
        Sign::GreaterOrEqual => Sign::LessOrEqual,
        same => same,
    }
}

/// Two literals: as numbers when both are, else as texts.
fn constants(left: &str, sign: Sign, right: &str) -> Option<bool> {
    let number = |text: &str| crate::kingdee::cell::read_amount(text);
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => Comparable::Number(left).order(Comparable::Number(right)),
        _ => Comparable::Text(left.trim_end()).order(Comparable::Text(right.trim_end())),
    };
    order.map(|order| sign.holds(order))
}

/// The list in the form that is fastest to ask.
fn among(members: Vec<Constant>) -> Among {
    let ints = members.iter().map(|one| match one {
        Constant::Int(whole) => Some(*whole),
        _ => None,
    });
    if let Some(ints) = ints.collect() {
        return Among::Ints(ints);
    }
    let texts = members.iter().map(|one| match one {
        Constant::Text(text) => Some(text.clone()),
        _ => None,
    });
    match texts.collect() {
        Some(texts) => Among::Texts(texts),
        None => Among::Others(members),
    }
}
