"""The command line: verbs, what they print, how they end. What they do is done by bot/app."""
