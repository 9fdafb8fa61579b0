//! Filter strings: the user's condition and ours in one text, without one reaching into the other.
//!
//! K/3 takes a fragment of SQL (`protocols/kingdee.md §5.5`): literals in single quotes, a quote inside doubled. Every
//! condition goes into parentheses of its own, and a text whose quotes or parentheses do not balance, or that could
//! end the condition, is refused before anything is sent.

use model::Cause;

/// The user's condition, if it can stand safely beside others.
///
/// # Errors
/// `kingdee.filter_quote`, `kingdee.filter_parenthesis`, `kingdee.filter_forbidden` (`;`, `--`, `/*` outside a
/// literal) or `kingdee.filter_array` (the array form, which cannot be combined).
pub fn checked(filter: &str) -> Result<&str, Cause> {
    let filter = filter.trim();
    if filter.starts_with('[') {
        return Err(Cause::new("kingdee.filter_array"));
    }
    let mut depth = 0_i64;
    let mut in_literal = false;
    let bytes = filter.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1);
        match (byte, next) {
            // A doubled quote inside a literal leaves it and enters it again at once.
            (b'\'', _) => in_literal = !in_literal,
            _ if in_literal => {}
            (b'(', _) => depth += 1,
            (b')', _) => depth -= 1,
            (b';', _) => return Err(forbidden(filter, ";")),
            (b'-', Some(b'-')) => return Err(forbidden(filter, "--")),
            (b'/', Some(b'*')) => return Err(forbidden(filter, "/*")),
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    if in_literal {
        return Err(Cause::new("kingdee.filter_quote").with("filter", filter));
    }
    if depth != 0 {
        return Err(Cause::new("kingdee.filter_parenthesis").with("filter", filter));
    }
    Ok(filter)
}

fn forbidden(filter: &str, sign: &str) -> Cause {
    Cause::new("kingdee.filter_forbidden").with("filter", filter).with("sign", sign)
}

/// A text as a literal: quoted, with quotes inside doubled.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An id as a literal: whole numbers plain, anything else quoted.
pub fn id_literal(id: &str) -> String {
    match !id.is_empty() && id.len() <= 18 && id.bytes().all(|byte| byte.is_ascii_digit()) {
        true => id.to_owned(),
        false => literal(id),
    }
}

/// The filter and conditions that ask for these texts; `None` where one is about no field of K/3, whose keys begin with F. What
/// K/3 takes for the same without regard to case or width is looked at again by whoever asks.
pub fn narrowed(user: Option<&str>, equal: &[(String, String)]) -> Option<String> {
    let is_key = |key: &str| {
        key.starts_with('F') && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if equal.is_empty() || !equal.iter().all(|(key, _)| is_key(key)) {
        return None;
    }
    let asked: Vec<String> = equal.iter().map(|(key, value)| format!("{key} = {}", literal(value))).collect();
    Some(all(user.into_iter().chain(asked.iter().map(String::as_str))))
}

/// All of the conditions that are not blank, each in parentheses; empty when there are none.
pub fn all<'a>(conditions: impl IntoIterator<Item = &'a str>) -> String {
    joined(conditions, " and ")
}

/// Any of the conditions that are not blank, each in parentheses; empty when there are none.
pub fn any<'a>(conditions: impl IntoIterator<Item = &'a str>) -> String {
    joined(conditions, " or ")
}

fn joined<'a>(conditions: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let parts: Vec<String> = conditions
        .into_iter()
        .filter(|condition| !condition.trim().is_empty())
        .map(|condition| format!("({condition})"))
        .collect();
    parts.join(word)
}

/// `field in (…)` for ids.
pub fn ids(field: &str, ids: &[String]) -> String {
    let list: Vec<String> = ids.iter().map(|id| id_literal(id)).collect();
    format!("{field} in ({})", list.join(","))
}

/// `field in (…)` for texts.
pub fn texts<'a>(field: &str, texts: impl IntoIterator<Item = &'a str>) -> String {
    let list: Vec<String> = texts.into_iter().map(literal).collect();
    format!("{field} in ({})", list.join(","))
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    /// What a server's own scanner sees at a place: whether it is inside a literal, and how deep in parentheses.
    fn state_at(text: &str, place: usize) -> (bool, i64) {
        text[..place].chars().fold((false, 0), |(in_literal, depth), sign| match sign {
            '\'' => (!in_literal, depth),
            '(' if !in_literal => (in_literal, depth + 1),
            ')' if !in_literal => (in_literal, depth - 1),
            _ => (in_literal, depth),
        })
    }

    proptest! {
        #[test]
        fn whatever_is_taken_leaves_our_condition_outside(filter in "[a'();/*=桥 -]{0,24}", value in "[a'() 桥;-]{0,12}") {
            let Ok(user) = checked(&filter) else { return Ok(()) };
            let ours = format!("FNumber = {}", literal(&value));
            let both = all([user, ours.as_str()]);
            let place = both.rfind(&format!("({ours})")).unwrap();
            prop_assert_eq!(state_at(&both, place), (false, 0), "{}", both);
            prop_assert_eq!(state_at(&both, both.len()), (false, 0), "{}", both);
        }
    }

    #[test]
    fn conditions_of_users_are_taken_as_they_are() {
        for filter in [
            "FForbidStatus = 'A'",
            "FName like '%机械%' and (FUseOrgId.FNumber in ('100','603') or FIsTrade = 1)",
            "FName = 'O''Neil; -- not a comment (('",
            "FModifyDate >= {ts'2026-06-01 08:30:00'}",
            "FQty - 1 > 0",
            " ",
        ] {
            assert_eq!(checked(filter), Ok(filter.trim()), "{filter}");
        }
    }

    #[test]
    fn what_could_reach_into_our_condition_is_refused() {
        for (filter, code) in [
            ("FName = '张三", "kingdee.filter_quote"),
            ("FName = 'O'Neil'", "kingdee.filter_quote"),
            ("FName = '''", "kingdee.filter_quote"),
            ("1=1) or (1=1", "kingdee.filter_parenthesis"),
            ("(FName = '甲'", "kingdee.filter_parenthesis"),
            ("FName = '甲')", "kingdee.filter_parenthesis"),
            (")(", "kingdee.filter_parenthesis"),
            ("1=1; delete from T_BD_CUSTOMER", "kingdee.filter_forbidden"),
            ("1=1 -- ", "kingdee.filter_forbidden"),
            ("1=1 /* */", "kingdee.filter_forbidden"),
            ("[{\"Left\":\"(\",\"FieldName\":\"FNumber\"}]", "kingdee.filter_array"),
        ] {
            assert_eq!(
                checked(filter).map_err(|cause| cause.code.into_owned()),
                Err(code.into()),
                "{filter}"
            );
        }
    }

    #[test]
    fn values_cannot_leave_their_quotes() {
        assert_eq!(literal("O'Neil 商贸"), "'O''Neil 商贸'");
        assert_eq!(literal("' or '1'='1"), "''' or ''1''=''1'");
        assert_eq!(ids("FCUSTID", &["100321".into(), "1 or 1".into()]), "FCUSTID in (100321,'1 or 1')");
        assert_eq!(texts("FNumber", ["C1", "C'2"]), "FNumber in ('C1','C''2')");
    }

    #[test]
    fn conditions_are_joined_in_parentheses_and_blank_ones_left_out() {
        assert_eq!(all(["a = 1 or b = 2", "", "c = 3"]), "(a = 1 or b = 2) and (c = 3)");
        assert_eq!(any(["a = 1", "b = 2"]), "(a = 1) or (b = 2)");
        assert_eq!(all([" "]), "");
    }
}
