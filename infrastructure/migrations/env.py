"""What Alembic runs: the revisions of every area, in the connection and transaction ``upgrade`` opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    include_schemas=True,
    version_table_schema="migrations",
)
context.run_migrations()
