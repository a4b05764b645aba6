"""The stacks. What holds data stands apart from what may be thrown away and made again."""
