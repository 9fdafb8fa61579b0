//! Telling people of alerts (告警).

use model::Map;

/// What people are to be told, in plain words. A connector that can tell people makes a notice of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bulletin<'a> {
    /// One line.
    pub title: &'a str,
    /// Lines of plain text.
    pub text: &'a str,
    /// The same for programs, as JSON text.
    pub body: &'a str,
    /// Ids of people in the system; empty where whoever listens is told.
    pub users: &'a [String],
    /// Mobile numbers of people.
    pub mobiles: &'a [String],
    /// E-mail addresses.
    pub emails: &'a [String],
}

impl Bulletin<'_> {
    /// The text in at most so many bytes; cut off between two characters, with a sign of it, where it has more.
    pub fn text_within(&self, bytes: usize) -> String {
        const CUT: &str = "\n…";
        if self.text.len() <= bytes {
            return self.text.to_owned();
        }
        let most = bytes.saturating_sub(CUT.len());
        let end = (0..=most).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or_default();
        format!("{}{CUT}", &self.text[..end])
    }
}

/// The notice that tells it.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The kind of message, as [`super::Notice::object`].
    pub object: &'static str,
    pub document: Map<'static>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let bulletin = Bulletin { text: "三条订单失败", ..Bulletin::default() };
        assert_eq!(bulletin.text_within(18), "三条订单失败");
        assert_eq!(bulletin.text_within(17), "三条订单\n…");
        assert_eq!(bulletin.text_within(4), "\n…");
    }
}
