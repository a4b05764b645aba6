"""What is done to the shop's cloud from outside: deployed, watched, verified, restored, moved.

It asks an account of AWS, or the emulator, through boto3. What the cloud *is*, ``infra/`` says; what the
running shop asks of AWS, ``adapters/aws``. The commands of ``cli`` are thin: they show and ask, this folder
acts. Nothing here needs an account, a network or Node to be imported.
"""
