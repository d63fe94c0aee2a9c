"""Self-service: what users see and do about their own devices."""
