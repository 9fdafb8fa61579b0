//! The words for what a store can fail with.

use model::Sentence;

/// The sentences of the `store.*` causes, which [`super::StoreError::cause`] gives.
pub fn sentences() -> Vec<Sentence> {
    vec![
        Sentence::new(
            "store.full",
            "磁盘已满，数据库无法继续写入；本次操作没有保存任何内容。",
            "The disk is full and the database cannot be written; nothing of this operation was stored.",
            "请清理磁盘空间或把数据目录移到更大的磁盘，然后重试；同步会自动继续。",
            "Free disk space or move the data folder to a larger disk, then try again; syncing goes on by itself.",
        ),
        Sentence::new(
            "store.newer",
            "数据库由更新版本的程序写入（数据库版本 {found}，本程序最高支持 {known}）。",
            "The database was written by a newer version of the program (version {found}; this one knows up to {known}).",
            "请升级程序，或恢复升级之前的备份。",
            "Upgrade the program, or restore the backup from before the upgrade.",
        ),
        Sentence::new(
            "store.in_use",
            "另一个进程正在使用这个数据库。",
            "Another process is using this database.",
            "请先停止已经在运行的服务，或为本服务指定另一个数据目录。",
            "Stop the server that is running already, or give this one another data folder.",
        ),
        Sentence::new(
            "store.stale",
            "通道 {lane} 已由另一个工作进程接管（本方序号 {epoch} 已失效），本次写入没有保存。",
            "Lane {lane} has been taken over by another worker (epoch {epoch} is no longer current); nothing was stored.",
            "无需处理：接管的一方会继续。若反复出现，请检查是否启动了两个服务。",
            "Nothing to do: whoever took over goes on. If it keeps happening, check whether two servers are running.",
        ),
        Sentence::new(
            "store.outdated",
            "配置在本次计划之后又被别人改动(计划基于第 {based_on} 次改动);本次没有生效任何内容。",
            "The configuration was changed by somebody else after this was planned (at change {based_on}); nothing was put in force.",
            "请重新执行,查看新的计划后再确认。",
            "Do it again, and look at the new plan before you confirm it.",
        ),
        Sentence::new(
            "store.wrong_key",
            "密钥不正确：数据库中的密码和令牌是用另一个密钥加密的。",
            "The key is wrong: the secrets in the database were sealed with another one.",
            "请使用首次启动时的密钥文件；若已丢失，只能新建数据库并重新填写各连接的密码。",
            "Use the key file of the first start; if it is lost, start a new database and enter the connections' secrets again.",
        ),
        Sentence::new(
            "store.foreign",
            "这里不是本系统的数据库，存放着别的内容。",
            "This is not a database of this product: it holds something else.",
            "请检查数据库的路径或地址；PostgreSQL 请换一个空的数据库或模式。本程序没有改动它。",
            "Check the database's path or address; on PostgreSQL give an empty database or schema. Nothing was changed in it.",
        ),
        Sentence::new(
            "store.corrupt",
            "数据库文件已损坏。",
            "The database file is damaged.",
            "请停止服务，检查磁盘，并恢复最近的备份。",
            "Stop the server, check the disk, and restore the latest backup.",
        ),
        Sentence::new(
            "store.denied",
            "无法读写数据库文件或其目录：{reason}。",
            "The database file or its folder cannot be read or written: {reason}.",
            "请检查数据目录是否存在，以及运行本程序的用户是否有读写权限。",
            "Check that the data folder exists and that the user who runs the program may read and write it.",
        ),
        Sentence::new(
            "store.unreachable",
            "无法连接数据库服务器：{reason}。",
            "The database server cannot be reached: {reason}.",
            "请检查地址、端口、网络和防火墙，以及数据库服务是否在运行；恢复后同步会自动继续。",
            "Check the address, the port, the network, and whether the database server runs; syncing goes on by itself then.",
        ),
        Sentence::new(
            "store.refused",
            "数据库服务器拒绝了请求：{reason}。",
            "The database server refuses: {reason}.",
            "请检查用户名、密码和数据库名，以及该用户是否可以在其中建表；编码必须是 UTF8。",
            "Check user, password and name of the database, and that the user may make tables in it; its encoding must be UTF8.",
        ),
        Sentence::new(
            "store.broken",
            "数据库出错：{reason}。本次操作没有保存任何内容。",
            "The database fails: {reason}. Nothing of this operation was stored.",
            "请检查磁盘；若重复出现，请把这句话连同日志交给维护者。",
            "Check the disk; if it happens again, hand this sentence and the log to the maintainers.",
        ),
        Sentence::new(
            "store.no_backup",
            "这个文件不是桥的备份。",
            "This file is no backup of Qiao.",
            "备份由 qiao backup 生成，文件名以 .qiao 结尾。",
            "Backups are made by qiao backup; their names end with .qiao.",
        ),
        Sentence::new(
            "store.backup_damaged",
            "备份已损坏，位置：{place}。没有恢复任何内容。",
            "The backup is damaged, at {place}. Nothing of it was restored.",
            "请重新复制该文件，或使用另一份备份。",
            "Copy the file again, or take another backup.",
        ),
        Sentence::new(
            "store.passphrase",
            "备份已加密，给出的口令不能打开它。",
            "The backup is encrypted and does not open with the passphrase given.",
            "请用 --passphrase-from 指明存放口令的环境变量，并检查口令。",
            "Name the variable that holds the passphrase with --passphrase-from, and check it.",
        ),
        Sentence::new(
            "store.moved",
            "这个数据库已经迁移到 {place}，不能再在这里运行服务。",
            "This database was moved to {place}; no server works on it here any more.",
            "请把配置里的 database 改为新的地址。",
            "Set the database of the configuration to the new address.",
        ),
        Sentence::new(
            "store.moving",
            "这个数据库正在迁移到 {place}，还没有完成，现在不能运行服务。",
            "This database is being moved to {place}, which is not finished; no server works on it meanwhile.",
            "再运行一次同样的 qiao migrate-store 会接着做；要放弃迁移，加上 --cancel。",
            "The same qiao migrate-store goes on with it; with --cancel it is given up.",
        ),
        Sentence::new(
            "store.not_empty",
            "那里已有数据库，没有改动它。",
            "There is a database already; it was left alone.",
            "若要替换它，加上 --replace：原有的数据库会改名保留。",
            "Add --replace to put the backup in its place: the present one is kept aside under another name.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use model::{Catalogue, Lang};

    use super::*;
    use crate::store::StoreError;

    #[test]
    fn every_error_has_its_words_in_both_languages() {
        let mut catalogue = Catalogue::default();
        catalogue.add(sentences());
        let errors = [
            StoreError::Full,
            StoreError::Newer { found: 9, known: 1 },
            StoreError::InUse,
            StoreError::Stale { lane: "erp".into(), epoch: 4 },
            StoreError::Outdated { based_on: 7 },
            StoreError::WrongKey,
            StoreError::Foreign,
            StoreError::Corrupt,
            StoreError::Denied("permission denied".into()),
            StoreError::Unreachable("connection refused".into()),
            StoreError::Refused("password authentication failed".into()),
            StoreError::Broken("no such table".into()),
            StoreError::NoBackup,
            StoreError::BackupDamaged("record".into()),
            StoreError::Passphrase,
            StoreError::NotEmpty,
            StoreError::Moved { place: "postgres://db.example:5432/qiao".into(), done: true },
            StoreError::Moved { place: "postgres://db.example:5432/qiao".into(), done: false },
        ];
        assert_eq!(errors.len(), sentences().len());
        for error in errors {
            let cause = error.cause();
            assert!(catalogue.contains(&cause.code), "{}", cause.code);
            for lang in [Lang::Zh, Lang::En] {
                let text = catalogue.text(&cause, lang);
                let unfilled = text.contains(['{', '}']) || text.replace("？", "").contains('?');
                assert!(!unfilled, "{text}");
                assert!(cause.params.iter().all(|(_, value)| text.contains(value)), "{text}");
            }
        }
    }
}
