//! Cuts a FilterString into its words (`protocols/kingdee.md §5.5`).

/// One word of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A field key, a function or a keyword.
    Word(String),
    Text(String),
    Number(String),
    /// A comparison.
    Sign(&'static str),
    Open,
    Close,
    Comma,
}

/// The words of a text; `None` when something in it belongs to no word, such as an unclosed quote.
pub fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(first, rest)?;
        out.push(token);
        rest = rest[length..].trim_start();
    }
    Some(out)
}

fn token(first: char, rest: &str) -> Option<(Token, usize)> {
    match first {
        '(' => Some((Token::Open, 1)),
        ')' => Some((Token::Close, 1)),
        ',' => Some((Token::Comma, 1)),
        '\'' => quoted(rest).map(|(text, length)| (Token::Text(text), length)),
        '{' => moment(rest),
        '0'..='9' | '-' => number(rest),
        '<' | '>' | '=' | '!' => sign(rest),
        'N' | 'n' if rest[1..].starts_with('\'') => {
            quoted(&rest[1..]).map(|(text, length)| (Token::Text(text), length + 1))
        }
        _ if first.is_alphabetic() || first == '_' => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
            let length = end.unwrap_or(rest.len());
            Some((Token::Word(rest[..length].to_owned()), length))
        }
        _ => None,
    }
}

/// A text in single quotes, in which a doubled quote is one.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' if matches!(characters.peek(), Some((_, '\''))) => {
                characters.next();
                text.push('\'');
            }
            '\'' => return Some((text, at + 1)),
            _ => text.push(character),
        }
    }
    None
}

/// `{ts'2026-06-01 08:30:00'}` and `{d'…'}`.
fn moment(rest: &str) -> Option<(Token, usize)> {
    let quote = rest.find('\'')?;
    let kind = rest[1..quote].trim();
    if !kind.eq_ignore_ascii_case("ts") && !kind.eq_ignore_ascii_case("d") {
        return None;
    }
    let (text, length) = quoted(&rest[quote..])?;
    let after = &rest[quote + length..];
    let close = after.find('}')?;
    after[..close].trim().is_empty().then_some((Token::Text(text), quote + length + close + 1))
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let digits = usize::from(rest.starts_with('-'));
    let end = rest[digits..].find(|c: char| !(c.is_ascii_digit() || c == '.'));
    let length = end.map_or(rest.len(), |end| digits + end);
    (length > digits).then(|| (Token::Number(rest[..length].to_owned()), length))
}

fn sign(rest: &str) -> Option<(Token, usize)> {
    ["<>", "!=", ">=", "<=", "=", ">", "<"]
        .into_iter()
        .find(|sign| rest.starts_with(sign))
        .map(|sign| (Token::Sign(sign), sign.len()))
}
