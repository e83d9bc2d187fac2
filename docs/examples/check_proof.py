"""Checks that an entry is in the journal 核对包含证明, with nothing but Python's standard library.

    python check_proof.py entry-700.json entry-700.tlog-proof

RFC 6962, section 2.1.1: the entry's bytes are hashed, then joined with each hash of the proof up to the root that the
signed checkpoint in the proof names. Whether the signature is the journal's, openssl says (see docs/how-to/audit.md).
"""

import base64
import hashlib
import sys


def main(entry_file, proof_file):
    """Says whether the entry leads to the checkpoint's root; 1 where it does not."""
    with open(entry_file, "rb") as file:
        entry = file.read()
    with open(proof_file, encoding="utf-8") as file:
        head, note = file.read().split("\n\n", 1)
    lines = head.split("\n")
    index = int(lines[1].removeprefix("index "))
    path = [base64.b64decode(line) for line in lines[2:]]
    origin, size, root = note.split("\n")[:3]

    node, last = index, int(size) - 1
    found = hashlib.sha256(b"\x00" + entry).digest()
    for other in path:
        if node % 2 or node == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        node, last = node // 2, last // 2

    holds = last == 0 and found == base64.b64decode(root)
    print(f"{'holds' if holds else 'DOES NOT HOLD'}: entry {index} of {size} of {origin}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
