"""Who is who 访问: passwords, sessions, API keys. What one may see and do is decided by roles, elsewhere."""

from infrastructure.access.store import (
    SCOPES,
    Access,
    Bearer,
    Key,
    Scope,
    Session,
    SignInRefused,
    TooManyTries,
    WeakPassword,
)

__all__ = [
    "SCOPES",
    "Access",
    "Bearer",
    "Key",
    "Scope",
    "Session",
    "SignInRefused",
    "TooManyTries",
    "WeakPassword",
]
