"""The storefront's list of languages: one for every folder of words."""

from __future__ import annotations

from pathlib import Path


def catalogues_document(messages: Path) -> str:
    """Return the module that gathers every folder of ``messages`` that has an ``index.ts``.

    So a language more is a folder more; TypeScript then says what it still lacks.
    """
    locales = sorted(folder.parent.name for folder in messages.glob("*/index.ts"))
    imports = "".join(f'import {{ {_name(locale)} }} from "./{locale}/index.ts";\n' for locale in locales)
    entries = ", ".join(
        _name(locale) if _name(locale) == locale else f'"{locale}": {_name(locale)}' for locale in locales
    )
    return (
        "// Written by ./viva generate from the folders beside it.\n"
        f"{imports}\n"
        "/** The words of every language. */\n"
        f"export const catalogues = {{ {entries} }} as const;\n"
    )


def _name(locale: str) -> str:
    """Return the name under which a folder exports its words: ``pt-BR`` has ``ptBR``."""
    return locale.replace("-", "")
