"""The composition root: settings become adapters, adapters become services, services become processes.

Plain constructor calls, nothing else. ``shop`` builds what every process needs, ``web`` and ``worker``
the two processes of one machine, ``bridges`` the few lines by which one feature reads another.
"""
