"""``python -m interfaces.docs [--check]``: write the generated documents, or say which are out of date."""

import sys

from interfaces.docs.writing import ShapeChanged, promises, stale, write

USAGE = "python -m interfaces.docs [--check]"


def main(arguments: list[str]) -> int:
    """0 where all is up to date or was written, 1 where it is not or must not be, 2 where called wrongly."""
    if arguments not in ([], ["--check"]):
        print(USAGE, file=sys.stderr)
        return 2
    if arguments:
        wrong = promises() + stale()
        for each in wrong:
            print(each, file=sys.stderr)
        if wrong:
            print("run `make docs` and commit what it writes 请运行 make docs 并提交", file=sys.stderr)
        return 1 if wrong else 0
    try:
        for name in write():
            print(name)
    except ShapeChanged as changed:
        print("Stored events would no longer be read as they were written 已存事件将无法按原样读取:", file=sys.stderr)
        print("\n".join(changed.broken), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
