"""Alembic's entry: runs the migrations on the connection that storage.schema hands over."""

from alembic import context

from storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # pgqueuer's own tables come and go with its DDL, not with ours.
    include_name=lambda name, kind, _: kind != "table" or not str(name).startswith("pgqueuer"),
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
