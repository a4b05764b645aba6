"""The shared words: money, ids, time, errors, events, paging, idempotency, tasks.

Pure standard library, no I/O. Everything of ours may import the kernel; the kernel imports
nothing of ours.
"""
