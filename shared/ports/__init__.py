"""The outside world as the core sees it: small Protocols, each with an AWS adapter and a twin.

Docstrings are the contract; the contract tests ask every adapter the same questions. Any method may
raise ``StoreUnavailable`` when the service behind it cannot be asked. The ports of uploads, shares,
links and the darkroom stand beside what they keep, sign or draw.
"""
