"""What people ask 视图: one file per question, grouped by area, each with its table, its handlers and its query."""
