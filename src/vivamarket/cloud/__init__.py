"""The shop's cloud seen from outside: so far, what may be lost of each service, and for how long.

What is done to an account comes here. What the cloud *is*, ``infra/`` says; what the running shop asks of
AWS, ``adapters/aws``; the commands of ``cli`` are thin and only show. Nothing here needs an account, a
network or Node to be imported.
"""
