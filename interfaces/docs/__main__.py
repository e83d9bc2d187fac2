"""``python -m interfaces.docs [--check | --accept-checks]``: write the generated documents, or say which are stale.

``--accept-checks`` says that checks in code whose source changed still take whatever they took when events were stored.
"""

import sys

from interfaces.docs.writing import ShapeChanged, promises, stale, write

USAGE = "python -m interfaces.docs [--check | --accept-checks]"


def main(arguments: list[str]) -> int:
    """0 where all is up to date or was written, 1 where it is not or must not be, 2 where called wrongly."""
    if arguments not in ([], ["--check"], ["--accept-checks"]):
        print(USAGE, file=sys.stderr)
        return 2
    if arguments == ["--check"]:
        wrong = promises() + stale()
        for each in wrong:
            print(each, file=sys.stderr)
        if wrong:
            print("run `make docs` and commit what it writes 请运行 make docs 并提交", file=sys.stderr)
        return 1 if wrong else 0
    try:
        for name in write(accept_checks=bool(arguments)):
            print(name)
    except ShapeChanged as changed:
        print("Stored events would no longer be read as they were written 已存事件将无法按原样读取:", file=sys.stderr)
        print("\n".join(changed.broken), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
