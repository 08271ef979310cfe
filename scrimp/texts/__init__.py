"""What pages, files and answers have in common: a PDF as text, and the passages of a text that match a question."""
