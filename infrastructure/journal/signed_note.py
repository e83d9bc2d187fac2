"""Signed notes (C2SP signed-note) with Ed25519 签名文书: text, a blank line, one line a signature.

A signature line is ``— <name> base64(key id || signature)``; the key id is the start of sha256(name, newline, type
byte, public key). Type 0x01 signs the text as it is; type 0x04 is a witness's cosignature with a time (C2SP
tlog-cosignature). Verifier keys are exchanged as ``name+hex key id+base64(type || public key)``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
MOST_SIGNATURES = 100


class NoteError(ValueError):
    """A note, key or signature that is malformed or does not hold."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; ``value`` is what follows the key id."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """As it stands in the note, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """``text`` ends in a newline."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """With these beside its own, none twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))

    @classmethod
    def parse(cls, note: str) -> Note:
        """The inverse of ``str``; raises NoteError."""
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note):
            raise NoteError("not a signed note: text, an empty line, signature lines 不是签名文书")
        return cls(text + "\n", signatures(lines))


def signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines; raises NoteError."""
    found = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            value = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            value = b""
        if dash != "—" or not _is_name(name) or len(value) < 5:
            raise NoteError(f"not a signature line: {line[:80]!r} 不是签名行")
        found.append(Signature(name, value[:4], value[4:]))
    if len(found) > MOST_SIGNATURES:
        raise NoteError(f"a note with over {MOST_SIGNATURES} signatures 签名过多")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key somebody trusts: its owner's name, the signature type, 32 bytes."""

    name: str
    type: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The inverse of ``str``; raises NoteError."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            data = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            data = b""
        if not _is_name(name) or len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
            raise NoteError("not a verifier key of Ed25519: name+key id+base64 不是 Ed25519 公钥")
        key = cls(name, data[0], data[1:])
        if key.id.hex() != key_id.lower():
            raise NoteError("the verifier key's id does not fit the key; it was copied wrongly 公钥标识不符")
        return key

    def verify(self, note: Note) -> int | None:
        """Raises NoteError unless this key signed the note; gives the time (Unix seconds) of a cosignature."""
        mine = [each for each in note.signatures if each.name == self.name and each.key_id == self.id]
        if not mine:
            raise NoteError(f"not signed by {self.name} 没有 {self.name} 的签名")
        when = None
        for signature in mine:
            message, value = note.text.encode(), signature.value
            if self.type == COSIGNATURE:
                when, value = int.from_bytes(value[:8]), value[8:]
                message = cosigned(note.text, when)
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
            except InvalidSignature:
                raise NoteError(f"the signature of {self.name} does not hold 签名无效") from None
        return when


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under a name: ``seed`` is 32 secret bytes."""

    name: str
    seed: bytes
    type: int = ED25519

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise NoteError(f"a key's name has no spaces and no plus: {self.name!r} 名称不可含空格或加号")

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @property
    def verifier(self) -> VerifierKey:
        """What the others need to check its signatures."""
        return VerifierKey(self.name, self.type, self._private().public_key().public_bytes_raw())

    def sign(self, text: str, now: int = 0) -> Signature:
        """Signs a note's text; a cosignature also says when (Unix seconds)."""
        if self.type == COSIGNATURE:
            return Signature(self.name, self.verifier.id, now.to_bytes(8) + self._private().sign(cosigned(text, now)))
        return Signature(self.name, self.verifier.id, self._private().sign(text.encode()))

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def cosigned(text: str, when: int) -> bytes:
    """What a witness signs: a header, the time, the text."""
    return f"cosignature/v1\ntime {when}\n{text}".encode()


def _is_name(name: str) -> bool:
    return bool(name) and not re.search(r"[\s+]", name)
