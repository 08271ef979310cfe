"""The caps of reading in bulk, each with its reason."""

BATCH_BYTES = 4 * 1024 * 1024
"""What a process reads at a time: some 20 ms of work, so that none waits long for another at the end."""

WRITE_BYTES = 64 * 1024 * 1024
"""What is written at a time: a ledger that grows by little pieces takes twice as long; its rows are some 30 MB."""

ALONE_BYTES = 24 * 1024 * 1024
"""Less than this one process reads before another has started."""

HELPER_BYTES = 32 * 1024 * 1024
"""One more helping process for so much to read."""

WRITING_SHARE = 0.4
"""What writing to the ledger takes of the time that reading takes, measured on 200 MB."""

MOST_HELPERS = 7
"""More than this the one process that writes could not keep up with."""
