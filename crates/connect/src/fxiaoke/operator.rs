//! The operator: on whose behalf the CRM is called. What the operator may not see or edit, we may not
//! (`protocols/fxiaoke.md §2.2`), so it should be a CRM administrator.
//!
//! Most forms name an administrator by mobile number, as every public client does (`§5`); the id found is kept with
//! the token and looked up again with the next one.

use contract::connector::Refusal;
use contract::wire::Token;
use model::{AnswerClass, Cause, Hash};

use super::call::Session;
use super::person;
use super::settings::Style;
use super::sign_in::{self, Credentials};

/// The token with the operator: from the settings, from the token's parts, or by looking the administrator up.
pub(super) async fn credentials(session: &Session<'_>) -> Result<Credentials, Refusal> {
    let token = sign_in::token(session).await?;
    if let Some(operator) = &session.settings.operator {
        return Ok(Credentials { token, operator: Some(operator.clone()) });
    }
    let Some(mobile) = &session.settings.admin_mobile else {
        return Err(Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.operator_missing")));
    };
    let part = format!("operator.{}", Hash::of_text(mobile));
    if let Some(operator) = token.part(&part) {
        let operator = Some(operator.to_owned());
        return Ok(Credentials { token, operator });
    }
    let operator = lookup(session, mobile).await?;
    // The look-up may have renewed the token.
    let token = sign_in::token(session).await?;
    keep_with(session, &token, part, &operator).await;
    Ok(Credentials { token, operator: Some(operator) })
}

/// The administrator's id in the form that the style wants: an open user id, or an employee's number (`§2.2`). If the
/// address book answers the new style with an open user id, the staff list of the CRM is asked.
async fn lookup(session: &Session<'_>, mobile: &str) -> Result<String, Refusal> {
    let found = match (person::by_mobile(session, mobile).await?, session.settings.style) {
        (Some(id), Style::OAuth) if !id.bytes().all(|byte| byte.is_ascii_digit()) => {
            person::number_by_mobile(session, mobile).await?
        }
        (found, _) => found,
    };
    found.ok_or_else(|| Refusal::new(AnswerClass::Config, Cause::new("fxiaoke.operator_not_found")))
}

/// Keeps the id with the token, unless the token has been renewed meanwhile.
async fn keep_with(session: &Session<'_>, token: &Token, part: String, operator: &str) {
    let (tokens, scope) = (session.wire.tokens(), session.settings.scope());
    let _alone = tokens.single_flight(&scope).await;
    if let Some(mut current) = tokens.recall(&scope).await.filter(|current| current.secret == token.secret) {
        current.with.retain(|(name, _)| *name != part);
        current.with.push((part, operator.to_owned()));
        tokens.keep(&scope, current).await;
    }
}
