"""The engine: what a device has of a folder, what it is to be told, who waits for what. It never sees a
tag."""
