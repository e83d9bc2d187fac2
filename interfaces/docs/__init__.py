"""The documents that are generated from the code 文档生成: reference pages and the JSON Schemas of stored events.

``python -m interfaces.docs`` writes them, ``--check`` says which are out of date. One file a page; nothing generated
carries a date, so the same code gives the same bytes.
"""
