"""The web application 网页: what people see. ``routes`` finds the pages; docs/decisions/web-application.md tells how.

A page is one file in ``pages`` with a ``Page``, one template, and its words in ``catalogs``. Nothing is registered.
"""
