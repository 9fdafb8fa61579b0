//! The help of what keeps data: how long, how much, and as a backup.

pub const KEEPING: &[(&str, &str, &str)] = &[
    (
        "qiao retention_days",
        "历史(推送原文、旧版本、同步记录、接口日志)保留天数,默认 90",
        "for how many days the story is kept (pushes, older versions, attempts, calls); 90 by default",
    ),
    (
        "qiao retention_size",
        "数据库的大小上限,如 20GB(默认);超过时最早的历史先清理",
        "how large the database may be, such as 20GB, the default; beyond that the oldest days go first",
    ),
    (
        "qiao backup",
        "备份整个数据库为一个文件:不停服务,状态一致,写完即校验",
        "back up all of the database as one file: while the server goes on, of one state, verified",
    ),
    (
        "qiao backup to",
        "写到此目录或文件;默认写入数据目录下的 backups",
        "the folder or file to write to; the data folder's backups by default",
    ),
    (
        "qiao backup passphrase_from",
        "加密,口令取自此环境变量",
        "encrypt with the passphrase in this variable of the environment",
    ),
    (
        "qiao backup with_key",
        "把解开密码用的密钥也放进去(必须加密)",
        "put the key that unseals secrets in it, too; it must be encrypted then",
    ),
    (
        "qiao restore",
        "恢复备份:先停止服务;全部读完并核对之后才就位",
        "restore a backup: stop the server first; nothing is in place before all was read and verified",
    ),
    ("qiao restore file", "备份文件", "the backup"),
    (
        "qiao restore into",
        "恢复到此数据库(SQLite 与 PostgreSQL 之间也可以);默认为配置的数据库",
        "the database to restore into, of either kind whatever it was taken from; the configured one by default",
    ),
    (
        "qiao restore replace",
        "那里已有数据库时替换它,原来的改名保留",
        "take the place of a database that is there; it is kept aside under another name",
    ),
    ("qiao restore check", "只校验备份并说明内容,不恢复", "only verify the backup and say what is in it"),
    (
        "qiao restore passphrase_from",
        "备份的口令取自此环境变量",
        "the passphrase is in this variable of the environment",
    ),
    (
        "qiao migrate-store",
        "把全部数据迁移到另一个数据库(SQLite 与 PostgreSQL 之间,或换一台服务器),逐表核对;中断后再运行一次会接着做",
        "move everything to another database (between SQLite and PostgreSQL, or to another server), compared table by table; the same command goes on where it broke off",
    ),
    ("qiao migrate-store to", "新数据库的地址,须为空", "the new database, which must be empty"),
    ("qiao migrate-store cancel", "放弃没有完成的迁移", "give up a move that is not finished"),
    (
        "qiao nodes",
        "列出在这个数据库上运行的服务节点和各自负责的连接组",
        "list the servers that work on the database, and how many groups of connections each works on",
    ),
    (
        "qiao storage",
        "查看数据库的大小、各类历史的多少,以及将清理什么",
        "how large the database is, how much of each part of the story there is, and what would go",
    ),
    ("qiao storage purge", "现在就按保留期限清理", "purge now what retention says"),
];
