"""What is done to a ledger as a whole: checked, merged with another, written out."""
