"""The error that means: the user can mend this."""

from __future__ import annotations

_MOST = 2000


class UserError(ValueError):
    """Bad input, said in one sentence that names the file or setting and the way out.

    The command line prints it and exits with 2; the window shows it in its message bar. Anything else that
    escapes a job is a failure of ours and keeps its traceback.
    """

    def __str__(self) -> str:
        text = super().__str__()  # it may quote a file, and that may be anybody's
        return text if len(text) <= _MOST else f"{text[: _MOST // 2]} … {text[-_MOST // 2 :]}"


class ConfigError(UserError):
    """A setting that is unknown, of the wrong type, out of range, or at odds with another."""
