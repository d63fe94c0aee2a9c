"""The engine: what one device has of a folder, what it is to be told, and who waits for what. It never sees a tag."""
