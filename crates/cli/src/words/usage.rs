//! What is wrong with a command line, as a cause with a sentence.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use model::Cause;

/// The parser's error as a cause of ours. `None` for what is no error: help and version.
pub fn cause(error: &Error) -> Option<Cause> {
    let said = |kind: ContextKind| context(error, kind);
    let invalid = said(ContextKind::InvalidArg).unwrap_or_default();
    Some(match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => {
            with_nearest(error, Cause::new("cli.usage.unknown").with("argument", invalid))
        }
        ErrorKind::InvalidSubcommand => {
            let command = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            with_nearest(error, Cause::new("cli.usage.command").with("command", command))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue).unwrap_or_default();
            if value.is_empty() {
                return Some(Cause::new("cli.usage.value_missing").with("argument", invalid));
            }
            let valid = said(ContextKind::ValidValue).unwrap_or_default();
            let code = if valid.is_empty() { "cli.usage.value" } else { "cli.usage.value_of" };
            Cause::new(code).with("argument", invalid).with("value", value).with("valid", valid)
        }
        ErrorKind::MissingRequiredArgument => Cause::new("cli.usage.missing").with("argument", invalid),
        ErrorKind::MissingSubcommand => Cause::new("cli.usage.no_command"),
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg).unwrap_or_default();
            Cause::new("cli.usage.conflict").with("argument", invalid).with("other", other)
        }
        _ => Cause::new("cli.usage.other").with("reason", error.kind()),
    })
}

fn with_nearest(error: &Error, cause: Cause) -> Cause {
    let nearest = context(error, ContextKind::SuggestedArg)
        .or_else(|| context(error, ContextKind::SuggestedSubcommand));
    match nearest {
        Some(nearest) => {
            Cause { code: format!("{}_near", cause.code).into(), ..cause }.with("nearest", nearest)
        }
        None => cause,
    }
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => {
            Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use model::Lang;

    use super::*;
    use crate::arguments::Arguments;

    fn told(line: &[&str], lang: Lang) -> String {
        let error = Arguments::try_parse_from(line).unwrap_err();
        let mut catalogue = model::Catalogue::default();
        catalogue.add(crate::words::sentences());
        catalogue.text(&cause(&error).unwrap(), lang)
    }

    #[test]
    fn a_wrong_command_line_is_told_in_the_readers_language() {
        for (line, expected) in [
            (vec!["qiao", "docter"], "没有命令“docter”。您是否想用“doctor”?"),
            (vec!["qiao", "serve", "--port", "1"], "没有选项“--port”。用 --help 查看可用的选项。"),
            (vec!["qiao", "trace"], "缺少 <TEXT>。用 --help 查看用法。"),
            (vec!["qiao", "demo", "--kill", "viel"], "--kill <N> 的值“viel”不对。用 --help 查看用法。"),
            (vec!["qiao", "--lang", "fr", "doctor"], "--lang <LANG> 的值“fr”不对。可用的值:zh, en。"),
            (vec!["qiao", "--lang"], "--lang <LANG> 没有给值。用 --help 查看用法。"),
        ] {
            assert_eq!(told(&line, Lang::Zh), expected);
        }
        assert_eq!(
            told(&["qiao", "docter"], Lang::En),
            "There is no command \"docter\". Did you mean \"doctor\"?"
        );
    }
}
