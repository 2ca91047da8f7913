"""Chat platforms, each in a folder of its own: receive, render, send. None knows another."""
