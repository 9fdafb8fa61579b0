//! Whether a field takes images or files of any kind: the two hold entries of different shapes, and only the object's
//! description tells which it is (`protocols/fxiaoke.md §4.3`). What was described is remembered for an hour, by app, object
//! and field; losing it costs a call and nothing else.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::connector::Refusal;
use model::Timestamp;

use super::super::call::Session;
use super::super::describe;

const KEPT: Duration = Duration::from_secs(3600);

/// The types of fields of images.
const IMAGES: [&str; 2] = ["image", "signature"];

/// Which fields take images, by app, object and field.
#[derive(Debug, Default)]
pub(in super::super) struct FileKinds(Mutex<BTreeMap<[String; 3], (Timestamp, bool)>>);

impl FileKinds {
    /// Whether the field takes images only. A field that is not described takes anything.
    ///
    /// # Errors
    /// What the description was refused with.
    pub(super) async fn takes_images(
        &self,
        session: &Session<'_>,
        object: &str,
        field: &str,
    ) -> Result<bool, Refusal> {
        let now = session.wire.clock().now();
        let place = [session.settings.scope(), object.to_owned(), field.to_owned()];
        if let Some((until, takes_images)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place)
            && now < *until
        {
            return Ok(*takes_images);
        }
        let description = describe::object(session, object).await?;
        let described = description.fields.iter().find(|described| described.name == field);
        let takes_images = described.is_some_and(|field| IMAGES.contains(&&*field.kind));
        let kept = (now + KEPT, takes_images);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, kept);
        Ok(takes_images)
    }
}
