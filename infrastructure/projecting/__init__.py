"""Fills the views from the journal 视图投影: live, and from the beginning."""
