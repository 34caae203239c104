"""A Bedrock that runs on this machine: same wire, same rules, simulated pictures."""
