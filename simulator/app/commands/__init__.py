"""One module a command: its docstring is the help text, `Settings` what can be set, `run(settings)` what it does.

Modules here import nothing heavy at the top: `crossplay play --help` must answer at once.
"""
