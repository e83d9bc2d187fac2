"""Questions about histories that were brought in from elsewhere 导入历史视图."""
