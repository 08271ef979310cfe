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

HELP_CHARS = 12_000
"""What a manual page or a long `--help` is cut to past its names: some two hundred options with a line about each."""

HELP_FAILED_CHARS = 6_000
"""The same below a call that was refused: the message, how it is called, and the names."""

HTML_CHARS = 10_000
"""What a page of HTML is cut to that the client would not show: its headings, and of its text as much as an article."""

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

READ_CHARS = 1_000_000
"""Of a longer text no more than this is read for its facts (a log's are found by words, in all of it): its ends, and
the places where errors are. The slowest families take a second for it."""

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

TRANSCRIPT_LAG_MS = 10_000
"""A call that was cut less than this ago may not be in its transcript yet; seen: 0.1 s."""

SUBAGENTS_LOOKED_AT = 8
"""Of a session's subagents the transcripts of so many that wrote last: more than run side by side."""

CALL_ID_CHARS = 128
"""A tool call's id is some 30 characters long; it names a file."""

CALLERS_KEPT = 64
"""Notes on calls that no server has taken, of those that the person refused; with more, the old ones go."""

CALLER_SECONDS = 3600
"""So long a person may take to answer the client's question."""

BATCH_TOKENS = 10_000
"""What a batch tool answers with unless it is asked for another size: a few files whole, or a page."""

BATCH_TOKENS_MOST = 100_000
"""The client takes no more than 500,000 characters from a tool, whatever it was asked for."""

BATCH_ITEMS = 200
"""More in one call is a mistake, or a glob's work."""

TOOL_RESULT_CHARS = 500_000
"""The most that the client lets a tool declare (`anthropic/maxResultSizeChars`)."""

FETCH_URL_CHARS = 8_000
"""What servers take of a URL at most; a longer one carries data, not an address."""

FETCH_REQUEST_BYTES = 1024 * 1024
"""A request's body: what an API under development is tried with is far smaller."""

FETCH_AT_ONCE = 32
"""Requests under way together: thirty pages side by side, and few enough for any machine's descriptors."""

FETCH_PER_HOST = 8
"""Of these to one host and port: about what a browser asks of one; more is what servers answer with 429."""

FETCH_IDLE_S = 30.0
"""A connection that nothing uses is closed after this time."""

FETCH_ADDRESSES_TRIED = 4
"""Of a host's addresses so many are tried: two of each kind; more would add up the time to connect."""

FETCH_CONNECT_S = 10.0
"""To connect, TLS included: a server that needs longer does not answer at all."""

FETCH_QUIET_S = 15.0
"""So long a server may send nothing before it is given up."""

FETCH_PAGE_S = 60.0
"""For one item with its redirects and retries: a server that sends a byte now and then must not hold up the others."""

FETCH_WIRE_BYTES = 20 * 1024 * 1024
"""A body as it comes over the line; the largest manuals in one page have about 15 MB."""

FETCH_BODY_BYTES = 40 * 1024 * 1024
"""The same unpacked: past this it is a decompression bomb, or nothing to read."""

FETCH_LARGE_BYTES = 4 * 1024 * 1024
"""Most pages are smaller; the rest of a larger answer waits for one of a few places."""

FETCH_LARGE_AT_ONCE = 4
"""So 32 servers that each send as much as they may hold some 300 MB together, not 1.5 GB as measured without it."""

FETCH_REDIRECTS = 8
"""Real chains have two or three; browsers give up at twenty."""

FETCH_TRIES = 3
"""A request that failed for a passing reason is sent so often in all."""

FETCH_BACK_OFF_S = 0.5
"""Before the second try; twice as long before each further one."""

FETCH_RETRY_AFTER_S = 10.0
"""A server that asks for a longer wait is not waited for: its answer says how long it wants."""

FETCH_ROBOTS_BYTES = 512 * 1024
"""What RFC 9309 wants read of a robots.txt at least; the rest is not looked at."""

FETCH_ROBOTS_HOSTS = 1_000
"""Rules of so many hosts are remembered while a server runs; then the memory starts afresh."""

FETCH_CACHE_BYTES = 256 * 1024 * 1024
"""The pages on disk: some thousands; the longest unused go first."""

FETCH_CACHED_BODY_BYTES = 8 * 1024 * 1024
"""A larger body is not kept: a few of them would drive out all others."""

FETCH_CACHE_S = 30 * 86_400
"""What was last stored longer ago is dropped, fresh by HTTP's rules or not."""

FETCH_KEPT_CHARS = 16_000_000
"""Text of pages kept in memory, so that going on in one asks its server for nothing."""

FETCH_TEXT_CHARS = 4_000_000
"""Of a page's text no more is kept: a million tokens."""

FETCH_LINE_CHARS = 1_000
"""A longer line is broken, so that parts of it can be shown and asked for: minified data is one line."""

FETCH_HTML_CHARS = 8_000_000
"""Of a longer HTML page the beginning is converted: what takes a second must not take a minute."""

FETCH_PDF_PAGES = 500
"""Of a longer PDF so many pages are read; a page takes a few milliseconds to tens of them."""

FETCH_PASSAGE_CHARS = 1_200
"""A passage is filled up to this: some paragraphs, or a function with what is said about it."""

FETCH_PASSAGES = 12
"""So many passages answer a query at most; what ranks behind them seldom does."""

FETCH_ANSWER_TOKENS = 1_200
"""So much of a page answers a query, or its best passage if that is longer; what else matches is counted.

On ten documentation pages the passage that answered was among these for 21 of 23 queries; 2,000 found no more, 900
lost six.
"""

FETCH_CONTAINER_SHARE = 0.4
"""An element named as the content that holds less of the page's text than this is a box on it (measured)."""

FETCH_CONVERTED_SHARE = 0.9
"""A conversion that keeps fewer of the letters has lost something, and the plain text is taken."""

FETCH_INDEX_SHARE = 0.5
"""A page of which so much is link text is read for its links: their targets stay."""

FETCH_LINK_CHARS = 300
"""A longer link target is data, such as an example's source for a playground."""

FETCH_OUTLINE_SHARE = 0.15
"""Of the room for a page that does not fit, so much names the headings of the rest."""

FETCH_ERROR_CHARS = 300
"""Of what a server says about its refusal, so much is told."""

FETCH_REASON_CHARS = 1_000
"""Of the reason why an item failed: what a server has said in headers, a status line or an address, and our words."""

JSON_DEPTH = 60
"""A document nested deeper is not laid out: its indentation would grow with the square of the depth."""

JSON_ROW_CHARS = 100
"""A JSON value up to this stands on one line when a document is laid out: most records of a list."""

RUN_AT_ONCE = 8
"""Commands of all calls together that run side by side: twice a small machine's processors; most of them wait."""

RUN_TIMEOUT_S = 120.0
"""How long a command may take unless it is said: as long as with the native Bash."""

RUN_TIMEOUT_MOST_S = 600.0
"""The most that may be asked for: the native Bash's own."""

RUN_OUTPUT_BYTES = 128 * 1024 * 1024
"""More on the disk is a command that will not end; nobody reads it, and compacting it takes seconds."""

RUN_GRACE_S = 1.0
"""Between SIGTERM and SIGKILL: enough to remove a lock file, and no caller waits long."""

RUN_KILL_S = 5.0
"""What does not go so long after SIGKILL hangs in the kernel or is another user's; it is named."""

RUN_DRAIN_S = 0.1
"""How long after its shell what reads from it (`> >(tee log)`) may take to end by itself."""

RUN_PAUSE_S = 0.005
"""Between two looks at whether a process that was ended is gone."""

RUN_KILL_PAUSE_S = 0.0002
"""Between two rounds of SIGKILL: shorter than any process takes to start another."""

RUN_LEFT_NAMED = 3
"""Of the processes that a command left running so many are named, the others counted."""

RUN_NAME_CHARS = 60
"""Of a process's command line so much names it."""

RUN_HEADING_CHARS = 120
"""Of a command so much stands in its heading; who sent it knows the rest."""

RUN_HELD_BYTES = 256 * 1024
"""Up to this an output is held to be cut again, to a budget of tokens: 0.4 s for the slowest of the recorded ones."""

RUN_CUTS_TRIED = 4
"""Each tries less room than the one before; after that the last lines are shown."""

RUN_LOOK_BYTES = 8 * 1024
"""Where it is told whether an output is text."""

JUDGED_COMMAND_CHARS = 20_000
"""A longer command is asked for and not looked at: what follows from the rules must be there within a tool call."""

ANCESTORS_LOOKED_AT = 16
"""So many processes upwards the client is looked for: a hook or server has it right above, or behind a shell or two."""

JUDGED_SHOWN = 10
"""So many items are named to the person who is asked; the others are counted."""

CHARS_PER_TOKEN_LEAST = 2
"""Dense text (paths, digits) has about two characters to a token; prose has three."""

QUOTE_CHARS = 4
"""A shorter quotation stands anywhere and proves nothing."""

ASK_CHUNK_TOKENS = 60_000
"""Below the 100,000 from which Haiku 5.5 is five times as dear, with room for what the estimate is off by."""

ASK_CHUNKS = 8
"""So many calls for one question at most; of more content the chunks that match the question best are asked."""

ASK_REPLY_TOKENS = 2_000
"""An answer with its quotations."""

ASK_USD = 0.10
"""What one question may cost where the user's settings say nothing; eight full chunks at Haiku 5.5 take $0.06."""

ASK_SECONDS = 120
"""A model that has not answered by then will not."""

ASK_OVERHEAD_TOKENS = 1_100
"""What `claude -p` sends beside the content, our brief included; 1,060 measured with 2.1.330."""

ESTIMATE_OFF = 1.25
"""By so much an estimate of tokens may be below the truth (see `tokens`): where a limit is to hold, it is taken so."""

READ_PATH_CHARS = 4_096
"""The longest path that Linux takes (PATH_MAX)."""

READ_GLOB_FILES = 500
"""A glob that finds more is too wide to be read; the others are counted."""

READ_SEARCHED_FILES = 20_000
"""The same where files are only searched; a search of so many takes a second or two."""

READ_WALKED = 300_000
"""A glob that has passed so many files and folders is given up: it takes seconds, and most repos have fewer."""

READ_BRACES = 64
"""Alternatives that a glob's braces may come to; each is tried on every file."""

READ_WHOLE_BYTES = 8 * 1024 * 1024
"""A larger file is not held in memory: only the part that was asked for; no source has as much."""

READ_PART_BYTES = 1024 * 1024
"""So much of such a file at a time: four times what an answer can take."""

READ_SCAN_BYTES = 8 * 1024 * 1024 * 1024
"""So far lines are counted in one: some ten seconds from a fast disk."""

READ_LOOK_BYTES = 8 * 1024
"""Where it is told whether a file is text."""

READ_GUESS_BYTES = 64 * 1024
"""From so much the encoding of what is no UTF-8 is guessed; more makes it slow, and no surer."""

READ_ENDS_LINES = 50
"""What `head` and `tail` show unless a number is given: more than ten, to save the second call."""

READ_CONTEXT_MOST = 50
"""Lines around a match; who wants more wants the file."""

READ_MATCH_S = 10.0
"""For the search of one pattern; a pattern that takes longer on files of a repo does not end."""

READ_MATCH_LOOK_S = 0.1
"""Between two looks at whether a search is still wanted: a person who cancels sees no wait in it."""

READ_MATCH_ALONE_S = READ_MATCH_S + 2
"""After which a search ends itself: later than its asker ends it, who says why."""

READ_MATCHED_BYTES = 32 * 1024 * 1024
"""A search that prints more matches nearly everything."""

READ_SEARCHED_AT_ONCE = 128
"""Files that are open together for one search: a process may have 256 on macOS."""

READ_LINE_CHARS = 2_000
"""Where a line is cut when not all of it fits; the native Read cuts there, too."""

READ_SIGNATURE_LINES = 8
"""Of a signature so many lines stand in an outline."""

READ_SIGNATURE_CHARS = 240
"""Of a line in an outline so much; lines of code are shorter, minified ones are not."""

READ_OUTLINE_BYTES = 2 * 1024 * 1024
"""A larger file is not parsed: no source of that size was written by hand, and it takes longer than an answer may."""

READ_OUTLINE_S = 1.0
"""To parse one file; sources of 10,000 lines take 0.05 s, and what takes longer was made to."""

READ_OUTLINE_DEPTH = 32
"""Nested deeper than this is data, not a program."""

READ_OUTLINE_LEAST_TOKENS = 100
"""With less room nothing is parsed: five signatures hardly say more than that the file is there."""

READ_OUTLINED_SHARE = 0.5
"""A file of which at least this share fits is shown from its beginning, with an outline of the rest."""

READ_SAMPLES = 10
"""In so many places the size of a text in tokens is sampled: exact counting takes longer than reading the file."""

READ_SAMPLE_CHARS = 300
"""So much in each; over the sources of this repo that is off by 1.2 % at the median and 4 % at the 95th percentile."""

READ_CHARS_PER_TOKEN_MOST = 8
"""No more of a file is looked at for a part of it: prose has three characters to a token, indented code five."""

READ_TRIES = 6
"""How often a part is made smaller until its estimate fits; three were the most seen."""

READ_GIVEN_FILES = 2_000
"""Files that are remembered as given, over all conversations of a server; then the oldest are forgotten."""

READ_NOTEBOOK_OUTPUT_CHARS = 1_000
"""Of a notebook cell's output: a table's first rows, or the end of a traceback."""

READ_NAME_CHARS = 100
"""Of one such name; a longer one would be a file's way to fill an answer."""

READ_NAMES_SHOWN = 8
"""Of a folder's entries, where a folder was asked for as if it were a file."""

READ_NOTICE_TOKENS = 30
"""What the line takes that says what was left out."""

CONTEXT_PAUSE_SECONDS = 3_600
"""After 3,900 s without a request the client may drop old tool results from the context (platform, read in 2.1.330)."""

CACHE_WARN_USD = 0.5
"""From how many dollars on a rewrite of the cache is worth a word: that of 100,000 tokens on Opus 5.5."""

CACHE_TAIL_BYTES = 256 * 1024
"""Of a transcript's end so much is read for its last reply: the lines after one have some 20 KB at most (2.1.330)."""

CACHE_BREAK_TOKENS, CACHE_BREAK_PERCENT = 2_000, 95
"""The cache gave at least so much less than it gave the request before, and under this share: the client's own word
for a break (2.1.330, `tengu_prompt_cache_break`)."""

CACHE_LONG_TOKENS = 100_000
"""A shorter context is not looked at for compaction: the client lets no window be smaller, and reading it is cheap."""

CACHE_LOOK_AGAIN_TOKENS = 25_000
"""By so much a context must have grown before it is looked at again: nothing much has changed until then."""

CACHE_COMPACTED_TOKENS = 27_000
"""What a compaction leaves where a user's own do not say: system prompt, tools, summary; 27,003 recorded."""

CACHE_SUMMARY_TOKENS = 4_000
"""The summary itself, as output: some 3,000 words."""

CACHE_PAST_REQUESTS = 20_000
"""So many of the latest requests say how sessions go on: months of work, read in some hundredths of a second."""

CACHE_PAST_COMPACTIONS = 20
"""So many of the latest compactions say what one leaves."""

CACHE_PAST_SESSIONS = 5
"""From fewer past sessions nothing is concluded."""

CACHE_DUE_TIMES = 3
"""A compaction is clearly due where sessions usually go on for so many times its break-even: it is a forecast."""

CACHE_ADVICE_REQUESTS = 200
"""From fewer requests no lifetime of the cache is advised: a single long lunch would decide."""

CACHE_ADVICE_PERCENT = 3
"""A lifetime that would have saved less of the whole bill is not advised: the replay knows no shared prefixes."""

CACHE_ADVICE_USD = 0.5
"""The same in dollars: less is not worth changing a setting."""

CACHE_FLEET_TOKENS = 1_600
"""The part of the system prompt that is the same in all folders once its folder's part is moved out: 4,602 characters
in 2.1.330, 1,587 tokens by our estimate."""

VENV_UNUSED_S = 30 * 24 * 3600
"""An environment of an earlier version of the plugin's server goes after a month: a session may be open for weeks."""

HANDSHAKE_REST_S = 1.0
"""So long after the tools were told the server loads its libraries: the client has sent its first request by then, and
a model's first call comes later still."""

CACHE_SERVER_S = 20.0
"""To start an MCP server and hear its tools: one that is fetched by npx or uvx first takes some ten seconds."""

CACHE_SERVER_PAGES = 50
"""Of a server's list of tools so many pages are asked for; one that has more goes round in circles."""

CACHE_LINT_SESSIONS = 20
"""So many of a folder's latest sessions are looked through for what hooks have added."""

CACHE_LINT_BYTES = 64 * 1024 * 1024
"""And of all of them together no more than so much, a second's work."""

CACHE_NOTES = 500
"""Of sessions in which something was said of the cache so many are remembered: more than anybody resumes."""

ROUTES_SEED = 20_261_123
"""The bootstrap's draws start here, so that the same runs always give the same interval."""

ROUTES_DRAWS = 2_000
"""So many draws put the ends of a 95 % interval within a few percent of their width."""

ROUTES_DRAWS_SHARE = 0.99
"""Where more draws than the rest have no value, the interval would be one of the lucky draws."""

ROUTES_FILES_AGAIN = 3
"""One or two files that an agent named are what its parent reads next."""

ROUTES_BRIEF_DIGITS = 16
"""Enough to tell the briefs of a session apart."""

ROUTES_FEW_RUNS = 10
"""Of fewer runs a report draws no conclusion: ten successes of ten leave a true rate of 72 % possible."""

ROUTES_ADOPT_RUNS = 20
"""A rule is not written from fewer runs, whatever they say: a handful of briefs is not a step's whole work."""

ROUTES_MARGIN = 0.1
"""By so much a cheaper model's rate of successes may at most be lower, and that is asked of the interval's lower end:
25 successes of 25 on both sides just pass."""

ROUTES_RUN_USD = 0.25
"""What one run of a suite may cost where the suite does not say: a brief of some ten turns on a middle model."""

ROUTES_RUN_S = 600
"""A brief with a checkable answer takes minutes; one that takes longer has failed."""

ROUTES_CHECK_S = 120
"""What a check's command may take."""

ROUTES_OUTPUT_BYTES = 64 * 1024 * 1024
"""What a run's stream of events may be: a long reply makes some megabytes of them."""

ROUTES_FIRST_TOKENS = 20_000
"""The prompt of a first request: the client's own 13,000 tokens (2.1.330) and a brief, rounded up."""

ROUTES_REPLY_TOKENS = 4_000
"""A usual reply at most, for the forecast of a request that was never seen."""

ROUTES_PATTERN_S = 10
"""For a suite's regular expression over one answer or file; one that takes longer does not end."""

ROUTES_FOLDER_BYTES = 200_000_000
"""A suite's files are copied for every run: a repo of usual size, not a folder of data."""

ROUTES_SUITE_BYTES = 1024 * 1024
"""A suite is read by people."""

ROUTES_ANSWER_CHARS = 500
"""Of an answer so much is kept with a result: enough to see why a check failed."""

ROUTES_PROBLEMS = 3
"""After so many runs in a row that were none (no network, no account) an evaluation ends instead of going through."""

ROUTE_RULES = 50
"""Rules for subagents in one file: each is matched in every call of the Agent tool, and nobody reads more."""

ROUTE_PATTERN_CHARS = 300
"""A pattern of such a rule: a few words and asterisks."""

SERIAL_READS = 3
"""So many single reads in a row that did not need each other are spoken of: two happen by themselves, and a fourth has
cost its turn already."""

SERIAL_LOOKED_AT = 4
"""Of so many of the agent's next reads it is looked whether one asks for several things: what comes later has other
reasons."""

SERIAL_TAIL_BYTES = 256 * 1024
"""Of a thread's transcript so much is looked at: three reads of the 50,000 characters that the client lets pass."""

SERIAL_IN_VAIN = 8
"""After so many notices in a repo of which none was followed no more are given. A notice pays from about one in ten on
(docs/batching.md); where one in twelve is followed, eight in a row in vain come about every other time."""

SERIAL_FORGOTTEN_MS = 30 * 86_400_000
"""What was in vain a month ago was another model, another client: it is tried again."""

ROUTE_LONG_PROMPT_TOKENS = 1_000_000
"""A prompt as long as any, at which a price for long prompts holds."""

ROUTE_TAIL_BYTES = 1_048_576
"""So far back in a transcript the latest request is looked for: its record stands within the last reply's lines."""

ROUTE_AGENT_FILES = 500
"""So many files of agents are looked at for one that names its model; nobody's list is as long."""

ROUTE_TOLD_SESSIONS = 500
"""For so many sessions it is kept what was said once; then the older half goes."""
