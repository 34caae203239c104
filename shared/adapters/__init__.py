"""The outside world behind the ports: AWS services, and twins that keep everything in memory."""
