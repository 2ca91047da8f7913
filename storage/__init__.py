"""PostgreSQL: rows, queries, one unit of work. Returns core values, never rows."""
