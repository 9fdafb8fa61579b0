//! The logins that answer with a session (`protocols/kingdee.md §2.1`).

use model::{Map, Value};

use super::signature::login_sign;
use crate::kingdee::account::{Account, LCID, knows_language};
use crate::kingdee::arguments::Arguments;
use crate::kingdee::fault::object;
use crate::kingdee::operation::Login;

/// Why somebody may not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `LoginResultType`: 0 wrong credentials, -1 everything else.
    pub result: i64,
    pub message: String,
}

impl Refusal {
    fn credentials() -> Refusal {
        Refusal { result: 0, message: "用户名或密码错误".into() }
    }

    fn general(message: impl Into<String>) -> Refusal {
        Refusal { result: -1, message: message.into() }
    }

    /// The body of a refused login.
    pub fn body(&self) -> Value<'static> {
        object([
            ("Message", self.message.clone().into()),
            ("MessageCode", "".into()),
            ("LoginResultType", self.result.into()),
            ("Context", Value::Null),
            ("KDSVCSessionId", Value::Null),
            ("FormId", Value::Null),
            ("RedirectFormParam", Value::Null),
            ("FormInputObject", Value::Null),
            ("ErrorStackTrace", Value::Null),
            ("Lcid", 0.into()),
            ("AccessToken", Value::Null),
            ("CustomParam", Map::new().into()),
            ("KdAccessResult", Value::Null),
            ("IsSuccessByAPI", false.into()),
        ])
        .into()
    }
}

/// Whether these arguments open the account set.
pub fn check(account: &Account, login: Login, arguments: &Arguments) -> Result<(), Refusal> {
    let text = |name: &str| arguments.text(name);
    if login == Login::Passport {
        return Err(Refusal::general("简单通行证登录未启用，请联系系统管理员"));
    }
    if text("acctid") != account.acct_id {
        return Err(Refusal::general("数据中心标识不存在"));
    }
    if !knows_language(&text("lcid")) {
        return Err(Refusal::general("不支持的语言标识"));
    }
    match login {
        Login::Password | Login::PasswordKickOff => {
            let right = text("username") == account.username && text("password") == account.password;
            if right { Ok(()) } else { Err(Refusal::credentials()) }
        }
        Login::AppSecret | Login::AppSecretKickOff => {
            application(account, arguments)?;
            if text("appsecret") == account.app_secret { Ok(()) } else { Err(Refusal::credentials()) }
        }
        Login::Sign | Login::SignKickOff => {
            application(account, arguments)?;
            let timestamp = text("timestamp");
            let expected = login_sign([
                &account.acct_id,
                &account.username,
                &account.app_id,
                &account.app_secret,
                &timestamp,
            ]);
            if text("sign") == expected { Ok(()) } else { Err(Refusal::credentials()) }
        }
        Login::Passport => Ok(()),
    }
}

fn application(account: &Account, arguments: &Arguments) -> Result<(), Refusal> {
    let (app_id, username) = (arguments.text("appid"), arguments.text("username"));
    if app_id == account.app_id && username == account.username {
        return Ok(());
    }
    Err(Refusal::general(format!("第三方应用：{app_id} 不允许用户{username} 登录，请联系系统管理员添加！")))
}

/// What a login tells about the session it opened.
pub struct Welcome<'a> {
    pub account: &'a Account,
    pub company: &'a str,
    pub user_id: i64,
    pub session_id: &'a str,
    pub web_id: &'a str,
    /// Internal id and name of the organisation.
    pub org: (i64, &'a str),
    /// `LoginResultType`: 1, or -5 where somebody should look at a form first (§2.1).
    pub result: i64,
}

impl Welcome<'_> {
    /// The body of a successful login, with the members of the captured one.
    pub fn body(&self) -> Value<'static> {
        object([
            ("Message", Value::Null),
            ("MessageCode", "CheckPasswordPolicy".into()),
            ("LoginResultType", self.result.into()),
            ("Context", self.context()),
            ("KDSVCSessionId", self.session_id.to_owned().into()),
            ("FormId", Value::Null),
            ("RedirectFormParam", Value::Null),
            ("FormInputObject", Value::Null),
            ("ErrorStackTrace", Value::Null),
            ("Lcid", 0.into()),
            ("AccessToken", Value::Null),
            ("CustomParam", Map::new().into()),
            ("KdAccessResult", Value::Null),
            ("IsSuccessByAPI", true.into()),
        ])
        .into()
    }

    fn context(&self) -> Value<'static> {
        object([
            ("UserLocale", "zh-CN".into()),
            ("LogLocale", "zh-CN".into()),
            ("DBid", self.account.acct_id.clone().into()),
            ("DatabaseType", 3.into()),
            ("SessionId", self.web_id.to_owned().into()),
            ("UseLanguages", Value::List(vec![language()])),
            ("UserId", self.user_id.into()),
            ("UserName", self.account.username.clone().into()),
            ("CustomName", self.company.to_owned().into()),
            ("DisplayVersion", "9.0.553.10".into()),
            ("DataCenterName", self.account.data_center.clone().into()),
            ("UserToken", self.session_id.to_owned().into()),
            ("CurrentOrganizationInfo", self.organisation()),
            ("IsCH_ZH_AutoTrans", false.into()),
            ("ClientType", 32.into()),
            ("WeiboAuthInfo", Map::new().into()),
            ("UTimeZone", time_zone()),
            ("STimeZone", time_zone()),
            ("GDCID", "".into()),
            ("Gsid", "".into()),
            ("TRLevel", 1.into()),
            ("ProductEdition", 0.into()),
            ("DataCenterNumber", "001".into()),
            ("ContextResultType", 0.into()),
            ("TenantId", "".into()),
            ("IsDeployAsPublicCloud", false.into()),
        ])
        .into()
    }

    fn organisation(&self) -> Value<'static> {
        object([
            ("ID", self.org.0.into()),
            ("AcctOrgType", "1".into()),
            ("Name", self.org.1.to_owned().into()),
            ("FunctionIds", Value::List(vec![101.into(), 102.into(), 103.into()])),
        ])
        .into()
    }
}

fn language() -> Value<'static> {
    object([
        ("LocaleId", LCID.into()),
        ("LocaleName", "中文(简体)".into()),
        ("Alias", "CN".into()),
        ("LicenseType", 0.into()),
    ])
    .into()
}

fn time_zone() -> Value<'static> {
    object([
        ("OffsetTicks", 288_000_000_000.into()),
        ("StandardName", "(UTC+08:00)北京，重庆，香港特别行政区，乌鲁木齐".into()),
        ("Id", 230.into()),
        ("Number", "1078_SYS".into()),
        ("CanBeUsed", true.into()),
    ])
    .into()
}

/// The reply of GetDataCenterList, which needs no session (§2.5).
pub fn data_centers(account: &Account) -> Value<'static> {
    let methods = object([("AuthenticationMethodType", 1.into()), ("Name", "用户名密码".into())]);
    let center = object([
        ("Id", account.acct_id.clone().into()),
        ("Number", "001".into()),
        ("Name", account.data_center.clone().into()),
        ("Version", "9.0.553.10".into()),
        ("GDCID", "".into()),
        ("AuthenticationMethods", Value::List(vec![methods.into()])),
    ]);
    Value::List(vec![center.into()])
}
