"""The one Windows account that may log in, and what a domain controller keeps of it."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OLD_PASSWORD_WORKS = dt.timedelta(minutes=60)
"""Windows' default OldPasswordAllowedPeriod for network logons over NTLM (KB 906305); Samba's is the same."""

_REMEMBERED = 3
_FILES = ("accounts", "accounts.previous", "accounts.before")


@dataclass(frozen=True, slots=True)
class Known:
    """A password of the account, and the accounts' file that holds it."""

    password: str
    file: Path


class Account:
    """Passwords are in files that only this user may read. All methods may be called from any thread.

    `bad_passwords` is the directory's badPwdCount: one more for each refused answer to a challenge, back to nothing on
    success, unchanged while the account is locked. At `lockout_threshold` (None: never) the account is `locked` until
    `unlock()`. Locked, `disabled` and `expired` look from outside like a wrong password (measured on a real directory).
    """

    username = "WINGTIP\\svc-bridge"

    def __init__(
        self,
        folder: Path,
        password: str | None,
        *,
        lockout_threshold: int | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.lockout_threshold = lockout_threshold
        self.bad_passwords = 0
        self.disabled = False
        self.expired = False
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._known: list[Known] = []  # newest first
        self.password = password or secrets.token_urlsafe(18)

    @property
    def password(self) -> str:
        return self._known[0].password

    @password.setter
    def password(self, password: str) -> None:
        """From now on this one only: the one before is as wrong as any other."""
        self.change_password(password, keep_old=False)

    def change_password(self, password: str, *, keep_old: bool = True) -> None:
        """As a directory changes it: the old password works for an hour more, and neither of the last two ever counts.

        Source: KB 906305 for the hour, Microsoft's wiki on badPwdCount for the history of two; both measured on Samba.
        """
        if ":" in password or not password.isprintable():
            raise ValueError("the accounts' file has no way to write a password with a colon or a line break")
        with self._lock:
            before = [known.password for known in self._known] if keep_old else []
            kept = [password, *before][:_REMEMBERED]
            self._known = [Known(each, self._written(each, name)) for each, name in zip(kept, _FILES, strict=False)]
            self._changed = self._clock()

    @property
    def file(self) -> Path:
        """The accounts' file with the password of today."""
        return self._known[0].file

    @property
    def locked(self) -> bool:
        return self.lockout_threshold is not None and self.bad_passwords >= self.lockout_threshold

    def unlock(self) -> None:
        """What an administrator does in the directory."""
        with self._lock:
            self.bad_passwords = 0

    def restrict(self, *, disabled: bool = False, expired: bool = False) -> None:
        """Close the account in one of these ways, or open it again when none is given."""
        self.disabled, self.expired = disabled, expired

    def admits(self, proves: Callable[[Known], bool]) -> bool:
        """Judge one try to log in; `proves` says whether it was made with a password. Counts it when it was not."""
        with self._lock:
            age = next((age for age, known in enumerate(self._known) if proves(known)), None)
            if self.locked:
                return False
            if age is None:
                self.bad_passwords += 1
                return False
            if self.disabled or self.expired or not self._works(age):
                return False
            self.bad_passwords = 0
            return True

    def _works(self, age: int) -> bool:
        return age == 0 or (age == 1 and self._clock() - self._changed < OLD_PASSWORD_WORKS)

    def _written(self, password: str, name: str) -> Path:
        file = self._folder / name
        replacement = file.with_suffix(f".{secrets.token_hex(4)}")
        replacement.touch(mode=0o600)
        replacement.write_text(self.username.replace("\\", ":") + f":{password}\n", encoding="utf-8")
        return replacement.replace(file)
