//! What is said of what is kept, and of backups.

use model::Sentence;

use super::s;

pub(super) const SENTENCES: &[Sentence] = &[
    s(
        "cli.config.retention",
        "保留期限“{value}”不能用。",
        "The retention \"{value}\" cannot be used.",
        "天数至少为 1;大小写成 20GB、500MB(至少 1MB)。",
        "It is at least 1 day; a size is written as 20GB or 500MB, and is at least 1MB.",
    ),
    s(
        "cli.migrate.loaded",
        "新的数据库 {path} 里已经有数据,不能放弃迁移。",
        "The new database {path} holds data already, so the move cannot be given up.",
        "再运行一次(不加 --cancel)完成迁移;确实要放弃,先清空新的数据库。",
        "Run it again without --cancel to finish it; to give it up, empty the new database first.",
    ),
    s(
        "cli.migrate.same",
        "新旧数据库是同一个。",
        "Both databases are the same one.",
        "--to 要写新的数据库的地址。",
        "Name another database with --to.",
    ),
    s(
        "cli.backup.there",
        "文件 {path} 已经存在,没有改动它。",
        "The file {path} is there already; it was left alone.",
        "换一个名字,或先移走它。",
        "Choose another name, or move it away.",
    ),
    s(
        "cli.backup.no_file",
        "没有备份文件 {file}。",
        "There is no backup file {file}.",
        "检查路径;备份默认在数据目录的 backups 下。",
        "Look at the path; backups are made in the folder that qiao backup was given.",
    ),
    s(
        "cli.backup.no_passphrase",
        "环境变量 {variable} 里没有口令。",
        "The variable {variable} holds no passphrase.",
        "先设置这个变量,再运行命令。",
        "Set the variable, then run the command again.",
    ),
    s(
        "cli.backup.key_unsealed",
        "不加密的备份里不放密钥。",
        "The key is not put into a backup that is not encrypted.",
        "加上 --passphrase-from,或另行保存密钥文件。",
        "Add --passphrase-from, or keep the key file apart.",
    ),
];
