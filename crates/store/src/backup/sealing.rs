//! The file around a backup: as it is, or sealed with a passphrase.
//!
//! Sealed, it is a stream of pieces of 64 KiB, each with XChaCha20-Poly1305 in the STREAM construction: none can be changed,
//! left out, moved or cut off unnoticed. The key comes of the passphrase by Argon2id, with a salt of the file's own.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use argon2::Argon2;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::KeyInit;
use contract::store::StoreError;
use model::Secret;
use zeroize::Zeroizing;

use super::{Sealing, of_file};

const PLAIN: &[u8; 20] = b"qiao backup 1 plain\n";
const SEALED: &[u8; 20] = b"qiao backup 1 seal.\n";

/// Bytes of a piece, before it is sealed.
const PIECE: usize = 64 * 1024;

/// What sealing adds to each piece.
const TAG: usize = 16;

const SALT: usize = 16;
const NONCE: usize = 19;

/// Where a backup is written to.
pub(crate) enum Out {
    Plain(BufWriter<File>),
    Sealed(Box<Pieces>),
    /// Only what it adds up to is asked for.
    Nowhere,
}

/// Pieces on their way to the file.
pub(crate) struct Pieces {
    to: BufWriter<File>,
    cipher: EncryptorBE32<XChaCha20Poly1305>,
    piece: Vec<u8>,
}

/// The key of a passphrase.
fn cipher(passphrase: &Secret, salt: &[u8; SALT]) -> io::Result<XChaCha20Poly1305> {
    let mut key = Zeroizing::new([0; 32]);
    Argon2::default()
        .hash_password_into(passphrase.reveal().as_bytes(), salt, &mut *key)
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(XChaCha20Poly1305::new((&*key).into()))
}

impl Out {
    pub fn new(mut to: BufWriter<File>, sealing: &Sealing) -> io::Result<Out> {
        let Some(passphrase) = &sealing.passphrase else {
            to.write_all(PLAIN)?;
            return Ok(Out::Plain(to));
        };
        let mut salt = [0; SALT];
        salt.copy_from_slice(&sealing.nonces.draw()[..SALT]);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&sealing.nonces.draw()[..NONCE]);
        for part in [&SEALED[..], &salt, &nonce] {
            to.write_all(part)?;
        }
        let cipher = EncryptorBE32::from_aead(cipher(passphrase, &salt)?, (&nonce).into());
        Ok(Out::Sealed(Box::new(Pieces { to, cipher, piece: Vec::with_capacity(PIECE) })))
    }

    pub fn nowhere() -> Out {
        Out::Nowhere
    }

    /// Seals the last piece.
    pub fn finish(self) -> io::Result<Out> {
        match self {
            Out::Sealed(pieces) => {
                let Pieces { mut to, cipher, piece } = *pieces;
                let last = cipher.encrypt_last(&piece[..]).map_err(|_| too_long())?;
                to.write_all(&last)?;
                Ok(Out::Plain(to))
            }
            other => Ok(other),
        }
    }
}

/// More pieces than can be counted: 256 TiB.
fn too_long() -> io::Error {
    io::Error::other("the backup is too long to be sealed")
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Plain(to) => to.write(bytes),
            Out::Nowhere => Ok(bytes.len()),
            Out::Sealed(pieces) => {
                // The last piece is sealed as such: a full one waits for what comes after it.
                if pieces.piece.len() == PIECE && !bytes.is_empty() {
                    let sealed = pieces.cipher.encrypt_next(&pieces.piece[..]).map_err(|_| too_long())?;
                    pieces.to.write_all(&sealed)?;
                    pieces.piece.clear();
                }
                let taken = bytes.len().min(PIECE - pieces.piece.len());
                pieces.piece.extend_from_slice(&bytes[..taken]);
                Ok(taken)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Plain(to) => to.flush(),
            Out::Nowhere | Out::Sealed(_) => Ok(()),
        }
    }
}

/// Where a backup is read from.
pub(crate) enum In {
    Plain(BufReader<File>),
    Sealed(Box<Opening>),
}

/// Pieces on their way from the file.
pub(crate) struct Opening {
    from: BufReader<File>,
    /// `None` once the last piece was opened.
    cipher: Option<DecryptorBE32<XChaCha20Poly1305>>,
    /// The piece that comes next, sealed.
    next: Vec<u8>,
    piece: Vec<u8>,
    read: usize,
}

impl In {
    /// # Errors
    /// [`StoreError::NoBackup`] for another file, [`StoreError::Passphrase`] for one that does not open.
    pub fn new(mut from: BufReader<File>, passphrase: Option<&Secret>) -> Result<In, StoreError> {
        let mut mark = [0; PLAIN.len()];
        from.read_exact(&mut mark).map_err(|_| StoreError::NoBackup)?;
        match &mark {
            PLAIN => Ok(In::Plain(from)),
            SEALED => {
                let passphrase = passphrase.ok_or(StoreError::Passphrase)?;
                let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
                let cut_off = |_| StoreError::BackupDamaged("head".into());
                from.read_exact(&mut salt).map_err(cut_off)?;
                from.read_exact(&mut nonce).map_err(cut_off)?;
                let cipher = cipher(passphrase, &salt).map_err(|error| of_file(&error))?;
                let cipher = Some(DecryptorBE32::from_aead(cipher, (&nonce).into()));
                let mut opening = Opening { from, cipher, next: Vec::new(), piece: Vec::new(), read: 0 };
                opening.next = opening.sealed().map_err(|error| of_file(&error))?;
                // The first piece shows whether the passphrase is right.
                opening.open().map_err(|_| StoreError::Passphrase)?;
                Ok(In::Sealed(Box::new(opening)))
            }
            _ => Err(StoreError::NoBackup),
        }
    }
}

impl Opening {
    fn sealed(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        (&mut self.from).take((PIECE + TAG) as u64).read_to_end(&mut piece)?;
        Ok(piece)
    }

    /// Opens the next piece. What is behind it tells whether it is the last.
    fn open(&mut self) -> io::Result<()> {
        let sealed = std::mem::take(&mut self.next);
        self.next = self.sealed()?;
        let opened = match (self.next.is_empty(), self.cipher.take()) {
            (true, Some(cipher)) => cipher.decrypt_last(&sealed[..]),
            (false, Some(mut cipher)) => {
                let opened = cipher.decrypt_next(&sealed[..]);
                self.cipher = Some(cipher);
                opened
            }
            (_, None) => return Ok(()),
        };
        self.piece = opened.map_err(|_| io::Error::other("a piece does not open"))?;
        self.read = 0;
        Ok(())
    }
}

impl Read for In {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            In::Plain(from) => from.read(into),
            In::Sealed(opening) => {
                if opening.read == opening.piece.len() && opening.cipher.is_some() {
                    opening.open()?;
                }
                let left = &opening.piece[opening.read..];
                let taken = left.len().min(into.len());
                into[..taken].copy_from_slice(&left[..taken]);
                opening.read += taken;
                Ok(taken)
            }
        }
    }
}
