//! `cli.md`: every command and option, settings, exit codes.

use clap::{Command, CommandFactory};

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::words::help::{key_of, words};

pub fn page() -> String {
    let mut out = String::from(
        "# Command line 命令行\n\n\
         Every command takes the options of `qiao` itself.\n\
         每个命令都可以使用 `qiao` 的通用选项。\n\n\
         Settings come from options, then `QIAO_*` variables, then the YAML file of `--config`, then defaults; the file \
         has the keys `folder`, `database`, `key_file`, `listen`, `log`, `connectors`, `authority`.\n\
         设置的来源依次为:命令行选项、`QIAO_*` 环境变量、`--config` 指定的 YAML 文件、默认值。\n\n",
    );
    out.push_str("## Exit codes 退出码\n\n| code | 含义 | meaning |\n|---|---|---|\n");
    for exit in Exit::ALL {
        let (zh, en) = exit.meaning();
        out.push_str(&format!("| {} | {zh} | {en} |\n", exit.code()));
    }
    command(&Arguments::command(), "qiao", &mut out);
    out
}

fn command(command: &Command, path: &str, out: &mut String) {
    let (zh, en) = words(path).unwrap_or_default();
    out.push_str(&format!("\n## {path}\n\n{zh}。\n{en}.\n"));
    let arguments: Vec<_> =
        command.get_arguments().filter(|argument| !is_everywhere(path, argument)).collect();
    if !arguments.is_empty() {
        out.push_str("\n| option | variable | default | 说明 | meaning |\n|---|---|---|---|---|\n");
    }
    for argument in arguments {
        let id = argument.get_id();
        let (zh, en) = key_of(path, id.as_str()).and_then(words).unwrap_or_default();
        let variable =
            argument.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
        let defaults: Vec<String> = argument
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        let takes_nothing = !argument.get_action().takes_values();
        let default = if takes_nothing { String::new() } else { defaults.join(" ") };
        out.push_str(&format!("| `{}` | {variable} | {default} | {zh} | {en} |\n", name(argument)));
    }
    for below in command.get_subcommands() {
        self::command(below, &format!("{path} {}", below.get_name()), out);
    }
}

fn is_everywhere(path: &str, argument: &clap::Arg) -> bool {
    path != "qiao" && argument.is_global_set()
}

fn name(argument: &clap::Arg) -> String {
    let values: Vec<String> =
        argument.get_value_names().unwrap_or_default().iter().map(|name| format!("<{name}>")).collect();
    match (argument.get_long(), argument.get_action().takes_values()) {
        (Some(long), true) => format!("--{long} {}", values.join(" ")),
        (Some(long), false) => format!("--{long}"),
        (None, _) if values.is_empty() => format!("<{}>", argument.get_id().as_str().to_uppercase()),
        (None, _) => values.join(" "),
    }
}
