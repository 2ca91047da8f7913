"""Alembic's migrations of the tables in storage. They know the tables and nothing else."""
