"""What is asked often and may be lost, in Valkey: copies of sessions, counts of attempts.

Every key ends by itself. Keys that one script touches together carry one hash tag (``{…}``), so that a
cluster keeps them on one node.
"""
