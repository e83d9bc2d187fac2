"""What was ever stored is read for ever 历史事件可读性: the golden corpus, and the promises of the committed schemas.

``corpus/<aggregate>.jsonl`` holds entry bodies byte for byte as the journal stored them, whole subjects from their
first event on; ``states/<aggregate>.json`` what folding them comes to. ``python -m tests.schemas.extend`` adds subjects
for event types and versions that have none yet; it never touches a line that is there.
"""
