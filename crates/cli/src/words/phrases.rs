//! What the operating system and the database say, in Chinese.

use model::Phrase;

const fn p(en: &'static str, zh: &'static str) -> Phrase {
    Phrase::new(en, zh)
}

pub const PHRASES: &[Phrase] = &[
    p("No such file or directory (os error {})", "没有这个文件或文件夹(系统错误 {})"),
    p("Permission denied (os error {})", "没有权限(系统错误 {})"),
    p("File exists (os error {})", "文件已存在(系统错误 {})"),
    p("Not a directory (os error {})", "不是文件夹(系统错误 {})"),
    p("Is a directory (os error {})", "是文件夹,不是文件(系统错误 {})"),
    p("No space left on device (os error {})", "磁盘已满(系统错误 {})"),
    p("Disk quota exceeded (os error {})", "磁盘配额已用完(系统错误 {})"),
    p("Read-only file system (os error {})", "磁盘是只读的(系统错误 {})"),
    p("Input/output error (os error {})", "磁盘读写出错(系统错误 {})"),
    p("Too many open files (os error {})", "打开的文件太多(系统错误 {})"),
    p("Address already in use (os error {})", "地址已被占用(系统错误 {})"),
    p("Cannot assign requested address (os error {})", "本机没有这个地址(系统错误 {})"),
    p("Connection refused (os error {})", "对方拒绝连接(系统错误 {})"),
    p("Connection reset by peer (os error {})", "对方中断了连接(系统错误 {})"),
    p("Connection timed out (os error {})", "连接超时(系统错误 {})"),
    p("Broken pipe (os error {})", "对方已关闭(系统错误 {})"),
    p("stream did not contain valid UTF-8", "不是 UTF-8 编码的文本"),
    p("database or disk is full", "数据库或磁盘已满"),
    p("database is locked", "数据库正被别的程序使用"),
    p("disk I/O error", "磁盘读写出错"),
    p("file is not a database", "文件不是数据库"),
    p("database disk image is malformed", "数据库文件已损坏"),
    p("attempt to write a readonly database", "数据库是只读的"),
    p("unable to open database file", "打不开数据库文件"),
    p("unable to open database file: {}", "打不开数据库文件:{}"),
];
