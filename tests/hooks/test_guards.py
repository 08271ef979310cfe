"""What the agent may not do to its own budget where a limit is set, and all that it still may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hooks.dispatch import State
from hooks.steps import guards
from tests.hooks import recorded

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = '{"budget": {"sessionUsd": 5}}'
GATE = {"type": "command", "command": "/p/python", "args": ["-I", "-S", "/p/hooks/gate.py"], "onFailure": "block"}
OTHER = {"type": "command", "command": "notify"}


class Place:
    """A home and a repo with a limit in it; `refused` says what a tool call would have changed, '' where it may run."""

    def __init__(self, root: Path, limit: str = LIMIT) -> None:
        self.repo, self.home = root / "repo", root / "home"
        self.environ = {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.repo)}
        for folder in (self.repo / ".git", self.repo / ".claude", self.home / ".claude"):
            folder.mkdir(parents=True)
        (self.repo / ".claude/scrimp.json").write_text(limit)

    def refused(self, tool: str, **given: Any) -> str:
        event = recorded.event("tool_bash", tool_name=tool, tool_input=given, cwd=str(self.repo))
        answer = guards.step(event, State(self.environ, event))
        return (
            answer["deny"].partition(" is set here, and this would change ")[2].partition(". Go on within")[0]
            if answer
            else ""
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


HOOKS = "Claude Code's settings, which start scrimp's hooks"
MANAGED = "what an organisation has settled, its prices with it"
TRANSCRIPTS = "the transcripts, from which spending is read"

REFUSED = {
    "scrimp budget raise 50": "the budget",
    "cd /tmp && scrimp budget clear --yes": "the budget",
    "python3 -m scrimp budget set --day 100": "the budget",
    'bash -c "scrimp budget raise 5"': "the budget",
    "/opt/venv/bin/scrimp budget --json raise 5 --for 2h": "the budget",
    "scrimp uninstall --yes": "what scrimp has installed",
    "echo '{}' > .claude/scrimp.json": "scrimp's settings",
    "cd .claude && rm scrimp.local.json": "scrimp's settings",
    "git checkout HEAD~1 -- .claude/scrimp.json": "scrimp's settings",
    "sed -i s/5/500/ ~/.claude/scrimp.json": "scrimp's settings",
    "python3 -c \"open('.claude/scrimp.json','w').write('{}')\"": "scrimp's settings",
    "rm -rf ~/.local/share/scrimp": "scrimp's data",
    "sqlite3 ledger.db 'DELETE FROM requests'": "scrimp's data",
    "unset SCRIMP_BUDGET; claude -p more": "the environment that scrimp reads",
    "SCRIMP_HOME=/tmp/x claude -p more": "the environment that scrimp reads",
    "jq 'del(.hooks)' .claude/settings.local.json > x; mv x .claude/settings.local.json": (
        "Claude Code's settings, which start scrimp's hooks"
    ),
    """claude -p more --settings '{"disableAllHooks": true}'""": "Claude Code's settings, which start scrimp's hooks",
    "claude --bare -p more": "that hooks run in every session",
    "claude plugin disable scrimp@scrimp": "the plugin scrimp",
    "git diff --output=.claude/scrimp.json HEAD~1": "scrimp's settings",
    "tree -o .claude/scrimp.json": "scrimp's settings",
    "find . -name scrimp.json -delete": "scrimp's settings",
    "sed -n 'w .claude/scrimp.json' x": "scrimp's settings",
    "sed -i s/5/50/ .claude/scrimp*.json": "the folder of Claude Code's settings",
    "cp /tmp/x ~/.claude/s*": "the folder of Claude Code's settings",
    "cd ~/.claude && rm *": "the folder of Claude Code's settings",
    "rm -rf .claude": "the folder of Claude Code's settings",
    "mv ./.claude/ .c": "the folder of Claude Code's settings",
    "echo scrimp budget raise 5 | sh": "the budget",
    # names that are written otherwise
    "rm ~/.claude//settings.json": HOOKS,
    "rm ~/.claude/./settings.json": HOOKS,
    "rm ~/.claude/x/../settings.json": HOOKS,
    "rm ~/.claude/'settings.json'": HOOKS,
    'rm "$HOME/.claude"/settings.json': HOOKS,
    "rm ${HOME}/.claude/sett\\ings.json": HOOKS,
    "rm ~/.CLAUDE/Settings.JSON": HOOKS,
    "rm .claude/scrimp.js''on": "scrimp's settings",
    "cd ~/.claude && rm settings.json": HOOKS,
    'cd ~/.claude && echo "{}" > settings.json': HOOKS,
    "(cd ~/.claude; rm settings.json)": HOOKS,
    "cd ~/.local/share && rm -rf scrimp": "scrimp's data",
    "cd ~/.local && rm -rf sh*": "scrimp's data",
    "f=~/.claude/settings.json; rm $f": HOOKS,
    'for f in ~/.claude/*.json; do rm "$f"; done': "the folder of Claude Code's settings",
    "rm ~/.claude/scrimp*": "the folder of Claude Code's settings",
    "rm ~/.cl*/settings.json": "the folder of Claude Code's settings",
    "rm .claude/{scrimp,settings}.json": "the folder of Claude Code's settings",
    "sh -c 'cd ~/.claude && rm settings.json'": HOOKS,
    "eval 'rm ~/.claude/settings.json'": HOOKS,
    "bash <<'EOF'\nrm ~/.claude/settings.json\nEOF": HOOKS,
    "echo 'rm ~/.claude/settings.json' | bash": HOOKS,
    "ls ~/.claude/settings.json | xargs rm": HOOKS,
    "ls ~/.claude/settings.json | while read f; do rm $f; done": HOOKS,
    "echo $(rm ~/.claude/settings.json)": HOOKS,
    "cat <(rm ~/.claude/settings.json)": HOOKS,
    "sudo -u root rm ~/.claude/settings.json": HOOKS,
    "if true; then rm ~/.claude/settings.json; fi": HOOKS,
    "dd if=/dev/null of=$HOME/.claude/settings.json": HOOKS,
    "cp /tmp/x ~/.claude/settings.json": HOOKS,
    "cp -t ~/.claude /tmp/settings.json": "the folder of Claude Code's settings",
    "rsync -a /tmp/x/ ~/.claude/": "the folder of Claude Code's settings",
    "ln -sf /tmp/x ~/.claude/settings.json": HOOKS,
    "cat /tmp/x >| ~/.claude/settings.json": HOOKS,
    "cat /tmp/x &>> ~/.claude/settings.json": HOOKS,
    "mv ~/.local/share /tmp/x": "scrimp's data",
    "rm -rf ~": "scrimp's data",
    "find ~ -name 'scrimp.json' -delete": "scrimp's settings",
    "find . -name '*.json' -exec rm {} ;": "scrimp's settings",
    "find . -type f -delete": "scrimp's settings",
    "python3 - <<'EOF'\nopen('.claude/settings.json', 'w')\nEOF": HOOKS,
    "node -e 'fs.rmSync(process.env.HOME + \"/.claude/projects\", {recursive: true})'": TRANSCRIPTS,
    "python3 -c 'shutil.rmtree(Path.home() / \".local/share/scrimp\")'": "scrimp's data",
    # what looks and yet writes or runs
    "less -o .claude/scrimp.json x": "scrimp's settings",
    "less -No.claude/scrimp.json x": "scrimp's settings",
    "rg --pre sh . .claude/scrimp.json": "scrimp's settings",
    "rg --pre=sh . .claude/scrimp.json": "scrimp's settings",
    "git log --output=.claude//settings.json": HOOKS,
    "git --no-pager log --outpu=.claude/settings.json": HOOKS,
    "git -c alias.log='!rm .claude/settings.json' log": HOOKS,
    "sed -n 1p -i .claude/scrimp.json": "scrimp's settings",
    "sort -uo .claude/scrimp.json x": "scrimp's settings",
    "awk '{print > \".claude/scrimp.json\"}' x": "scrimp's settings",
    # clients without a gate
    "claude -p x --setting-sources project": "that hooks run in every session",
    "claude -p x --setting-sources=user": "that hooks run in every session",
    "CLAUDE_CODE_SIMPLE=1 claude -p x": "that hooks run in every session",
    "export CLAUDE_CODE_SIMPLE=1; claude -p x": "that hooks run in every session",
    "env -i claude -p x": "that hooks run in every session",
    "env -u HOME claude -p x": "that hooks run in every session",
    "CLAUDE_CONFIG_DIR=/tmp/x claude -p x": "that hooks run in every session",
    "env XDG_DATA_HOME=/tmp/x claude -p x": "that hooks run in every session",
    "HOME=/tmp/x npx @anthropic-ai/claude-code@2.1.330 -p x": "that hooks run in every session",
    "claude --safe-mode -p x": "that hooks run in every session",
    "claude --bare=1 -p x": "that hooks run in every session",
    "timeout 60 claude -p x --no-session-persistence": "that hooks run in every session",
    "cd /tmp && nohup claude --safe-mode -p x > log &": "that hooks run in every session",
    "sh -c 'claude --bare -p x'": "that hooks run in every session",
    """sh -c '"$0" "$@"' claude --bare -p x""": "that hooks run in every session",
    # what is installed
    "pip uninstall -y scrimp": "what scrimp has installed",
    "python3 -m pip uninstall scrimp": "what scrimp has installed",
    "pipx uninstall scrimp": "what scrimp has installed",
    "uv tool uninstall scrimp": "what scrimp has installed",
    # prices and transcripts
    "echo '{}' > ~/.claude/remote-settings.json": MANAGED,
    "cd ~/.claude; mv /tmp/x remote-settings.json": MANAGED,
    "sudo tee /etc/claude-code/managed-settings.json": MANAGED,
    "cp x '/Library/Application Support/ClaudeCode/managed-settings.d/9.json'": MANAGED,
    "rm -rf ~/.claude/projects": TRANSCRIPTS,
    "rm -rf ~/.claude/projects/-repo/5f6c": TRANSCRIPTS,
    "sed -i s/1/2/ ~/.claude/projects/*/*.jsonl": TRANSCRIPTS,
    "cd ~/.claude/projects/-repo && truncate -s 0 s.jsonl": TRANSCRIPTS,
    ": > ~/.claude/projects/-repo/s/subagents/agent-1.jsonl": TRANSCRIPTS,
    "mv ~/.claude/projects /tmp/x": TRANSCRIPTS,
    "find ~/.claude/projects -name '*.jsonl' -delete": TRANSCRIPTS,
    "rm ~/.config/claude/projects/-repo/s.jsonl": TRANSCRIPTS,
}


@pytest.mark.parametrize("command", REFUSED)
def test_a_command_that_changes_the_budget_is_refused(place: Place, command: str) -> None:
    assert place.refused("Bash", command=command) == REFUSED[command]


ALLOWED = [
    "scrimp budget status",
    "scrimp report --by day",
    "cat .claude/scrimp.json",
    "cat ~/.claude/scrimp.json | jq .budget",
    "grep -rn sessionUsd .claude/scrimp.json && ls -la .claude",
    "git add .claude/settings.json && git commit -m 'allow pytest'",
    "git diff -- .claude/settings.local.json",
    "ls ~/.local/share/scrimp",
    "echo $SCRIMP_BUDGET",
    "pytest -q tests/budget > out.txt",
    "npm run set-budget -- clear",
    "grep timeout ~/.claude/projects/-repo/s/tool-results/scrimp-3f9c02d41b7a8e55.txt",
    "claude --version",
    "cat .claude/settings.json 2>/dev/null",
    "ls -la .claude/settings.local.json 2> /dev/null || true",
    "cat ~/.claude/settings.json 2>&1 | head -5",
    "sed -n 1,20p .claude/settings.json",
    "grep -rn 'scrimp budget raise' docs",
    "git commit -m 'scrimp budget raise is for persons'",
    "find .claude -name '*.json'",
    "mkdir -p .claude && cp agent.md .claude/agents/",
    "git commit -m 'docs: .claude/settings.json' && git push",
    "git checkout -b fix && git commit -qm 'scrimp budget raise, SCRIMP_HOME'",
    "gh pr create --body 'rm .claude/scrimp.json'",
    "claude -p 'fix the --bare flag'",
    "claude -p 'what does .claude/settings.json say'",
    "claude -p x --setting-sources user,project,local",
    "CLAUDE_CODE_SIMPLE=0 HOME=$HOME claude -p x",
    "vim docs/ledger.db.md",
    "cp ~/.claude/settings.json /tmp/before.json",
    "cat .claude/settings.json | python3 -m json.tool > /tmp/x.json",
    "jq .usage ~/.claude/projects/-repo/s.jsonl > usage.txt",
    "cat ~/.claude/projects/*/*.jsonl | python3 -c 'import sys; print(len(sys.stdin.read()))'",
    "cp ~/.claude/projects/-repo/s.jsonl /tmp/",
    "sort ~/.claude/projects/-repo/s.jsonl | uniq -c | awk '{print $1}'",
    "awk '{print $1}' ~/.claude/projects/-repo/s.jsonl",
    "find . -type d -empty -delete",
    "find ~/.claude/projects -name '*.jsonl' | xargs grep -l tool_use",
    "find ~/.claude/projects -name '*.jsonl' -exec wc -l {} +",
    "cp ~/.claude/projects/-repo/s/tool-results/b.txt . && rm ~/.claude/projects/-repo/s/tool-results/b.txt",
    "python3 read.py ~/.claude/projects/-repo/s/tool-results/b.txt",
    "echo note >> ~/.claude/projects/-repo/memory/notes.md",
    "cat > notes.md <<'EOF'\nrm ~/.claude/settings.json\nEOF",
    "cd build && rm -rf * && cd .. && make",
    "rm -rf node_modules build/",
    "mv dist ~/",
    "find . -name '*.pyc' -delete",
    "rsync -a --exclude .claude . /tmp/copy",
    "(cd ~/.claude && ls); rm settings.json",
    "pip uninstall -y scrimp-fork",
    "pip install scrimp",
    "npm run build -- --output ./scrimp",
    "rm scrimp.js",
    "echo $((1 > 0)) && [[ -f .claude/settings.json ]] && echo there",
    "",
]


@pytest.mark.parametrize("command", ALLOWED)
def test_a_command_that_only_looks_or_is_about_something_else_runs(place: Place, command: str) -> None:
    assert place.refused("Bash", command=command) == ""


@pytest.mark.parametrize(
    "command",
    [
        "git clean -fdx",
        "git clean -dfX",
        "cd src && git -C .. clean -xdf",
        "git clean -fdx .claude",
        "git clean -fdx -e build",
    ],
)
def test_a_clean_out_that_takes_what_git_ignores_is_refused_with_what_it_would_take(place: Place, command: str) -> None:
    local = place.repo / ".claude/scrimp.local.json"
    local.write_text(LIMIT)
    assert place.refused("Bash", command=command) == f"scrimp's settings ({local}; to clean all else: -e .claude)"
    local.unlink()
    assert place.refused("Bash", command=command) == ""


@pytest.mark.parametrize(
    "command",
    [
        "git clean -fd",
        "git clean -ndx",
        "git clean -fdx -e .claude",
        "git clean -fdx --exclude=.claude/",
        "git clean -fdx build dist",
        "git clean -fdx -- ':!.claude'",
        "cd /tmp && git clean -fdx",
        "git -C /tmp clean -fdx",
    ],
)
def test_a_clean_out_that_leaves_the_settings_where_they_are_runs(place: Place, command: str) -> None:
    (place.repo / ".claude/scrimp.local.json").write_text(LIMIT)
    assert place.refused("Bash", command=command) == ""


def test_a_command_of_any_length_and_depth_is_judged(place: Place) -> None:
    deep = "$(" * 500 + "rm ~/.claude/settings.json" + ")" * 500
    assert place.refused("Bash", command=f"echo {deep}")
    long = "python3 - <<'EOF'\n" + "print('a line of a program', 1)\n" * 20_000 + "EOF\nrm ~/.claude/settings.json"
    assert place.refused("Bash", command=long) == HOOKS
    for broken in ("'", '"', "`", "$(", "<<", "<<EOF", "a <", ">", "\\", "((", "${", "$'", "cd", "git", "env", "xargs"):
        assert place.refused("Bash", command=broken) == ""
        assert place.refused("Bash", command=f"rm ~/.claude/settings.json; {broken}") == HOOKS


def test_every_tool_that_runs_a_command_is_looked_at(place: Place) -> None:
    assert place.refused("Monitor", command="scrimp budget raise 5", description="x") == "the budget"


@pytest.mark.parametrize("tool", ["Write", "Edit", "NotebookEdit"])
@pytest.mark.parametrize(
    "name", ["repo/.claude/scrimp.json", "repo/.claude/scrimp.local.json", "home/.claude/scrimp.json"]
)
def test_scrimps_settings_are_not_written(place: Place, tmp_path: Path, tool: str, name: str) -> None:
    key = "notebook_path" if tool == "NotebookEdit" else "file_path"
    assert place.refused(tool, **{key: str(tmp_path / name)}) == f"scrimp's settings file ({tmp_path / name})"


def test_nor_through_a_link_or_a_path_that_goes_round(place: Place, tmp_path: Path) -> None:
    settings = place.repo / ".claude/scrimp.json"
    (place.repo / "notes.json").symlink_to(settings)
    (tmp_path / "round").symlink_to(place.repo / ".claude")
    assert place.refused("Write", file_path=str(place.repo / "notes.json"), content="{}")
    assert place.refused("Write", file_path="src/../.claude/scrimp.json", content="{}")
    assert place.refused("Write", file_path=str(tmp_path / "round/scrimp.json"), content="{}")


def test_scrimps_data_is_not_written(place: Place) -> None:
    ledger = place.home / ".local/share/scrimp/ledger.db"
    assert place.refused("Write", file_path=str(ledger), content="") == f"scrimp's data ({ledger})"


@pytest.mark.parametrize(
    "name", ["-repo/s.jsonl", "-repo/s/subagents/agent-1.jsonl", "-repo/s/subagents/agent-1.meta.json"]
)
def test_what_spending_is_read_from_is_not_written(place: Place, name: str) -> None:
    path = place.home / ".claude/projects" / name
    for tool in ("Write", "Edit"):
        refused = place.refused(tool, file_path=str(path), old_string="a", new_string="b")
        assert refused == f"the transcripts, from which spending is read ({path})"


def test_memories_and_kept_outputs_beside_it_are_written(place: Place) -> None:
    for name in ("-repo/memory/notes.md", "-repo/memory/x.jsonl", "-repo/s/tool-results/b.txt", "-repo/s/plan.md"):
        assert place.refused("Write", file_path=str(place.home / ".claude/projects" / name), content="x") == ""


def test_what_sets_prices_is_not_written(place: Place) -> None:
    for path in (
        str(place.home / ".claude/remote-settings.json"),
        "/etc/claude-code/managed-settings.json",
        "/etc/claude-code/managed-settings.d/9.json",
        "/Library/Application Support/ClaudeCode/managed-settings.json",
    ):
        refused = place.refused("Write", file_path=path, content='{"modelPricing": {}}')
        assert refused == f"what an organisation has settled, its prices with it ({path})"


def test_a_mere_mention_of_our_hooks_in_the_clients_settings_may_be_written(place: Place) -> None:
    path = str(place.repo / ".claude/settings.local.json")
    assert place.refused("Write", file_path=path, content='{"_": ["gate.py", "-S"]}') == ""


def test_variables_that_silence_hooks_are_not_put_into_the_clients_settings(place: Place) -> None:
    path = str(place.repo / ".claude/settings.local.json")
    for name in ("CLAUDE_CODE_SIMPLE", "CLAUDE_CONFIG_DIR", "SCRIMP_HOME"):
        assert place.refused("Write", file_path=path, content=json.dumps({"env": {name: "1"}}))


def test_a_file_that_only_has_such_a_name_is_written(place: Place) -> None:
    for name in ("scrimp.json", "docs/scrimp.local.json", ".claude/agents/scrimp.md", "settings.json"):
        assert place.refused("Write", file_path=str(place.repo / name), content="{}") == ""


def wired(**more: object) -> str:
    return json.dumps({"hooks": {"PostToolBatch": [{"hooks": [GATE]}]}, **more}, indent=2)


def test_the_clients_settings_are_written_as_long_as_scrimps_hooks_stay_as_they_are(place: Place) -> None:
    path = place.repo / ".claude/settings.local.json"
    path.write_text(wired())
    more = {"hooks": {"PostToolBatch": [{"hooks": [GATE]}, {"hooks": [OTHER]}]}, "model": "opus"}
    assert place.refused("Write", file_path=str(path), content=json.dumps(more)) == ""
    assert (
        place.refused("Edit", file_path=str(path), old_string='"hooks": {', new_string='"model": "opus", "hooks": {')
        == ""
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/p/hooks/gate.py", "/tmp/gate.py"),
        ("block", "continue"),
        ("PostToolBatch", "PostToolUse"),
        ('{\n  "hooks"', '{\n  "disableAllHooks": true,\n  "hooks"'),
        ('{\n  "hooks"', '{\n  "env": {"SCRIMP_HOME": "/tmp"},\n  "hooks"'),
        ('{\n  "hooks"', '{\n  "hooks"\n  "hooks"'),
    ],
)
def test_an_edit_of_the_clients_settings_that_changes_scrimps_hooks_is_refused(
    place: Place, old: str, new: str
) -> None:
    path = place.repo / ".claude/settings.local.json"
    path.write_text(wired())
    edited = place.refused("Edit", file_path=str(path), old_string=old, new_string=new)
    assert edited == f"how scrimp's hooks are started ({path})"


def test_nor_are_scrimps_hooks_kept_for_some_tools_alone(place: Place) -> None:
    path = place.repo / ".claude/settings.local.json"
    path.write_text(wired())
    fewer = {"hooks": {"PostToolBatch": [{"matcher": "Bash", "hooks": [GATE]}]}}
    edited = place.refused("Write", file_path=str(path), content=json.dumps(fewer))
    assert edited == f"how scrimp's hooks are started ({path})"


def test_settings_of_any_repo_are_not_written(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other/.claude"
    assert place.refused("Write", file_path=str(other / "scrimp.json"), content="{}")
    assert place.refused("Write", file_path=str(other / "settings.json"), content='{"disableAllHooks": true}')
    assert place.refused("Bash", command=f"rm {other}/settings.json") == HOOKS
    assert place.refused("Bash", command=f"rm -rf {other}") == "the folder of Claude Code's settings"


def test_settings_are_guarded_where_the_client_is_told_to_look_for_them(place: Place) -> None:
    place.environ["CLAUDE_CONFIG_DIR"] = str(place.home / "elsewhere")
    for name in ("scrimp.json", "settings.json"):
        path = f"{place.home}/elsewhere/{name}"
        assert place.refused("Write", file_path=path, content='{"disableAllHooks": true}')
        assert place.refused("Bash", command=f"rm {path}")
    assert place.refused("Bash", command="rm -rf $CLAUDE_CONFIG_DIR") == "the folder of Claude Code's settings"


@pytest.mark.parametrize("switch", ["disableAllHooks", "allowManagedHooksOnly"])
def test_settings_that_switch_our_hooks_off_are_not_made_anew(place: Place, switch: str) -> None:
    path = place.repo / ".claude/settings.json"
    text = json.dumps({switch: True})
    assert place.refused("Write", file_path=str(path), content=text) == f"how scrimp's hooks are started ({path})"
    assert place.refused("Bash", command=f"claude -p more --settings '{text}'") == HOOKS
    assert place.refused("Bash", command=f"""python3 -c "f.write('{switch}')" """) == HOOKS
    assert place.refused("Write", file_path=str(path), content='{"model": "opus"}') == ""


def test_without_a_limit_everything_runs(tmp_path: Path) -> None:
    place = Place(tmp_path, "{}")
    assert place.refused("Bash", command="scrimp budget set --day 5") == ""
    assert place.refused("Write", file_path=str(place.repo / ".claude/scrimp.json"), content=LIMIT) == ""
