"""The programs between the server and a command: standard library only, so that they start at once and stay small.

The server starts one (`__main__`, `forking`); that one forks a keeper for each command (`keeper`), which starts the
shell and ends everything that descends from it. `messages` is what they say to each other.
"""
