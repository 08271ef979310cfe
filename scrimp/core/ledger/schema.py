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
)
