//! How a command ends: its exit code, and what is said when it fails. `docs/reference/cli.md` lists the codes.

use std::process::ExitCode;

use contract::store::StoreError;
use model::Cause;

/// What an exit code means. Scripts rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and all is well.
    Ok,
    /// Done, and something was found: a lint finding, a failed sample, two sides that differ, nothing of that number.
    Finding,
    /// The command line is wrong.
    Usage,
    /// A configuration file, setting, connection or flow is wrong.
    Configuration,
    /// A system cannot be reached or refuses us.
    System,
    /// The data folder, database or port cannot be used.
    Machine,
    /// Interrupted by Ctrl-C before the end.
    Interrupted,
}

impl Exit {
    pub const ALL: [Exit; 7] = [
        Exit::Ok,
        Exit::Finding,
        Exit::Usage,
        Exit::Configuration,
        Exit::System,
        Exit::Machine,
        Exit::Interrupted,
    ];

    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Finding => 1,
            Exit::Usage => 2,
            Exit::Configuration => 3,
            Exit::System => 4,
            Exit::Machine => 5,
            Exit::Interrupted => 130,
        }
    }

    /// What it means, in Chinese and English.
    pub fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Exit::Ok => ("完成,一切正常", "done, and all is well"),
            Exit::Finding => (
                "完成,但有发现:检查不通过、样例失败、两边不一致,或没有找到",
                "done, with a finding: a lint finding, a failed sample, sides that differ, nothing found",
            ),
            Exit::Usage => ("命令用法错误", "the command line is wrong"),
            Exit::Configuration => (
                "配置错误:配置文件、设置、连接或集成流",
                "wrong configuration: a file, a setting, a connection or a flow",
            ),
            Exit::System => ("业务系统连不上或拒绝访问", "a system cannot be reached or refuses us"),
            Exit::Machine => (
                "本机问题:数据目录、数据库或端口无法使用",
                "this machine: the data folder, the database or a port cannot be used",
            ),
            Exit::Interrupted => ("被 Ctrl-C 中断", "interrupted by Ctrl-C"),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// Why a command did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub cause: Cause,
}

/// How a command ended.
pub type Outcome = Result<Exit, Failure>;

impl Failure {
    pub fn new(exit: Exit, cause: Cause) -> Failure {
        Failure { exit, cause }
    }

    /// Wrong configuration.
    pub fn configuration(cause: Cause) -> Failure {
        Failure::new(Exit::Configuration, cause)
    }

    /// Something of this machine cannot be used.
    pub fn machine(cause: Cause) -> Failure {
        Failure::new(Exit::Machine, cause)
    }

    /// A file or folder that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Failure {
        Failure::machine(Cause::new("cli.file").with("path", path.display()).with("reason", error))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::machine(error.cause())
    }
}
