"""The table of commands: what ``viva --help`` shows, without importing any of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command's name, the module whose ``command`` it is, and its line in the help."""

    name: str
    module: str
    summary: str


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Run the shop",
        (
            Entry("up", "up", "Start the whole shop on this machine, until Ctrl-C."),
            Entry("status", "status", "Tell whether the shop runs, where, and how it is."),
            Entry("staff", "staff", "Add staff accounts and set their passwords."),
            Entry(
                "passwords", "passwords", "Tell where customers' passwords are; end their move to Cognito."
            ),
            Entry("orders", "orders", "List the latest orders, or show one with its whole story."),
        ),
    ),
    (
        "Catalogue",
        (
            Entry("import", "import_", "Read products from a Shopify CSV file."),
            Entry("export", "export", "Write the catalogue as a Shopify CSV file."),
        ),
    ),
    (
        "Data",
        (
            Entry("backup", "backup", "Save everything into one file, while the shop runs."),
            Entry("restore", "restore", "Put a backup in place of the data folder."),
            Entry("check", "check", "Check every promise of checkout, stock and money."),
            Entry("audit", "audit_log", "Verify the log of what staff did."),
            Entry("reconcile", "reconcile", "Compare all payments with the payment provider's account."),
            Entry("reset", "reset", "Erase the data folder; the next start begins afresh."),
        ),
    ),
    (
        "Cloud",
        (Entry("cloud", "cloud", "Write and check what the shop's cloud is made of."),),
    ),
    (
        "Develop",
        (
            Entry("test", "test", "Run everything that guards the code."),
            Entry("simulate", "simulate", "Run the checkout in virtual time under every fault, by seed."),
            Entry("explore", "explore", "Visit every state of a small checkout."),
            Entry("chaos", "chaos", "Break a real shop on purpose and check its promises."),
            Entry("bench", "bench", "Measure, each figure beside its reference."),
            Entry("screenshots", "screenshots", "Take the pictures of the docs anew."),
            Entry("generate", "generate", "Write the files that are generated from the code."),
            Entry("openapi", "openapi", "Print the API's OpenAPI document."),
            Entry("version", "version", "Print the versions of shop, Python and PostgreSQL."),
        ),
    ),
)

COMMANDS: dict[str, Entry] = {entry.name: entry for _, entries in GROUPS for entry in entries}
