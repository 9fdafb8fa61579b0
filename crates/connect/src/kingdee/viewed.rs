//! Documents by id where a query cannot name every field: hidden fields are in the viewed object only
//! (`protocols/kingdee.md §5.2`).

use contract::connector::{Found, Refusal};
use model::Path;

use super::call::Api;
use super::form::Form;
use super::operations;
use super::reading::Reading;

/// The refusal for a field that a query may not name.
pub const FIELD_UNKNOWN: &str = "kingdee.field_unknown";

/// The documents of these ids. Fields of the head that no query can name are read by a View of each document.
///
/// # Errors
/// What the server answered; [`FIELD_UNKNOWN`] for a field that the viewed object does not have either.
pub async fn get(
    api: &Api<'_>,
    form: &Form,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<Found>, Refusal> {
    let mut asked = fields.to_vec();
    let mut viewed: Vec<String> = Vec::new();
    let mut last = None;
    let found = loop {
        match Reading::new(api, form, &asked).await.get(ids).await {
            Ok(found) => break found,
            Err(refusal) if refusal.cause.code == FIELD_UNKNOWN => {
                let named = refusal.cause.param("field").unwrap_or_default();
                let is_named =
                    |field: &String| Path::parse(field).is_some_and(|path| same_field(path.first(), named));
                let Some(at) = asked.iter().position(is_named) else { return Err(refusal) };
                viewed.push(asked.remove(at));
                last = Some(refusal);
            }
            Err(refusal) => return Err(refusal),
        }
    };
    match last {
        Some(refusal) => with_viewed(api, form, found, &viewed, &refusal).await,
        None => Ok(found),
    }
}

/// The message names the column that was asked for, with or without its member.
fn same_field(field: &str, named: &str) -> bool {
    field.eq_ignore_ascii_case(named)
        || field.eq_ignore_ascii_case(named.split('.').next().unwrap_or_default())
}

async fn with_viewed(
    api: &Api<'_>,
    form: &Form,
    mut found: Vec<Found>,
    viewed: &[String],
    refusal: &Refusal,
) -> Result<Vec<Found>, Refusal> {
    for document in &mut found {
        let Some(object) = operations::view(api, &form.object, &document.id).await? else { continue };
        for field in viewed {
            let Some(path) = Path::parse(field) else { continue };
            let value = operations::viewed_field(&object, path.first()).ok_or_else(|| refusal.clone())?;
            document.body.set(path.first().to_owned(), value);
        }
    }
    Ok(found)
}
