"""How people of a story act and see, one module a way: over an API, in a browser."""
