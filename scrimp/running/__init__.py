"""Many commands in one call: each kept with all that it starts, its output whole on disk and compact in the answer.

`runner.Runner` is the one way in. `commands` says what a command is and what is wrong with one; `environment` what it
sees; `keepers` starts it, through the programs in `keeping`; `outputs_kept` keeps and compacts what it printed;
`outcome` is the item that is shown.
"""
