"""What an install leaves behind in scrimp's own data folder: a receipt per settings file, and a backup of it.

The receipt holds the file as it was before scrimp, so that uninstall can restore it byte for byte when nothing
else has changed, and what install created, so that uninstall takes out no more when something has.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from scrimp.core import settings
from scrimp.core.errors import SettingsError
from scrimp.core.untrusted import as_list, as_object, is_list

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
_FOLDER = "installs"


@dataclass
class Receipt:
    """One install: `sha256` of the file as written, the `original` before it (base64, None: no file)."""

    path: str
    scope: str
    bundle: str
    sha256: str
    original: str | None
    made_folder: bool
    created: list[list[str]] = field(default_factory=list[list[str]])
    replaced: list[tuple[list[str], object]] = field(default_factory=list[tuple[list[str], object]])
    schema: int = SCHEMA

    def is_of(self, content: bytes | None) -> bool:
        """Whether `content` is exactly what this install wrote."""
        return content is not None and digest(content) == self.sha256

    def original_bytes(self) -> bytes | None:
        """The file before scrimp came, or None when there was none."""
        return None if self.original is None else base64.b64decode(self.original)


def digest(content: bytes) -> str:
    """The fingerprint by which a receipt knows its file again."""
    return hashlib.sha256(content).hexdigest()


def encoded(content: bytes | None) -> str | None:
    """A file's content as a receipt holds it."""
    return None if content is None else base64.b64encode(content).decode("ascii")


def load(path: str, environ: Mapping[str, str]) -> Receipt | None:
    """The receipt for the settings file `path`, or None when there is none that can be read."""
    return _read(_base(path, environ) + ".json")


def load_all(environ: Mapping[str, str]) -> list[Receipt]:
    """Every receipt on this machine."""
    folder = os.path.join(settings.data_dir(environ), _FOLDER)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = (_read(os.path.join(folder, name)) for name in names if name.endswith(".json"))
    return [receipt for receipt in found if receipt is not None]


def store(receipt: Receipt, environ: Mapping[str, str]) -> None:
    """Keep `receipt`; SettingsError when the data folder does not take it."""
    _write(_base(receipt.path, environ) + ".json", json.dumps(asdict(receipt), indent=1).encode("utf-8"))


def back_up(path: str, content: bytes, environ: Mapping[str, str]) -> str:
    """Keep the settings file as it stands right before a write, and return where; SettingsError when that fails."""
    backup = _base(path, environ) + ".backup"
    _write(backup, content)
    return backup


def drop(path: str, environ: Mapping[str, str]) -> None:
    """Forget the receipt for `path`."""
    try:
        os.unlink(_base(path, environ) + ".json")
    except FileNotFoundError:
        return


def _base(path: str, environ: Mapping[str, str]) -> str:
    key = hashlib.sha256(os.path.realpath(path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return os.path.join(settings.data_dir(environ), _FOLDER, key)


def _read(path: str) -> Receipt | None:
    try:
        with open(path, encoding="utf-8") as file:
            row = as_object(json.load(file))
        if not _is_understood(row):
            return None
        receipt = Receipt(**row)
        receipt.original_bytes()
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return receipt


def _is_understood(row: dict[str, Any]) -> bool:
    """Whether every value is of its field's type: a receipt may have been edited, or be of another version."""
    created, replaced = row.get("created"), row.get("replaced")
    return (
        row.get("schema") == SCHEMA
        and all(isinstance(row.get(name), str) for name in ("path", "scope", "bundle", "sha256"))
        and isinstance(row.get("original"), (str, type(None)))
        and isinstance(row.get("made_folder"), bool)
        and is_list(created)
        and all(_is_path(path) for path in as_list(created))
        and is_list(replaced)
        and all(_is_replaced(pair) for pair in as_list(replaced))
    )


def _is_replaced(value: object) -> bool:
    match as_list(value):
        case [path, _]:
            return _is_path(path)
        case _:
            return False


def _is_path(value: object) -> bool:
    return is_list(value) and all(isinstance(key, str) for key in as_list(value))


def _write(path: str, content: bytes) -> None:
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        for folder in (os.path.dirname(os.path.dirname(path)), os.path.dirname(path)):
            os.makedirs(folder, mode=0o700, exist_ok=True)  # the mode is the last folder's alone
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except OSError as error:
        raise SettingsError(f"{path}: no backup could be written ({error.strerror}), so nothing was changed") from error
