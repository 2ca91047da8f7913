"""What a guided session is: its state, what can happen in it, and what may happen next."""
