"""From views to cards, one default each; and what fits where. No platform is named here."""
