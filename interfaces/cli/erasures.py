"""``guicheng erasures``: who was erased, and destroying keys again that a restored backup brought back 个人信息删除."""

from __future__ import annotations

import asyncio

import typer

from infrastructure.erasing import views_of_personal_data
from infrastructure.keys import Erasure
from infrastructure.projecting.rebuild import rebuild
from infrastructure.settings import Settings
from interfaces.bootstrap import House, opener
from interfaces.cli.output import AsJson, out, say_json, say_table
from interfaces.cli.running import on_house

app = typer.Typer(help="Who was erased; destroying keys again after a restore 个人信息删除", no_args_is_help=True)


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """The register of erasures: whose key for which purpose was destroyed, on what ground, when 删除登记."""

    async def do(house: House) -> list[Erasure]:
        return await asyncio.to_thread(house.keys.erasures)

    found = on_house(do)
    if as_json:
        say_json([each._asdict() for each in found])
        return
    rows = [(each.person, each.purpose, each.ground, each.erased_at, each.key_id) for each in found]
    say_table("Erasures 删除登记", ("person 个人", "purpose 目的", "ground 依据", "when 时间", "key 密钥"), rows)


@app.command("reapply")
def reapply(as_json: AsJson = False) -> None:
    """After a restore of the keys' database: destroy again what the register says was destroyed 恢复后重新销毁."""
    settings = Settings.load()

    async def do(house: House) -> int:
        back = await asyncio.to_thread(house.keys.reapply)
        if back and (shown := views_of_personal_data()):
            await asyncio.to_thread(rebuild, house.url, opener(settings), shown)
        return back

    back = on_house(do)
    if as_json:
        say_json({"destroyed_again": back})
    else:
        out.print(f"✓ {back} keys had come back and are destroyed again 已重新销毁")
