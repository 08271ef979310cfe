"""Every cap, named once, with its reason."""

SMALL_CHARS = 2_000
"""Output below this is never touched: the marker and the risk cost more than the cut saves."""

FAILED_CHARS = 9_000
"""A failing command's text: the client cuts blindly at about 10,000 characters, `Exit code N` included."""

SUCCEEDED_CHARS = 28_000
"""A successful command's text: over 30,000 characters the client shows a 2,000 character preview of the head."""

CLIENT_FAILED_CHARS = 9_900
"""Raw text of a failing command that the client still shows whole."""

CLIENT_SUCCEEDED_CHARS = 30_000
"""Raw text of a successful command that the client still shows whole."""

CLIENT_READ_BYTES = 256 * 1024
"""A file larger than this the native Read opens in parts only."""

CLIENT_RESULT_CHARS = 50_000
"""Any other tool's result that the client still shows whole."""

WORTH_CHARS = 1_000
"""A cut that saves less than this is not made: it could not pay for one recall."""

WORTH_SHARE = 0.2
"""Nor one that saves less than this share of the text."""

MARKER_CHARS = 400
"""Room kept for the marker line, which carries an absolute path."""

MARKER_USUAL_CHARS = 250
"""How long a marker line usually is: what a target leaves for it."""

STREAM_BYTES = 64 * 1024 * 1024
"""Output above this is never held in memory: head, tail and error blocks by streaming."""

WIDE_STREAM_BYTES = 16 * 1024 * 1024
"""The same for output that is not all ASCII: Python then holds two or four bytes for each character."""

EXIT_DEADLINE_S = 20.0
"""How long the program at the shell's exit may take before it leaves the output raw; 50 MB take under 3 s."""

NOTE_BYTES = 4 * 1024
"""A note between the shell's side and the hooks' side is a few hundred bytes."""

CLIENT_ADDS_CHARS = 64
"""By how much what the client shows of an output may differ from its file: `Exit code N`, a last line break."""

FACTS_LOOKED_AT = 20_000
"""Facts beyond these are not looked for: an output that is nothing but errors would take minutes."""

SMALL_FILE_BYTES = 1024 * 1024
"""More than any settings file has; a repo may have put a device or a huge file in its place."""

LOG_BYTES = 1024 * 1024
"""The log is rotated once past this."""

EVENT_BYTES = 256 * 1024 * 1024
"""A hook event longer than this is not read to its end."""

PIPE_BYTES = 1024 * 1024
"""How much is asked of a pipe at a time."""

PYTEST_CHARS = 6_000
"""What a pytest run is cut to, marker included: room for 29 failures with place and message."""

UNITTEST_CHARS = 6_000
"""What a unittest run is cut to: the same room as pytest's, whose failures it prints alike."""

JEST_CHARS = 6_000
"""What a run of jest, vitest, mocha or node's tests is cut to: room for 30 failures with place and message."""

GIT_LOG_CHARS = 10_000
"""What a history is cut to: fifteen commits with all their files, and what fits of their hunks."""

LOG_COMMITS = 100
"""Of a longer history so many of the newest commits must stay: nobody reads on, or else reads the original."""

LOG_FILES = 150
"""And so many of the files that its commits touched."""

DIFF_LEAN_CHARS = 60_000
"""A diff up to this nearly always fits whole under the cap when its unchanged lines go."""

DIFF_CHARS = 12_000
"""What a longer one is cut to: all files, and as many whole hunks as show which file to ask for next."""

DIFF_LINE_CHARS = 400
"""A file whose changed lines are longer than this on average was not written by a person."""

DIFF_PIECE_CHARS = 300
"""Less of a hunk than this is not shown."""

DIFF_HUNK_SHARE = 0.06
"""A hunk that takes more than this share of the room is shown after the others, and then its beginning."""

ROOMY_SHARE = 0.75
"""Further below the cap than this a patch's gaps are counted as they are, not at their widest."""

GIT_STATUS_CHARS = 8_000
"""What a status is cut to: conflicts, changes, and of each folder what is new."""

GIT_BLAME_CHARS = 10_000
"""What a blame is cut to: each commit once, and where its stretches begin."""

TEST_RUN_CHARS = 6_000
"""What a failed run of go, cargo, Maven, Gradle or CTest is cut to: the same room as for pytest."""

TEST_RUN_PASSED_CHARS = 3_000
"""The same of a run that passed: how many did, and what was skipped; nobody comes back for their names."""

SEARCH_CHARS = 12_000
"""What a search is cut to that the client would not show: the first hits of each file, and how many more there are."""

SEARCH_FAILED_CHARS = 8_000
"""The same of a search that ended with an error: what it could not read stands among the hits."""

SEARCH_LINE_CHARS = 500
"""A longer line of a search is of a minified file or data: its ends tell which."""

LISTING_CHARS = 8_000
"""What a listing is cut to that the client would not show: every folder, and the first entries of each."""

DIAGNOSTICS_CHARS = 6_000
"""What a compiler's or linter's output is cut to: fifty diagnostics with what explains them, the first with source."""

TRACEBACK_CHARS = 4_000
"""What an output with a stack trace is cut to: the trace's own frames and what led there."""

PACKAGES_CHARS = 4_000
"""What a package manager's output is cut to: what was done, what went wrong, and every direct dependency of a tree."""

DATA_CHARS = 8_000
"""What JSON, YAML, XML or a table is cut to that the client would not show: its shape, first records and odd ones."""

BLOB_CHARS = 300
"""An unbroken row of so many letters and digits among data is an encoded value that nobody reads."""

LOG_CHARS = 4_000
"""What a log is cut to: its errors, the first trace of each kind whole, and one line of each kind of what repeats."""

LOG_ALIKE = 20
"""Errors of a log that differ in numbers alone are each kept up to so many: an id in them may be what is looked for."""

LOG_FLOOD_EDGE = 3
"""Of more than that, so many of the first and of the last: how it began and how it ended."""

PLAIN_CHARS = 6_000
"""Head and tail of an output the client would cut blindly; the marker gives the way to the rest."""

LOG_SHOWN_CHARS = 10_000
"""Of a successful command's log that the client would show whole, so much stays: it costs less than coming back. A
fixed size, so that what was cut once is left alone."""

LINE_CHARS = 2_000
"""A longer line is cut in its middle, when the output is cut at all."""

CLIP_CONTEXT_CHARS = 200
"""Kept on either side of a fact in the middle of a line that is cut."""

WHOLE_CHARS = 600_000
"""A text up to this is read line by line; of a longer one its ends and the places where errors are."""

EDGE_CHARS = 80_000
"""Of such a longer text, this much of its head and of its tail."""

NEAR_BEFORE_CHARS = 400
"""And this much before each place that looks like an error: the lines that led there."""

NEAR_AFTER_CHARS = 2_000
"""And this much after it: the stack trace."""

WIDEN_CHARS = 20_000
"""A part of such a longer text is widened to whole lines, but no further than this."""

STREAM_BLOCK_BYTES = 4 * 1024 * 1024
"""A file too large for memory is read in blocks of this size."""

LOOK_CHARS = 16_000
"""Of head, middle and tail, this much decides what kind of output it is."""

RUN_LINES = 6
"""Fewer lines alike than this in a row are shown as they are."""

RUN_EDGE_LINES = 2
"""Of a longer row of lines alike, so many at either end stay."""

ERROR_LINES_AFTER = 3
"""Lines after an error that are kept for what they say about it."""

ERROR_LINES_BEFORE = 2
"""Lines before an error that are kept for what led there."""

TAIL_SHARE_FAILED = 0.65
"""How much of the room for ordinary lines goes to the tail when the command failed: that is where it died."""

TOTALS_SHARE = 0.15
"""How much of the room may go to totals before failures, when not all facts fit."""

FACT_CHARS = 1_000
"""Of a line longer than this, its beginning is the fact: a line of megabytes must not make every cut fail."""

AROUND_SHARE = 0.25
"""How much of the room is for what stands around the facts, when not all of these fit."""

MODEL_ID_CHARS = 256
"""A longer model id is not taken apart: the longest real one, a Bedrock ARN, has about 150 characters."""

PRICE_MEMO_ENTRIES = 4_096
"""Prices remembered by (model, day, mode): a year of days for ten models; past this the memory starts afresh."""

COUNT_MAX = 1_000_000_000
"""More tokens than any one request can have: a count above it is a mistake."""

TRANSCRIPT_BLOCK_BYTES = 16 * 1024 * 1024
"""Transcripts are read in blocks of this size; most are smaller than one."""

TRANSCRIPT_LINE_BYTES = 64 * 1024 * 1024
"""A longer line is not read: images of 10 MB occur, and a line is held in memory as a whole."""

TRANSCRIPT_EDGE_BYTES = 64 * 1024
"""How far from its start a transcript's first time is looked for, and from its end its last."""

TRANSCRIPT_LOOK_BACK_BYTES = 64 * 1024
"""How far before the place where a reading goes on its prompt and time are looked for at first."""

FINGERPRINT_BYTES = 1024
"""So much of a file's start, and of its end as it was read, tells whether it is still the same file."""

LEDGER_WAIT_S = 30.0
"""How long a writer waits for the others: each holds the ledger for less than a second."""

BUDGET_USD_MAX = 1_000_000
"""A limit above a million dollars is a mistake: cents or tokens taken for dollars."""

STATUS_LINE_WRAPPED_S = 5.0
"""How long a status line that the user had before may take; then ours is shown alone."""

STATUS_LINE_BYTES = 1024 * 1024
"""More than any status line says, and than the client gives one to read."""

STATUS_LINE_CATCH_UP_BYTES = 2 * 1024 * 1024
"""How much of a session's transcripts a status line reads at most: 2 MB take about 30 ms."""

STATUS_LINE_LEDGER_WAIT_S = 0.005
"""How long a status line waits for others that write the ledger: it is drawn again with the next answer."""

STATUS_LINE_WORD_CHARS = 40
"""Of a model's name, as much as a line has room for."""

CLIENT_CONFIG_BYTES = 16 * 1024 * 1024
"""More than `~/.claude.json` has: it keeps a few kilobytes for every project."""

READING_AGAIN_S = 300
"""A reading of a plan's window that is as the one before is kept again only after this time."""

READING_SKEW_S = 60
"""A reading that is further in the future than this was made by another clock, and is not used."""

READING_TRUSTED_S = 3600
"""How long the client trusts its own cached reading, and we with it."""

READINGS_LOOKED_AT = 400
"""Of a window's readings, so many of the latest: a day of them, changing all the time."""

FIT_STEP_PERCENT = 1.0
"""Two readings are compared only if the window rose by this much between them: they are rounded to 0.1."""

FIT_PAIRS_LEAST = 3
"""From fewer such pairs nothing is concluded: what other machines spend is in some."""

FIT_PAIRS_MOST = 20
"""More are not looked at: prices and the plan itself change."""

NUMBER_MAX = 10**15
"""More than any count, percentage or time in milliseconds that the client tells can be."""

BUDGET_MINUTES_MAX = 100_000
"""A limit above ten weeks for one prompt is a mistake: seconds taken for minutes."""

ABOUT_CHARS = 100
"""Of what a tool call was asked, so much tells a person which call it was."""

LOOP_TIMES = 3
"""The same calls with the same results so often in a row are a loop: twice happens, a fourth time costs as much."""

LOOP_KEPT_S = 86_400
"""What a thread did last is kept so long after it: a run that pauses for longer begins anew."""

BUDGET_OUTPUT_TOKENS = 500
"""A reply is forecast with at least so many tokens: a final answer that is worth having."""

BUDGET_USUAL_OF = 20
"""How many of a thread's latest requests say what its usual one is."""

BUDGET_FIRST_CONTEXT_TOKENS = 16_000
"""The first prompt of a session: the client's instructions and tools. Taken as warm, so as never to stop falsely."""

BUDGET_AGENT_CONTEXT_TOKENS = 12_000
"""The same of a subagent, which has fewer tools; recorded ones wrote 12,500."""

BUDGET_GROWTH_TOKENS = 1_000
"""By how much a request's prompt grows where none before it tells."""

BUDGET_REQUEST_MS = 15 * 60_000
"""After this a request that never came into a transcript was lost in a crash: the longest replies take ten minutes."""

BUDGET_START_MS = 3 * 60_000
"""After this an agent that was to start has started, or never will."""

BUDGET_RELEASE_MS = 30_000
"""So long after an agent's end its last reply may still be on its way into its transcript."""

BUDGET_GAP_SESSIONS = 20
"""From so many of the latest sessions it is told what share of the cost no transcript shows."""

BUDGET_GAP_MOST = 0.5
"""More than this share was never measured; what says so has lost some of its transcripts."""

BUDGET_COMPACTION_REQUESTS = 2
"""What the client sends to compact a context: seen with 2.1.330."""

BUDGET_LAG_MS = 1_000
"""So long a gate waits at most for a thread's newest reply to reach its transcript, before it ends the work for it."""

BUDGET_PATIENCE_MS = 20_000
"""So long before a stop that is due only to what others have under way: their requests end, and most cost less."""

BUDGET_LOOK_AGAIN_MS = 50
"""How often it looks while it waits."""

BUDGET_GUESS_OFF = 20
"""By so much a thread's first request, of which nothing is known, may cost more than it is taken at."""

RETURN_TURNS = 5
"""What is wanted back within so many requests of its cut was cut too much."""

RETURNS_TO_OFF = 3
"""Wanted back so often, a family is not cut any more for that kind of command in that repo."""

GENTLER_FACTOR = 2
"""By so much more is kept for each time that a cut was wanted back."""

ASKED_FACTOR = 2
"""By so much more is kept where the command itself asks for more, or chooses how much it wants to see."""

JOURNAL_TAIL_BYTES = 256 * 1024
"""Of a journal so much is looked at: the last thousand cuts."""

TRANSCRIPT_TAIL_BYTES = 1024 * 1024
"""Of a transcript so much is looked at for the requests since a cut; further back is longer ago than matters."""
