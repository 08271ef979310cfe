"""The budget: what may be spent, what is spent, what the next request will cost, and what follows from that.

`rules` reads the limits, `spending` and `forecast` the ledger, `decision` is pure; `gate` puts them together.
"""
