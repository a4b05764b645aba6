"""``python -m infra``: write the templates, or compare them with those that are kept."""

from __future__ import annotations

import sys

from infra.rendering import FOLDER, TemplateRefused, render


def main(arguments: list[str]) -> int:
    """Write the templates; with ``--check`` write nothing and fail when one has drifted."""
    check = arguments == ["--check"]
    try:
        wanted = {FOLDER / path: text for path, text in render().items()}
    except TemplateRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    kept = {path: path.read_text() for path in [*FOLDER.glob("*/*.yaml"), *FOLDER.glob("*.json")]}
    changed = sorted(path for path in wanted.keys() | kept.keys() if wanted.get(path) != kept.get(path))
    for path in changed:
        sys.stdout.write(
            f"{'Out of date' if check else 'Written'}: infra/templates/{path.relative_to(FOLDER)}\n"
        )
        if check:
            continue
        if path not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    if not changed:
        sys.stdout.write(f"All {len(wanted)} templates are up to date.\n")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
