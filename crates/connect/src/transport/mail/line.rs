//! Lines to and from a mail server. Nothing is read ahead of the end of a reply.

use std::io::ErrorKind;

use contract::transport::{Answer, Stage};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::Trouble;
use crate::transport::failure::reason;

/// A reply is no longer than this, all lines together.
const LONGEST: usize = 16 << 10;

/// What a server says to a command.
pub(super) struct Reply {
    code: u16,
    /// Its texts, without the code.
    pub lines: Vec<String>,
}

impl Reply {
    pub(super) fn answer(&self, stage: Stage) -> Answer {
        stage.answer(self.code, self.lines.join(" "))
    }

    /// That it was done; else what the server says to that.
    pub(super) fn positive(self, stage: Stage) -> Result<Reply, Trouble> {
        self.of(2, stage)
    }

    /// That it goes on; else what the server says to that.
    pub(super) fn intermediate(self, stage: Stage) -> Result<Reply, Trouble> {
        self.of(3, stage)
    }

    fn of(self, wanted: u16, stage: Stage) -> Result<Reply, Trouble> {
        match self.code / 100 {
            kind if kind == wanted => Ok(self),
            4 | 5 => Err(Trouble::Refused(self.answer(stage))),
            // Done where it was to go on, or the other way round.
            _ => Err(unreadable()),
        }
    }
}

fn unreadable() -> Trouble {
    Trouble::Broken(ErrorKind::InvalidData.into())
}

/// Says a line, and hears what the server says to it.
pub(super) async fn command<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    line: &str,
) -> Result<Reply, Trouble> {
    if line.contains(['\r', '\n', '\0']) {
        return Err(Trouble::Unfit(reason::MAIL_ADDRESS));
    }
    stream.write_all(format!("{line}\r\n").as_bytes()).await.map_err(Trouble::Broken)?;
    stream.flush().await.map_err(Trouble::Broken)?;
    reply(stream).await
}

/// Hands a text over, line by line, up to the dot that ends it; no line of its own is that dot.
pub(super) async fn data<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    text: &str,
) -> Result<Reply, Trouble> {
    let mut bytes = Vec::with_capacity(text.len() + 64);
    for line in text.split_terminator("\r\n") {
        if line.starts_with('.') {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    stream.write_all(&bytes).await.map_err(Trouble::Broken)?;
    stream.flush().await.map_err(Trouble::Broken)?;
    reply(stream).await
}

/// Hears a reply: `250-text` and so on, up to the line whose code has no dash behind it.
pub(super) async fn reply<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Reply, Trouble> {
    let (mut code, mut lines, mut heard) = (None, Vec::new(), 0);
    loop {
        let line = line(stream, LONGEST - heard).await?;
        heard += line.len();
        let (digits, rest) = line.split_at_checked(3).ok_or_else(unreadable)?;
        let is_code =
            digits.bytes().all(|byte| byte.is_ascii_digit()) && matches!(digits.as_bytes()[0], b'2'..=b'5');
        let this: u16 = digits.parse().ok().filter(|_| is_code).ok_or_else(unreadable)?;
        if *code.get_or_insert(this) != this {
            return Err(unreadable());
        }
        let (goes_on, text) = match rest.strip_prefix('-') {
            Some(text) => (true, text),
            None if rest.is_empty() => (false, rest),
            None => (false, rest.strip_prefix(' ').ok_or_else(unreadable)?),
        };
        lines.push(text.trim().to_owned());
        if !goes_on {
            return Ok(Reply { code: this, lines });
        }
    }
}

/// A line without its end.
async fn line<S: AsyncRead + Unpin>(stream: &mut S, most: usize) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    loop {
        match stream.read_u8().await.map_err(Trouble::Broken)? {
            b'\n' => break,
            byte if bytes.len() < most => bytes.push(byte),
            _ => return Err(unreadable()),
        }
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(line.trim_end_matches('\r').to_owned())
}
