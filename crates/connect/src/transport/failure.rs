//! Why there was no answer: from the errors of reqwest, hyper, rustls and the system to ours.
//!
//! What is not provably unsent counts as sent.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use contract::transport::TransportError;
use model::Sentence;
use rustls::{CertificateError, Error as TlsError};

use super::resolver::Unresolved;

/// The words that stand in [`TransportError`]'s `reason`; each has a sentence `transport.<word>`.
pub(super) mod reason {
    pub(in crate::transport) const ADDRESS: &str = "bad_address";
    pub(in crate::transport) const SCHEME: &str = "bad_scheme";
    pub(in crate::transport) const NOT_LISTED: &str = "host_not_listed";
    pub(in crate::transport) const PRIVATE: &str = "private_address";
    pub(in crate::transport) const NEVER: &str = "forbidden_address";
    pub(in crate::transport) const PROXY: &str = "bad_proxy";
    pub(in crate::transport) const CALL: &str = "bad_call";
    pub(in crate::transport) const TLS: &str = "no_tls";
    pub(in crate::transport) const MAIL_ADDRESS: &str = "mail_address";
    pub(in crate::transport) const MAIL_NO_LOGIN: &str = "mail_no_login";
    pub(in crate::transport) const MAIL_NO_TLS: &str = "mail_no_tls";
    pub(in crate::transport) const MAIL_PROXY: &str = "mail_proxy";
    pub(in crate::transport) const MAIL_SILENT: &str = "mail_silent";
}

/// The error of a call whose answer had not begun.
pub(super) fn before_answer(error: &reqwest::Error, host: &str, limit: Duration) -> TransportError {
    let host = host.to_owned();
    if let Some(unresolved) = find::<Unresolved>(error) {
        return self::unresolved(*unresolved, host);
    }
    if error.is_builder() {
        return TransportError::NotSent { host, reason: reason::CALL.into() };
    }
    if error.is_connect() {
        return not_connected(error, error.is_timeout(), host);
    }
    if error.is_timeout() {
        return TransportError::TimedOut { host, seconds: limit.as_secs() };
    }
    TransportError::Broken { host, reason: broken(error).into() }
}

/// Why a name gave no address.
pub(super) fn unresolved(unresolved: Unresolved, host: String) -> TransportError {
    match unresolved {
        Unresolved::Unknown => TransportError::NotSent { host, reason: "unknown_host".into() },
        Unresolved::Refused(word) => TransportError::Forbidden { host, reason: word.into() },
    }
}

/// The error of a talk with a mail server. One that ended before the text was handed over left nothing to be passed on.
pub(super) fn of_mail(error: &std::io::Error, host: String, handed_over: bool) -> TransportError {
    if handed_over {
        return TransportError::Broken { host, reason: "mail_closed".into() };
    }
    let reason = match (find::<TlsError>(error), error.kind()) {
        (Some(TlsError::InvalidCertificate(_)), _) => return not_connected(error, false, host),
        (Some(_), _) | (None, ErrorKind::InvalidData) => "mail_not_smtp",
        (None, _) => "mail_left",
    };
    TransportError::NotSent { host, reason: reason.into() }
}

/// The error of a call whose answer had begun.
pub(super) fn within_answer(error: &reqwest::Error, host: &str, limit: Duration) -> TransportError {
    let host = host.to_owned();
    if error.is_timeout() {
        return TransportError::TimedOut { host, seconds: limit.as_secs() };
    }
    TransportError::Broken { host, reason: broken(error).into() }
}

/// No connection came to be, so that nothing can have been sent.
pub(super) fn not_connected(error: &(dyn Error + 'static), is_timeout: bool, host: String) -> TransportError {
    if let Some(tls) = find::<TlsError>(error) {
        return match tls {
            TlsError::InvalidCertificate(certificate) => {
                TransportError::Certificate { host, reason: distrust(certificate).into() }
            }
            _ => TransportError::NotSent { host, reason: reason::TLS.into() },
        };
    }
    let word = match find::<std::io::Error>(error).map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "refused",
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => "unreachable",
        Some(ErrorKind::TimedOut) => "connect_timeout",
        _ if is_timeout => "connect_timeout",
        _ => "not_connected",
    };
    TransportError::NotSent { host, reason: word.into() }
}

fn distrust(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "certificate_expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "certificate_not_yet",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "certificate_other_name"
        }
        CertificateError::UnknownIssuer => "certificate_unknown_issuer",
        CertificateError::Revoked => "certificate_revoked",
        _ => "certificate_bad",
    }
}

/// How a connection ended on which something may have been sent.
fn broken(error: &reqwest::Error) -> &'static str {
    if let Some(error) = find::<hyper::Error>(error) {
        if error.is_parse() {
            return "not_http";
        }
        if error.is_incomplete_message() {
            return "closed";
        }
    }
    match find::<std::io::Error>(error).map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted) => "reset",
        Some(ErrorKind::UnexpectedEof) => "closed",
        _ if error.is_decode() => "not_decodable",
        _ => "closed",
    }
}

/// The first error of this kind in the chain of causes. What an `io::Error` wraps is no `source` of it and is looked
/// at here too.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|inner| find::<E>(inner)) {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// One sentence for each word, and one for each kind that the words refine.
pub(super) const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "transport.authority",
        "私有 CA 证书文件读不懂：里面没有 PEM 格式的证书。",
        "The private CA file cannot be read: it holds no certificate in PEM form.",
        "请提供以 -----BEGIN CERTIFICATE----- 开头的文件。",
        "Give a file that begins with -----BEGIN CERTIFICATE-----.",
    ),
    Sentence::new(
        "transport.forbidden",
        "不允许访问 {host}：{reason}。",
        "{host} may not be called: {reason}.",
        "请检查连接的地址和 hosts 列表。",
        "Check the connection's address and its hosts list.",
    ),
    Sentence::new(
        "transport.bad_address",
        "调用的地址不是有效的网址，或带有用户名和密码，所以没有发出。",
        "The address of the call is not valid, or holds a user name and password; the call was not sent.",
        "请检查连接设置里的地址。",
        "Check the addresses in the connection's settings.",
    ),
    Sentence::new(
        "transport.bad_scheme",
        "{host}：只能访问 https 或 http 地址。",
        "{host}: only https and http addresses can be called.",
        "请改正连接的地址。",
        "Correct the connection's address.",
    ),
    Sentence::new(
        "transport.host_not_listed",
        "主机 {host} 不在该连接允许访问的名单里，所以没有发出。",
        "The host {host} is not among those that this connection may call; the call was not sent.",
        "如果确实要访问它，请管理员把它加到连接的 hosts 列表。",
        "If it is meant, an administrator adds it to the connection's hosts list.",
    ),
    Sentence::new(
        "transport.private_address",
        "主机 {host} 指向内网或本机地址，而管理员没有点名允许它，所以没有发出。",
        "The host {host} leads to a private address or this machine, and no administrator has named it; the call was \
         not sent.",
        "如果它是本公司的服务器，请把它原样加到连接的 hosts 列表。",
        "If it is a server of yours, add exactly this host to the connection's hosts list.",
    ),
    Sentence::new(
        "transport.forbidden_address",
        "主机 {host} 指向链路本地、云主机元数据、组播或保留地址，任何设置都不能放行。",
        "The host {host} leads to a link-local, metadata, multicast or reserved address, which no setting allows.",
        "请检查地址是否写错，域名解析是否被篡改。",
        "Check the address for a mistake and the name server for tampering.",
    ),
    Sentence::new(
        "transport.bad_proxy",
        "到 {host} 的代理服务器地址无效。",
        "The proxy for {host} has no valid address.",
        "请改正连接的 proxy 设置，例如 http://10.0.0.2:3128。",
        "Correct the connection's proxy setting, such as http://10.0.0.2:3128.",
    ),
    Sentence::new(
        "transport.bad_call",
        "给 {host} 的请求写不成 HTTP：请求头里有不允许的字符。",
        "The call to {host} cannot be written as HTTP: a header holds characters that are not allowed.",
        "请检查连接设置里是否混入了换行或其他控制字符。",
        "Check the connection's settings for line breaks or other control characters.",
    ),
    Sentence::new(
        "transport.not_sent",
        "连不上 {host}：{reason}。请求没有发出。",
        "{host} cannot be reached: {reason}. The call was not sent.",
        "请检查网络和地址；恢复后会自动继续。",
        "Check the network and the address; work goes on by itself afterwards.",
    ),
    Sentence::new(
        "transport.unknown_host",
        "找不到主机 {host}：域名解析不到地址。请求没有发出。",
        "There is no host {host}: its name does not resolve. The call was not sent.",
        "请检查地址的拼写，以及本机的 DNS 设置。",
        "Check the spelling of the address and this machine's DNS settings.",
    ),
    Sentence::new(
        "transport.refused",
        "{host} 拒绝连接：这个端口没有程序在监听。请求没有发出。",
        "{host} refused the connection: nobody listens on this port. The call was not sent.",
        "请检查端口，确认对方的服务已启动；恢复后会自动继续。",
        "Check the port and that the service there is running; work goes on by itself afterwards.",
    ),
    Sentence::new(
        "transport.unreachable",
        "到 {host} 的网络不通。请求没有发出。",
        "There is no route to {host}. The call was not sent.",
        "请检查本机网络、VPN 和防火墙。",
        "Check this machine's network, VPN and firewall.",
    ),
    Sentence::new(
        "transport.connect_timeout",
        "{host} 在规定时间内没有接受连接。请求没有发出。",
        "{host} did not accept the connection in time. The call was not sent.",
        "对方可能已关机，或被防火墙挡住；恢复后会自动继续。",
        "It may be down or behind a firewall; work goes on by itself afterwards.",
    ),
    Sentence::new(
        "transport.not_connected",
        "与 {host} 建立连接时失败。请求没有发出。",
        "No connection to {host} could be made. The call was not sent.",
        "请检查网络、地址和端口；恢复后会自动继续。",
        "Check network, address and port; work goes on by itself afterwards.",
    ),
    Sentence::new(
        "transport.no_tls",
        "{host} 没有按 TLS（https）应答。请求没有发出。",
        "{host} does not speak TLS (https). The call was not sent.",
        "这个端口可能是 http 的，请检查地址开头和端口。",
        "The port may be one for http: check the scheme and the port of the address.",
    ),
    Sentence::new(
        "transport.certificate",
        "{host} 的证书不被信任：{reason}。请求没有发出。",
        "The certificate of {host} is not accepted: {reason}. The call was not sent.",
        "请对方更新证书；自建 CA 请在服务器配置里指定 CA 文件。",
        "Have it renewed; for a private CA, name its file in the server's configuration.",
    ),
    Sentence::new(
        "transport.certificate_expired",
        "{host} 的证书已过期，连接不安全。请求没有发出。",
        "The certificate of {host} has expired. The call was not sent.",
        "请对方的管理员更新证书，并检查本机时间是否正确。",
        "Have its administrator renew it, and check this machine's clock.",
    ),
    Sentence::new(
        "transport.certificate_not_yet",
        "{host} 的证书还没有到生效时间。请求没有发出。",
        "The certificate of {host} is not valid yet. The call was not sent.",
        "请检查本机时间是否正确。",
        "Check this machine's clock.",
    ),
    Sentence::new(
        "transport.certificate_other_name",
        "{host} 出示的证书是发给另一个域名的。请求没有发出。",
        "The certificate of {host} is for another name. The call was not sent.",
        "请使用证书上的域名作为地址，或请对方换证书。",
        "Use the name of the certificate in the address, or have the certificate replaced.",
    ),
    Sentence::new(
        "transport.certificate_unknown_issuer",
        "{host} 的证书由不受信任的机构签发（或为自签名）。请求没有发出。",
        "The certificate of {host} was issued by an authority that is not trusted, or by itself. The call was not sent.",
        "如果是公司自建的 CA，请在服务器配置里指定 CA 文件；没有“不校验”的选项。",
        "For a private CA, name its file in the server's configuration; there is no switch to skip the check.",
    ),
    Sentence::new(
        "transport.certificate_revoked",
        "{host} 的证书已被吊销。请求没有发出。",
        "The certificate of {host} has been revoked. The call was not sent.",
        "请对方的管理员更换证书。",
        "Have its administrator replace it.",
    ),
    Sentence::new(
        "transport.certificate_bad",
        "{host} 的证书有问题，不被接受。请求没有发出。",
        "The certificate of {host} is faulty and is not accepted. The call was not sent.",
        "请对方的管理员检查证书。",
        "Have its administrator check it.",
    ),
    Sentence::new(
        "transport.timed_out",
        "{host} 在 {seconds} 秒内没有答完，不知道它有没有执行。",
        "{host} did not answer within {seconds} s; whether it acted is not known.",
        "系统会先查询再决定是否重发，不会写成两份。经常发生时请检查对方的负载。",
        "It is looked up before anything is sent again, so nothing is written twice. If it happens often, check the load \
         there.",
    ),
    Sentence::new(
        "transport.broken",
        "与 {host} 的连接中断（{reason}），不知道它有没有执行。",
        "The connection to {host} broke ({reason}); whether it acted is not known.",
        "系统会先查询再决定是否重发，不会写成两份。",
        "It is looked up before anything is sent again, so nothing is written twice.",
    ),
    Sentence::new(
        "transport.closed",
        "{host} 没有答完就关闭了连接，不知道它有没有执行。",
        "{host} closed the connection before its answer ended; whether it acted is not known.",
        "系统会先查询再决定是否重发，不会写成两份。",
        "It is looked up before anything is sent again, so nothing is written twice.",
    ),
    Sentence::new(
        "transport.reset",
        "与 {host} 的连接被切断，不知道它有没有执行。",
        "The connection to {host} was cut; whether it acted is not known.",
        "系统会先查询再决定是否重发，不会写成两份。经常发生时请检查中间的防火墙和负载均衡。",
        "It is looked up before anything is sent again, so nothing is written twice. If it happens often, check firewalls \
         and balancers on the way.",
    ),
    Sentence::new(
        "transport.not_http",
        "{host} 的应答不是 HTTP，读不懂。",
        "The answer of {host} is not HTTP.",
        "请检查地址和端口是否指向了别的服务。",
        "Check whether address and port belong to another service.",
    ),
    Sentence::new(
        "transport.not_decodable",
        "{host} 的应答解压失败，内容已损坏。",
        "The answer of {host} cannot be decompressed; it is damaged.",
        "系统会先查询再决定是否重发。经常发生时请检查中间的代理。",
        "It is looked up before anything is sent again. If it happens often, check proxies on the way.",
    ),
    Sentence::new(
        "transport.mail_address",
        "交给 {host} 的邮件里有不是邮箱地址的收件人或发件人，没有发出。",
        "A sender or receiver of the message for {host} is no e-mail address; nothing was sent.",
        "请检查连接的 from，以及接收方的 emails。",
        "Check the connection's from, and the emails of the receivers.",
    ),
    Sentence::new(
        "transport.mail_no_login",
        "邮件服务器 {host} 不提供 PLAIN 或 LOGIN 登录，没有发出。",
        "The mail server {host} offers no sign-in by PLAIN or LOGIN; nothing was sent.",
        "多半是端口不对：提交邮件用 465 或 587。不需要登录的服务器请删去 user 和 password。",
        "Mostly the port is another one: mail is handed over at 465 or 587. For a server without sign-in remove user and \
         password.",
    ),
    Sentence::new(
        "transport.mail_no_tls",
        "邮件服务器 {host} 不提供 STARTTLS，没有登录也没有发出。",
        "The mail server {host} offers no STARTTLS; we neither signed in nor sent anything.",
        "请改用 465 端口和 tls: implicit，或让管理员开启 TLS。",
        "Use port 465 with tls: implicit, or have TLS switched on there.",
    ),
    Sentence::new(
        "transport.mail_proxy",
        "发邮件不能经过 HTTP 代理，没有连接 {host}。",
        "Mail cannot go through a proxy for HTTP; {host} was not called.",
        "请从连接里删去 proxy。",
        "Remove proxy from the connection.",
    ),
    Sentence::new(
        "transport.mail_silent",
        "邮件服务器 {host} 在规定时间内没有应答，邮件没有交出。",
        "The mail server {host} did not answer in time; the message was not handed over.",
        "会稍后再发。多次出现时请检查端口：465 用 implicit，587 用 starttls。",
        "It is sent again later. If this comes again check the port: 465 goes with implicit, 587 with starttls.",
    ),
    Sentence::new(
        "transport.mail_left",
        "邮件服务器 {host} 中途关闭了连接，邮件没有交出。",
        "The mail server {host} closed the connection before the message was handed over.",
        "会稍后再发。",
        "It is sent again later.",
    ),
    Sentence::new(
        "transport.mail_not_smtp",
        "{host} 的应答不是邮件服务器的应答，邮件没有交出。",
        "{host} does not answer as a mail server does; the message was not handed over.",
        "请检查地址和端口：465 用 implicit，587 用 starttls。",
        "Check address and port: 465 goes with implicit, 587 with starttls.",
    ),
    Sentence::new(
        "transport.mail_closed",
        "邮件已交给 {host}，没有等到它的应答，可能已送达。",
        "The message was handed to {host} and no answer came; it may have arrived.",
        "不会再发，以免收到两封。",
        "It is not sent again, so that nobody gets it twice.",
    ),
    Sentence::new(
        "transport.too_large",
        "{host} 的应答超过了 {limit} 字节的上限，已放弃读取。",
        "The answer of {host} is larger than {limit} bytes and was cut off.",
        "请在连接里把每页条数（page）调小。",
        "Lower the records per page (page) of the connection.",
    ),
];
