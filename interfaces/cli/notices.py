"""``guicheng notices``: what waits to be delivered, what could not be, and trying again 通知投递."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from infrastructure.delivery.letters import dead_letters, send_again, waiting
from infrastructure.server import role_url
from infrastructure.settings import Settings
from interfaces.bootstrap import APP, set_up
from interfaces.cli.output import AsJson, fail, out, say_json, say_table

app = typer.Typer(help="Delivery of notices: waiting, dead letters 通知投递与死信", no_args_is_help=True)


@app.command("dead-letters")
def show_dead_letters(as_json: AsJson = False) -> None:
    """Notices that could not be delivered, with the error 死信; exit code 1 where there are any."""
    url = _url()
    found, queued = dead_letters(url), waiting(url)
    if as_json:
        say_json({"waiting": queued, "dead": [asdict(each) for each in found]})
    else:
        rows = [
            (each.id, each.notice, each.channel, each.recipients, each.attempts, each.last_at, each.error)
            for each in found
        ]
        columns = ("letter", "notice 通知", "channel 渠道", "to 收件人", "tries 次数", "last 最近", "error 原因")
        say_table(f"Dead letters 死信 ({queued} waiting 待投递)", columns, rows, numeric=(4,))
    raise typer.Exit(1 if found else 0)


@app.command("send-again")
def try_again(
    letters: Annotated[list[str] | None, typer.Argument(help="Letters to try again; none means all 死信编号")] = None,
) -> None:
    """Put dead letters into the queue again 重新投递."""
    url = _url()
    try:
        ids = [UUID(each) for each in letters or ()]
    except ValueError:
        raise fail(
            "A letter's number is a UUID; `guicheng notices dead-letters` shows them.",
            "死信编号应为 UUID；见 guicheng notices dead-letters。",
        ) from None
    count = send_again(url, ids or [each.id for each in dead_letters(url)])
    out.print(f"{count} letters are queued again 已重新排队", highlight=False)


def _url() -> str:
    settings = Settings.load()
    set_up(settings)
    return role_url(settings, APP)
