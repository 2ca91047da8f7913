"""A small chat server with its own tables, as strict as the real ones. `site.chat` is its door.

It knows no product: bots reach it by its public API (wire), and it reaches its bot by Delivery.
"""
