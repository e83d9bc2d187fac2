"""``guicheng witness``: watch somebody's journal from a machine of one's own 见证."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from infrastructure.journal.remote import Unreachable, over_http, visit
from infrastructure.journal.signed_note import NoteError, VerifierKey
from infrastructure.journal.witness import Refused, Witness
from interfaces.cli.output import AsJson, err, fail, out, say_json


def commands(app: typer.Typer) -> None:
    """Put the command at the top."""
    app.command("witness")(watch)


def watch(
    address: Annotated[str, typer.Argument(help="Where the journal is served, e.g. https://host/tlog 日志地址")],
    key: Annotated[str, typer.Option("--key", help="The journal's verifier key, got another way 日志公钥")],
    folder: Annotated[Path, typer.Option("--folder", help="Where the witness keeps what it saw 见证目录")],
    name: Annotated[str, typer.Option("--name", help="The witness's own name 见证名称")] = "witness",
    every: Annotated[int, typer.Option("--every", min=0, help="Seconds between visits; 0: once 间隔秒数")] = 0,
    as_json: AsJson = False,
) -> None:
    """See that a journal only grew since the last visit, and cosign; needs no database 见证日志."""
    try:
        verifier = VerifierKey.parse(key)
    except NoteError as error:
        raise fail(f"--key is no verifier key: {error}", "--key 不是公钥。") from None
    witness = Witness(folder, name, [verifier])
    while True:
        try:
            shown, note = asyncio.run(visit(over_http(address), witness, verifier))
        except Unreachable as error:
            if not every:
                raise fail(str(error), "无法访问日志，请稍后重试。", 3) from None
            err.print(str(error))
        except Refused as refusal:
            raise fail(
                f"The journal did not only grow since the last visit: {refusal}. Keep the folder {folder} as evidence.",
                f"日志与上次见证不一致，请保留 {folder} 作为证据。",
            ) from None
        except (NoteError, ValueError) as error:
            raise fail(f"What {address} shows is no checkpoint of that key: {error}", "该地址的检查点无效。") from None
        else:
            if as_json:
                say_json({"size": shown.size, "root": shown.root.hex(), "note": str(note)})
            else:
                out.print(f"✓ {shown.size:,} entries, only grown since the last visit 仅有增长", soft_wrap=True)
                out.print(str(note), soft_wrap=True, end="", markup=False)
        if not every:
            return
        time.sleep(every)
