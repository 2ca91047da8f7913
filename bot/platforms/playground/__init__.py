"""A chat in the browser. `server` is a small chat server of its own; the rest of this folder is its
adapter, which knows the server only by the public API that `wire` describes.
"""
