"""The ledger's tables, as the list of steps by which they came about.

A ledger's `user_version` is how many steps it has had. A step is never edited once it was released: a change is a new
step at the end. Money is whole pico-dollars, times are ISO 8601 in UTC (`2026-11-22T14:59:48.422Z`), '' where unknown.
"""

from __future__ import annotations

APPLICATION_ID = 0x5C819D01
"""Tells a ledger from any other SQLite file."""

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

    -- One paid request, however many lines and files repeat it. Counts are those of its own answer (its executor
    -- legs); cost_pico is all its priced legs. flags: words, sorted, space between; 'unpriced' says that cost_pico
    -- leaves something out. project: name of the client's folder for the project. priced_by: 'list', or 'managed'
    -- where the organisation's own prices held, which are not looked up anew later.
    CREATE TABLE requests (
        message_id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL, agent_id TEXT NOT NULL, agent_type TEXT NOT NULL,
        model TEXT NOT NULL, at TEXT NOT NULL,
        input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
        write_5m INTEGER NOT NULL, write_1h INTEGER NOT NULL, write_unsplit INTEGER NOT NULL,
        searches INTEGER NOT NULL,
        speed TEXT NOT NULL, geo TEXT NOT NULL, tier TEXT NOT NULL, stop_reason TEXT NOT NULL, flags TEXT NOT NULL,
        prompt_id TEXT NOT NULL, cwd TEXT NOT NULL, git_branch TEXT NOT NULL, version TEXT NOT NULL,
        file_kind TEXT NOT NULL, ended_at TEXT NOT NULL, requested_model TEXT NOT NULL, effort TEXT NOT NULL,
        cache_asked TEXT NOT NULL, origin TEXT NOT NULL,
        project TEXT NOT NULL, cost_pico INTEGER NOT NULL, priced_by TEXT NOT NULL
    );
    CREATE INDEX requests_by_session ON requests (session_id, at);
    CREATE INDEX requests_by_time ON requests (at);

    -- The parts of a request that are priced one by one, for requests that are not just one answer: a request
    -- without rows here has one leg, itself. cost_pico NULL: unpriced.
    CREATE TABLE legs (
        message_id TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
        input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
        write_5m INTEGER NOT NULL, write_1h INTEGER NOT NULL, write_unsplit INTEGER NOT NULL,
        searches INTEGER NOT NULL, cost_pico INTEGER,
        PRIMARY KEY (message_id, place)
    ) WITHOUT ROWID;

    -- A call (message_id, name, input_bytes, at) and what it brought (the rest; result_at '' while there is none).
    -- message_id '' : a result whose call is in no transcript. duration_ms: the tool's own word, else NULL.
    CREATE TABLE tool_calls (
        id TEXT PRIMARY KEY, message_id TEXT NOT NULL, name TEXT NOT NULL, input_bytes INTEGER NOT NULL,
        at TEXT NOT NULL, result_at TEXT NOT NULL, result_bytes INTEGER NOT NULL, is_error INTEGER NOT NULL,
        duration_ms INTEGER, images INTEGER NOT NULL
    );
    CREATE INDEX tool_calls_by_request ON tool_calls (message_id);

    -- How far each file has been read, and what was wrong in it (JSON: words for a person to how often; '' nothing).
    CREATE TABLE files (
        path TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        offset INTEGER NOT NULL, fingerprint TEXT NOT NULL, problems TEXT NOT NULL
    ) WITHOUT ROWID;

    -- The client's own totals of a session. source: 'transcript' (each total it wrote), 'statusline' (the last only).
    CREATE TABLE cost_states (
        session_id TEXT NOT NULL, source TEXT NOT NULL, started_ms INTEGER NOT NULL, total_usd TEXT NOT NULL,
        at TEXT NOT NULL, model_usage TEXT NOT NULL, unknown_model INTEGER NOT NULL,
        PRIMARY KEY (session_id, source, started_ms, total_usd)
    ) WITHOUT ROWID;

    -- Where a conversation was replaced by its summary; the request that wrote the summary is in no transcript.
    CREATE TABLE compactions (
        mark_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, agent_id TEXT NOT NULL, at TEXT NOT NULL,
        pre_tokens INTEGER NOT NULL, post_tokens INTEGER NOT NULL, trigger TEXT NOT NULL,
        duration_ms INTEGER NOT NULL
    ) WITHOUT ROWID;

    -- Readings of a subscription's windows ('five_hour', 'seven_day', …). source: 'statusline', 'event', 'cached'.
    -- at_ms: when it was read; resets_at: seconds since the epoch, 0 unknown. prompt_id: the prompt under way.
    CREATE TABLE limits_seen (
        window TEXT NOT NULL, at_ms INTEGER NOT NULL, source TEXT NOT NULL, used_percent REAL NOT NULL,
        resets_at INTEGER NOT NULL, session_id TEXT NOT NULL, prompt_id TEXT NOT NULL,
        PRIMARY KEY (window, at_ms, source)
    ) WITHOUT ROWID;

    -- The journal of cuts, taken in.
    CREATE TABLE cuts (
        handle TEXT NOT NULL, at_ms INTEGER NOT NULL, tool_use_id TEXT NOT NULL, session_id TEXT NOT NULL,
        project TEXT NOT NULL, tool TEXT NOT NULL, command TEXT NOT NULL, family TEXT NOT NULL, exit_code INTEGER,
        bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL, facts_total INTEGER NOT NULL,
        facts_kept INTEGER NOT NULL, path TEXT NOT NULL,
        PRIMARY KEY (handle, at_ms, tool_use_id)
    ) WITHOUT ROWID;
    """,
    """
    -- The beginning of the first line of what a call was asked; '' in what was read before there was this column.
    ALTER TABLE tool_calls ADD COLUMN about TEXT NOT NULL DEFAULT '';

    -- Which session a fork or a resume into a new file goes on from, as the copies in its transcript say.
    CREATE TABLE forks (session_id TEXT PRIMARY KEY, parent_id TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX forks_by_parent ON forks (parent_id);

    -- When a prompt came, and to which it is charged: itself, or the one whose background agent's end it is.
    CREATE TABLE prompts (
        session_id TEXT NOT NULL, prompt_id TEXT NOT NULL, root_id TEXT NOT NULL, at_ms INTEGER NOT NULL,
        PRIMARY KEY (session_id, prompt_id)
    ) WITHOUT ROWID;

    -- What a thread may spend with the request that was let go last, until the ledger knows of one after after_id.
    -- lagging_pico: the same for the request before it, if the ledger did not know that one either. context_tokens:
    -- the prompt of that request. agent_id of an agent that was not seen yet: 'start:' and the call that starts it.
    -- folder: the top folder of its repo.
    CREATE TABLE reservations (
        session_id TEXT NOT NULL, agent_id TEXT NOT NULL, agent_type TEXT NOT NULL, prompt_id TEXT NOT NULL,
        folder TEXT NOT NULL, transcript_path TEXT NOT NULL, after_id TEXT NOT NULL, lagging_pico INTEGER NOT NULL,
        pico INTEGER NOT NULL, context_tokens INTEGER NOT NULL, at_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
        PRIMARY KEY (session_id, agent_id)
    ) WITHOUT ROWID;

    -- What a person put on top of a limit, in the limit's unit (pico-dollars for dollars), until a time.
    CREATE TABLE raises (
        name TEXT NOT NULL, span_key TEXT NOT NULL, extra INTEGER NOT NULL, until_ms INTEGER NOT NULL,
        at_ms INTEGER NOT NULL
    );

    -- What the budget said. kind: 'warned' (level: the percentage), 'landing' (level: how many requests were let go
    -- since; amount: the limit as it was), 'stop', 'noticed' (anything else that is said once, level 0).
    CREATE TABLE stops (
        session_id TEXT NOT NULL, agent_id TEXT NOT NULL, prompt_id TEXT NOT NULL, kind TEXT NOT NULL,
        name TEXT NOT NULL, span_key TEXT NOT NULL, level INTEGER NOT NULL, amount INTEGER NOT NULL,
        at_ms INTEGER NOT NULL, reason TEXT NOT NULL
    );
    CREATE INDEX stops_by_thread ON stops (session_id, agent_id, kind);

    -- Sums over a session, a prompt, a day or a month are made before every request: from these alone.
    DROP INDEX requests_by_session;
    DROP INDEX requests_by_time;
    CREATE INDEX requests_by_session ON requests (session_id, at, agent_id, prompt_id, cost_pico, flags);
    CREATE INDEX requests_by_time ON requests (at, cost_pico, flags);
    """,
    """
    -- The journal of what was wanted back, taken in. how: 'recall', 'read' (of the original), 'rerun'. tool_use_id: the
    -- call that was cut; by_tool_use_id: the one that wanted it, '' unknown. is_soon: soon enough to be learned from.
    CREATE TABLE recalls (
        handle TEXT NOT NULL, at_ms INTEGER NOT NULL, how TEXT NOT NULL, tool_use_id TEXT NOT NULL,
        by_tool_use_id TEXT NOT NULL, session_id TEXT NOT NULL, repo TEXT NOT NULL, family TEXT NOT NULL,
        kind TEXT NOT NULL, is_soon INTEGER NOT NULL,
        PRIMARY KEY (handle, at_ms, tool_use_id, how)
    ) WITHOUT ROWID;
    """,
    """
    -- Why a request found less in the prompt cache than the one before it in its thread (before_id), once that was
    -- looked up in its transcript. causes: words of `scrimp.cache.causes`, the one that counts first, space between; ''
    -- not looked up yet.
    CREATE TABLE cache_breaks (
        message_id TEXT PRIMARY KEY, before_id TEXT NOT NULL, causes TEXT NOT NULL, detail TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    -- How each run of a subagent went, as its transcript and its parent's tell it; what it cost is in requests.
    -- parent_id: the agent that started it, '' the main thread. prompt_at: when the person's prompt came under which it
    -- was started. reported_at: when its parent had the report. brief: a hash of its task. ended: 'done', 'error',
    -- 'interrupted', 'max_turns', 'refused', 'unfinished'. could_not: its report says so. targets: how many files and
    -- commands it worked with; again: how many of them its parent worked with after the report, commands_again: how
    -- many of these are commands. corrected: the person's next prompt begins as a correction. looked: the size of the
    -- session's transcripts when this was judged.
    CREATE TABLE agent_runs (
        session_id TEXT NOT NULL, agent_id TEXT NOT NULL, agent_type TEXT NOT NULL, parent_id TEXT NOT NULL,
        prompt_at TEXT NOT NULL, began_at TEXT NOT NULL, reported_at TEXT NOT NULL, brief TEXT NOT NULL,
        ended TEXT NOT NULL, could_not INTEGER NOT NULL, targets INTEGER NOT NULL, again INTEGER NOT NULL,
        commands_again INTEGER NOT NULL, corrected INTEGER NOT NULL, looked INTEGER NOT NULL,
        PRIMARY KEY (session_id, agent_id)
    ) WITHOUT ROWID;
    """,
)
