"""Everything that talks: settings, use cases, platforms, web, worker, command line."""
