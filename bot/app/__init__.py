"""The use cases: one module a capability. Take what a person did, load, ask core, save, say what
to show. No platform and no rule lives here.
"""
