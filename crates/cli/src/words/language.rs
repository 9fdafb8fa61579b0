//! Which language the reader has. It is needed before the command line is parsed, for the help.

use std::ffi::OsString;

use model::Lang;

use crate::config::surroundings::variable;

/// `--lang`, else `QIAO_LANG`, else the locale, else Chinese.
pub fn of(arguments: &[OsString]) -> Lang {
    let said = said(arguments).or_else(|| variable("QIAO_LANG"));
    if let Some(lang) = said.and_then(|text| Lang::of_locale(&text)) {
        return lang;
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
    locale.and_then(|locale| Lang::of_locale(&locale)).unwrap_or_default()
}

fn said(arguments: &[OsString]) -> Option<String> {
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let together = texts.iter().find_map(|text| text.strip_prefix("--lang="));
    let apart = texts.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    together.or(apart).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_wins_wherever_it_stands() {
        for (line, expected) in [
            (vec!["qiao", "--lang", "en", "serve"], Lang::En),
            (vec!["qiao", "serve", "--lang=zh"], Lang::Zh),
            (vec!["qiao", "trace", "KH000123", "--lang=en"], Lang::En),
        ] {
            let line: Vec<OsString> = line.into_iter().map(OsString::from).collect();
            assert_eq!(of(&line), expected);
        }
    }
}
