"""A small Discord: its REST API, gateway and people, as strict as the real one."""
