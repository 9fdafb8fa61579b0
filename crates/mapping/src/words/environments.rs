//! Mistakes in environments and in the placeholders that they fill.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "mapping.placeholder_unknown",
        "环境“{environment}”没有给出“{name}”的值。",
        "The environment “{environment}” gives no value for “{name}”.",
        "请在该环境文件的 values 里加上它,或改正占位符的名字。",
        "Add it to the values of this environment, or correct the name of the placeholder.",
    ),
    (
        "mapping.placeholder_unchosen",
        "这里用了占位符“{name}”,但没有选定环境。",
        "The placeholder “{name}” stands here, and no environment is chosen.",
        "请用 --environment 名称 指定 environments/ 下的一个环境;若不是占位符,前面再加一个 $。",
        "Choose one of environments/ with --environment NAME; put one more $ in front where no placeholder is meant.",
    ),
    (
        "mapping.placeholder_broken",
        "这里的占位符没有写完整。",
        "The placeholder here is not whole.",
        "请写成 ${NAME},名字由字母、数字、_ 和 - 组成;要写字面的 $ 加左花括号,前面再加一个 $。",
        "Write ${NAME}, where the name has letters, digits, _ and -; put one more $ in front where none is meant.",
    ),
    (
        "mapping.placeholder_fixed",
        "“{key}”里不能有占位符。",
        "“{key}” must not hold a placeholder.",
        "kind、name、各处的键和环境自己的值在每个环境里都相同,请直接写出。",
        "Kinds, names, keys and the values of environments are the same everywhere: write them out.",
    ),
    (
        "mapping.placeholder_secret",
        "“{name}”的值在环境变量里({ env: … }),只能整个用作连接的一项设置。",
        "The value of “{name}” is in a variable ({ env: … }), which only a whole setting of a connection can be.",
        "请在连接的 settings 里使用它,或在环境文件里直接写出值。",
        "Use it in the settings of a connection, or write the value in the environment.",
    ),
    (
        "mapping.placeholder_name",
        "“{name}”不能作占位符的名字。",
        "“{name}” cannot be the name of a placeholder.",
        "名字由字母、数字、_ 和 - 组成。",
        "Names have letters, digits, _ and -.",
    ),
];
