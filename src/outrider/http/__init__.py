"""The ASGI application and its server: the ActiveSync endpoint, Autodiscover, health, metrics."""
