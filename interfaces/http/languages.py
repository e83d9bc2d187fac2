"""The caller's language 语言: Chinese or English, by ``Accept-Language`` (RFC 9110, 12.5.4)."""

from typing import Literal

from starlette.requests import HTTPConnection

Language = Literal["zh", "en"]

_MOST = 1000


def chosen(header: str | None, default: Language = "en") -> Language:
    """The better liked of zh and en; ``default`` where neither is named. Nonsense in the header is no error."""
    best: tuple[float, Language] = (0.0, default)
    for part in (header or "")[:_MOST].split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if primary == "zh" and weight > best[0]:
            best = (weight, "zh")
        elif primary == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]


def language_of(request: HTTPConnection) -> Language:
    """What the request's headers ask for."""
    return chosen(request.headers.get("accept-language"))


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
