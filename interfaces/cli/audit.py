"""``guicheng audit``: check the journal without trusting whoever runs it 审计."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from domain import catalogue
from domain.history import Recorded
from domain.kernel import ERASED, Stream
from infrastructure.journal import checkpoint as checkpoints
from infrastructure.journal.checkpoint import Checkpoint, HistoryChanged, read_checkpoint
from infrastructure.journal.merkle import ProofError
from infrastructure.journal.proof import EXTENSION, prove
from infrastructure.journal.signed_note import NoteError
from infrastructure.journal.verify import verify
from infrastructure.settings import Settings
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, progress, say_fields, say_json, say_table
from interfaces.cli.running import house_url, moment_of, on_house, plain, subject_of

app = typer.Typer(help="Check the journal without trusting whoever runs it 审计", no_args_is_help=True)

Subject = Annotated[str, typer.Argument(help="Subject, e.g. PR260302-0070001 or requisition-PR260302-0070001 单据")]
BATCH = 5_000


@app.command("verify")
def verify_journal(
    kept: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="A checkpoint kept earlier: it must still be contained 早先保存的检查点"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify every entry, the tree and every checkpoint from the stored bytes 校验全部日志."""
    settings = Settings.load()
    notes = [_kept(path) for path in kept or ()]
    url = house_url()
    try:
        with progress("verifying 校验", quiet=as_json) as tell:
            report = verify(url, tell, key=checkpoints.signing_key(settings).verifier, kept=notes)
    except NoteError as error:
        raise fail(f"A checkpoint given is not of this journal: {error}", "所给检查点不是本日志签发的。") from None
    if as_json:
        say_json(report.as_json())
    elif report.holds:
        out.print(f"✓ {report.size:,} entries hold, {report.checkpoints} checkpoint(s) agree 全部一致")
        out.print(f"  root 根 {report.root}")
    else:
        since = "，自上述位置起不可信" if report.problem and report.problem.position >= 0 else ""
        fail(f"The journal does not hold: {report.problem}", f"日志与其承诺不符{since}。")
    raise typer.Exit(0 if report.holds else 1)


@app.command("trail")
def trail(subject: Subject, as_json: AsJson = False) -> None:
    """Everything that happened to a subject: who, under whose authority, which clause and version 单据轨迹."""
    stream = subject_of(subject)

    async def do(house: House) -> list[Recorded]:
        return await house.handler.history(stream)

    found = on_house(do)
    if not found:
        raise _nothing(stream)
    if as_json:
        say_json([_as_json(each) for each in found])
        return
    rows = [
        (
            str(each.position),
            each.version,
            each.occurred_at,
            f"{type(each.event).__name__} {each.event.zh}",
            each.actor + (f" ({each.acting_for})" if each.acting_for else ""),
            "; ".join(f"{b.clause} @{b.policy} {b.rule}: {b.outcome}" for b in each.basis),
        )
        for each in found
    ]
    columns = (
        "position 位置",
        "v 版本",
        "when 时间",
        "what 事件",
        "who (for) 经办(代)",
        "clause @policy rule: outcome 依据",
    )
    say_table(f"{stream}", columns, rows, numeric=(0, 1))


@app.command("as-of")
def as_of(
    subject: Subject,
    position: Annotated[int | None, typer.Option("--position", min=0, help="Up to this position 日志位置")] = None,
    time: Annotated[
        str | None, typer.Option("--time", help="As of this time, e.g. 2026-03-03T17:30+08:00 时间")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A subject as it was at a position or a time 历史状态."""
    stream = subject_of(subject)
    moment = moment_of(time) if time else None

    async def do(house: House) -> tuple[Any, int]:
        history = [
            each
            for each in await house.handler.history(stream)
            if (position is None or each.position <= position) and (moment is None or each.occurred_at <= moment)
        ]
        return catalogue.aggregates()[stream.aggregate].fold(each.event for each in history), len(history)

    state, version = on_house(do)
    if not version:
        raise _nothing(stream)
    shown = {"subject": str(stream), "version": version, "state": plain(state)}
    if as_json:
        say_json(shown)
    else:
        say_fields(f"{stream}  version {version}", shown["state"])


@app.command("replay")
def replay(as_json: AsJson = False) -> None:
    """Read every entry back and fold every subject from its beginning 全量重放."""

    async def do(house: House) -> dict[str, Any]:
        size = await house.journal.size()
        kinds, erased, after = Counter[str](), 0, -1
        states: dict[Stream, tuple[Any, int]] = {}
        with progress("replaying 重放", quiet=as_json) as report:
            while entries := await house.journal.read(after, BATCH):
                for each in house.codec.decode_all(entries):
                    aggregate = catalogue.aggregates()[each.subject.aggregate]
                    state, version = states.get(each.subject, (aggregate.initial, 0))
                    if each.version != version + 1:
                        raise fail(
                            f"Position {each.position}: {each.subject} goes from version {version} to {each.version}.",
                            f"位置 {each.position}：{each.subject} 版本不连续。",
                        )
                    states[each.subject] = (aggregate.evolve(state, each.event), each.version)
                    kinds[type(each.event).__name__] += 1
                    erased += ERASED in each.event.model_dump_json()
                after = entries[-1].position
                report(after + 1, size)
        return {"holds": True, "entries": after + 1, "subjects": len(states), "erased": erased, "types": kinds}

    found = on_house(do)
    if as_json:
        say_json(found)
        return
    out.print(f"✓ {found['entries']:,} entries of {found['subjects']:,} subjects replayed 重放完成")
    say_table("Events 事件", ("type", "entries"), found["types"].most_common(), numeric=(1,))


@app.command("checkpoint")
def make_checkpoint(
    file: Annotated[Path | None, typer.Option("--out", help="Write it to this file 写入文件")] = None,
    as_json: AsJson = False,
) -> None:
    """Sign a checkpoint of the journal as it is now (C2SP signed note); keep it off this machine 生成检查点."""
    settings = Settings.load()
    key = checkpoints.signing_key(settings)

    async def do(house: House) -> Any:
        try:
            return await checkpoints.make(house.journal, key)
        except HistoryChanged as error:
            raise fail(str(error), "日志与先前检查点不一致，拒绝签名。") from error

    note = on_house(do)
    if file is not None:
        file.write_text(str(note), encoding="utf-8")
    if as_json:
        parsed = Checkpoint.parse(note.text)
        found = {"origin": parsed.origin, "size": parsed.size, "root": parsed.root.hex(), "note": str(note)}
        say_json({**found, "verifier_key": str(key.verifier), "public_key_pem": checkpoints.public_key_pem(key)})
        return
    out.print(str(note), soft_wrap=True, end="")
    out.print(f"verifier key 公钥: {key.verifier}", soft_wrap=True)


@app.command("proof")
def proof(
    position: Annotated[int, typer.Argument(min=0, help="Position of the entry 日志位置")],
    folder: Annotated[Path, typer.Option("--out", help="Folder for the files 目录")] = Path("."),
    as_json: AsJson = False,
) -> None:
    """Write an entry's bytes and its inclusion proof (C2SP tlog-proof), to be checked anywhere 包含证明."""
    settings = Settings.load()
    key = checkpoints.signing_key(settings)

    async def do(house: House) -> tuple[bytes, Any]:
        if position >= await house.journal.size():
            raise fail(f"There is no position {position} yet.", f"尚无位置 {position}。")
        note = await checkpoints.make(house.journal, key)
        return (await house.journal.entries([position]))[0].body, await prove(house.journal, position, note)

    body, found = on_house(do)
    try:
        found.verify(body, key.verifier)
    except (ProofError, NoteError) as error:
        raise fail(
            f"Entry {position} is not in the journal as signed: {error}", "该条目不在已签名的日志中。"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    entry = folder / f"entry-{position}.json"
    entry.write_bytes(body)
    written = folder / f"entry-{position}{EXTENSION}"
    written.write_text(str(found), encoding="utf-8")
    if as_json:
        say_json({"position": position, "entry": str(entry), "proof": str(written), "verifier_key": str(key.verifier)})
    else:
        out.print(f"✓ {entry}\n✓ {written}\nverifier key 公钥: {key.verifier}", soft_wrap=True)


def _kept(path: Path) -> Any:
    try:
        return read_checkpoint(path)[0]
    except (OSError, NoteError, ValueError) as error:
        raise fail(f"{path} is no checkpoint: {error}", f"{path} 不是检查点文件。") from error


def _nothing(stream: Stream) -> typer.Exit:
    return fail(f"There is no {stream}, or not yet then.", f"没有单据 {stream}，或当时尚不存在。")


def _as_json(each: Recorded) -> dict[str, Any]:
    return {
        "position": each.position,
        "version": each.version,
        "type": type(each.event).__name__,
        "occurred_at": each.occurred_at.isoformat(),
        "recorded_at": each.recorded_at.isoformat(),
        "actor": each.actor,
        "acting_for": each.acting_for,
        "delegation": each.delegation,
        "basis": [basis.model_dump() for basis in each.basis],
        "data": each.event.model_dump(mode="json"),
    }
