"""A program that behaves like Claude Code as far as `scrimp run` can see: options, hooks, transcript, output, signals.

What it does is in FAKE, a JSON object: `requests` (how many, one tool between each), `prints` (`times` times), `code`,
`deaf` (it runs no hooks), `waits` (after its first tools, for a signal), `echoes` (its standard input), `arguments` (it
prints them), `costs` (its own total in dollars), `says` (before it begins), `chooses` (a new session
where it is to resume one).

Like the client it keeps a note of its process while it runs, from which a session can be told that it has chosen.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime

FAKE = json.loads(os.environ.get("FAKE", "{}"))
ARGUMENTS = sys.argv[1:]
PROMPT_ID = "prompt-1"


def option(name: str) -> str:
    """The value of an option, the last one given."""
    found = [ARGUMENTS[place + 1] for place, word in enumerate(ARGUMENTS) if word == name]
    return found[-1] if found else ""


RESUMED = "" if FAKE.get("chooses") else option("--resume")
SESSION = option("--session-id") or RESUMED or str(uuid.uuid4())
SLUG = re.sub("[^a-zA-Z0-9]", "-", os.getcwd())
TRANSCRIPT = os.path.join(os.environ["HOME"], ".claude", "projects", SLUG, f"{SESSION}.jsonl")


def hooks(event: str, **more: object) -> dict[str, object]:
    """Run the hooks of an event from the settings; the first answer that says something."""
    if FAKE.get("deaf") or not option("--settings"):
        return {}
    with open(option("--settings"), encoding="utf-8") as file:
        groups = json.load(file)["hooks"].get(event, [])
    given = {"session_id": SESSION, "transcript_path": TRANSCRIPT, "cwd": os.getcwd(), "hook_event_name": event}
    given |= {"prompt_id": PROMPT_ID, **more}
    environ = {**os.environ, "CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": os.getcwd()}
    for handler in (handler for group in groups for handler in group["hooks"]):
        words = [handler["command"], *handler["args"]]
        done = subprocess.run(words, input=json.dumps(given).encode(), capture_output=True, check=True, env=environ)
        if done.stdout:
            return json.loads(done.stdout)
    return {}


def write(line: dict[str, object]) -> None:
    """Add a line to the transcript."""
    os.makedirs(os.path.dirname(TRANSCRIPT), exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row = {
        "sessionId": SESSION,
        "timestamp": at,
        "promptId": PROMPT_ID,
        "version": "2.1.330",
        "cwd": os.getcwd(),
        **line,
    }
    with open(TRANSCRIPT, "a", encoding="utf-8") as file:
        file.write(json.dumps(row, separators=(",", ":")) + "\n")


def request(number: int, *, is_last: bool) -> None:
    """A reply of $0.006: 1,000 tokens in, 100 out, at Opus 5.5's prices."""
    call = {"type": "tool_use", "id": f"toolu_{SESSION}_{number}", "name": "Bash", "input": {"command": "make"}}
    write(
        {
            "type": "assistant",
            "uuid": str(uuid.uuid4()),
            "message": {
                "id": f"msg_{uuid.uuid4()}",
                "model": "claude-opus-5-5",
                "role": "assistant",
                "usage": {"input_tokens": 1000, "output_tokens": 100},
                "stop_reason": "end_turn" if is_last else "tool_use",
                "content": [{"type": "text", "text": "done"} if is_last else call],
            },
        }
    )


def result(number: int) -> None:
    """What a tool brought."""
    content = [{"type": "tool_result", "tool_use_id": f"toolu_{SESSION}_{number}", "content": "made"}]
    write({"type": "user", "uuid": str(uuid.uuid4()), "message": {"role": "user", "content": content}})


def say(text: str) -> None:
    """Print without a line break, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def converse() -> None:
    """Prompt, replies, tools, until the requests are through or a hook stops."""
    write({"type": "user", "uuid": str(uuid.uuid4()), "message": {"role": "user", "content": "do it"}})
    if hooks("UserPromptSubmit", prompt="do it").get("decision") == "block":
        return
    for number in range(FAKE.get("requests", 1)):
        is_last = number + 1 == FAKE.get("requests", 1)
        request(number, is_last=is_last)
        if is_last:
            return
        result(number)
        if FAKE.get("waits") and number == 0:
            wait()
        calls: list[dict[str, object]] = [
            {"tool_name": "Bash", "tool_input": {}, "tool_use_id": f"toolu_{SESSION}_{number}", "tool_response": ""}
        ]
        if hooks("PostToolBatch", tool_calls=calls).get("continue") is False:
            return


def wait() -> None:
    """Until a signal comes: it is named, and that is the end."""

    def named(number: int, _: object) -> None:
        os.write(1, f"got {signal.Signals(number).name}\n".encode())
        os._exit(7)  # it may come in the middle of a write

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, named)
    say("waiting\n")
    while True:
        signal.pause()


def note() -> None:
    """Say which session this process has."""
    folder = os.path.join(os.environ["HOME"], ".claude", "sessions")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{os.getpid()}.json"), "w", encoding="utf-8") as file:
        json.dump({"pid": os.getpid(), "sessionId": SESSION, "cwd": os.getcwd()}, file)


def main() -> None:
    """Behave like the client."""
    note()
    say(FAKE.get("says", ""))
    if FAKE.get("echoes"):
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    if FAKE.get("arguments"):
        say(json.dumps({"arguments": ARGUMENTS, "budget": os.environ.get("SCRIMP_BUDGET")}) + "\n")
    converse()
    say(FAKE.get("prints", "") * FAKE.get("times", 1))
    if "costs" in FAKE:
        write({"type": "cost-state", "totalCostUSD": FAKE["costs"], "startTime": 1, "modelUsage": {}})
    sys.exit(FAKE.get("code", 0))


if __name__ == "__main__":
    main()
