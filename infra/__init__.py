"""The shop's cloud: stacks of AWS CDK, and the CloudFormation templates that are kept of them.

``python -m infra`` writes ``infra/templates/``. Nothing here runs in the shop; what the shop needs (tables,
headers, routes) its own code says, and the stacks read it from there.
"""
