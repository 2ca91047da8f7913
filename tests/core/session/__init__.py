"""The engine, one file a concern."""
