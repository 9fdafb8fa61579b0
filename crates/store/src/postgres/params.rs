//! Parameters as columns: what a batch hands over is one array for each column, and one statement for all rows.

use std::borrow::Cow;

use model::Hash;

/// A column of texts.
pub(crate) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Cow<'t, str>> {
    texts.into_iter().map(text).collect()
}

/// A column of texts that may be absent.
pub(crate) fn some_texts<'t>(texts: impl IntoIterator<Item = Option<&'t str>>) -> Vec<Option<Cow<'t, str>>> {
    texts.into_iter().map(|value| value.map(text)).collect()
}

/// The text as the server takes it. It has no text with a null character; the sign for one takes its place.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "\u{2400}")),
        false => Cow::Borrowed(text),
    }
}

/// The bytes of a hash.
pub(crate) fn bytes(hash: Option<Hash>) -> Option<Vec<u8>> {
    hash.map(|hash| hash.to_bytes().to_vec())
}
