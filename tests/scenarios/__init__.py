"""Conversations as data (the YAML files), what they may say (story), and how they are told."""
