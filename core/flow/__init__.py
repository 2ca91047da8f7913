"""What a flow is: its model, its document, its check, what changed between two of them."""
