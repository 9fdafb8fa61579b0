//! The help of every command and option, in both languages, and how it is put into the parser.
//!
//! Keys are the commands as typed; an option or argument follows its command after a space, by its id in the code
//! (`qiao serve listen`). What several commands take may be said once, under a command above them. A test holds the table and the parser together.

use clap::Command;
use model::Lang;

mod alerts;
mod desk;
mod inbound;
mod keeping;
mod reconciling;
mod table;

use alerts::ALERTS;
use desk::DESK;
use inbound::INBOUND;
use keeping::KEEPING;
use reconciling::RECONCILING;
use table::HELP;

/// The parser with its words in the reader's language.
pub fn in_language(command: Command, lang: Lang) -> Command {
    let name = command.get_name().to_owned();
    worded(command, &name, lang)
}

/// Everything that is said, with its key, in Chinese and English.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    HELP.iter().chain(INBOUND).chain(DESK).chain(KEEPING).chain(RECONCILING).chain(ALERTS)
}

/// The words under a key, in Chinese and English.
pub fn words(key: &str) -> Option<(&'static str, &'static str)> {
    all().find(|(known, ..)| *known == key).map(|(_, zh, en)| (*zh, *en))
}

/// The key under which the words for an option or argument of a command are: its own, else that of the nearest command
/// above that has one.
pub fn key_of(command: &str, argument: &str) -> Option<&'static str> {
    let paths = std::iter::successors(Some(command), |path| Some(path.rsplit_once(' ')?.0));
    let keys = paths.map(|path| format!("{path} {argument}"));
    keys.filter_map(|wanted| all().find(|(key, ..)| *key == wanted)).map(|(key, ..)| *key).next()
}

fn worded(command: Command, path: &str, lang: Lang) -> Command {
    let chosen = |key: &str| words(key).map(|(zh, en)| lang.choose(zh, en)).unwrap_or_default();
    let heading = |positional: bool| match positional {
        true => lang.choose("参数", "Arguments"),
        false => lang.choose("选项", "Options"),
    };
    let command = command
        .about(chosen(path))
        .help_template(lang.choose(
            "{about}\n\n用法:{usage}\n\n{all-args}{after-help}",
            "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}",
        ))
        .subcommand_help_heading(lang.choose("命令", "Commands"))
        .subcommand_value_name(lang.choose("命令", "COMMAND"))
        .mut_args(|argument| {
            let id = argument.get_id().as_str().to_owned();
            let own = key_of(path, &id).and_then(words);
            let help = own.map(|(zh, en)| lang.choose(zh, en)).unwrap_or_default();
            let heading = heading(argument.is_positional());
            argument.help(help).help_heading(heading)
        });
    let path = path.to_owned();
    command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        worded(below, &path, lang)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::arguments::Arguments;

    fn keys(command: &Command, path: &str, keys: &mut BTreeSet<String>) {
        keys.insert(path.to_owned());
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let key = key_of(path, id).map_or_else(|| format!("{path} {id}"), str::to_owned);
            keys.insert(key);
        }
        for below in command.get_subcommands() {
            self::keys(below, &format!("{path} {}", below.get_name()), keys);
        }
    }

    #[test]
    fn every_command_and_option_has_words_and_no_words_are_left_over() {
        let mut wanted = BTreeSet::new();
        keys(&Arguments::command(), "qiao", &mut wanted);
        let there: BTreeSet<String> = all().map(|(key, ..)| (*key).to_owned()).collect();
        assert_eq!(wanted.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "without words");
        assert_eq!(there.difference(&wanted).collect::<Vec<_>>(), Vec::<&String>::new(), "left over");
        assert!(all().all(|(_, zh, en)| !zh.is_empty() && !en.is_empty()));
    }

    #[test]
    fn the_help_speaks_the_readers_language() {
        for (lang, expected) in [(Lang::Zh, "用法:"), (Lang::En, "Usage: ")] {
            let help = in_language(Arguments::command(), lang).render_help().to_string();
            assert!(help.contains(expected), "{help}");
        }
    }

    #[test]
    fn the_parser_is_sound() {
        in_language(Arguments::command(), Lang::Zh).debug_assert();
    }
}
