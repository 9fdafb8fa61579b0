//! The languages a reader may have.

/// The language of whoever reads: Chinese first, English beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// From a locale text such as `zh_CN.UTF-8`, `en-US` or `C`. Anything that is not English is Chinese; `C` and
    /// `POSIX` say nothing and give `None`.
    pub fn of_locale(locale: &str) -> Option<Lang> {
        let language = locale.split(['_', '-', '.']).next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "" | "c" | "posix" => None,
            "en" => Some(Lang::En),
            _ => Some(Lang::Zh),
        }
    }

    /// The one of two texts that is in this language.
    pub fn choose<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}
