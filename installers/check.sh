#!/usr/bin/env bash
# ./run check: format, lint, types, import contracts, QML, unsafe code, known holes, then all tests. Stops at the first that fails.
set -eu
python="$venv/bin/python"
export PYTHONPATH="$root"
say "ruff format"; "$python" -m ruff format --check .
say "ruff check";  "$python" -m ruff check .
say "mypy";        "$python" -m mypy
say "imports";     "$venv/bin/lint-imports"
say "qmllint";     find shared kiosk_app counter_app signage_app -name '*.qml' -print0 |
                       xargs -0 "$venv/bin/pyside6-qmllint" -I shared/ui/quick --max-warnings 0
say "bandit";      "$python" -m bandit -q -c pyproject.toml -r server shared kiosk_app counter_app signage_app admin_app installers
say "pip-audit";   "$python" -m installers.package_audit
say "tests";       exec "$python" -m tests "$@"
