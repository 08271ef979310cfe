"""What the command line shows of the ledger: each report is a query, its columns and rows, and `shown.show`."""
