"""A small Slack of our own, in memory, as strict as the real one; the product reaches it by
SLACK_API_URL. Nothing of the product is imported here.
"""
