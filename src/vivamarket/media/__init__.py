"""Pictures: checked, re-encoded, resized, kept as files.

Owns picture bytes and their prepared sizes. Does not own where a picture is shown (catalog).
"""
