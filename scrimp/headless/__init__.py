"""One run of the client under a budget, with nothing installed: `scrimp run`, and `scrimp check` on what came of it.

`command` reads and extends the client's command line, `injected` makes the settings that it gets, `child` starts it and
stands in between, `watch` looks out for the gate, `account` sums up.
"""
