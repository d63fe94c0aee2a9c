"""The item classes: what stands in ApplicationData and Properties."""
