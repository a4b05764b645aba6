"""The chaos rig: real processes, real sockets, a real disk, and a nemesis that breaks them all the time.

Owns a shop of its own (two web processes, two workers, the payment sandbox, an embedded PostgreSQL) in a
fresh folder, shoppers and staff over HTTP, proxies between everybody, and the faults. When the faults have
stopped it checks what the shop promised: nothing acknowledged is lost, nothing is sold, charged or told
twice. It does not own the formulas: those are ``checkout.invariants``.
"""
