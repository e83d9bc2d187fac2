"""The journal 日志 on PostgreSQL: append-only, dense positions, an RFC 6962 tree, verifiable without us."""
