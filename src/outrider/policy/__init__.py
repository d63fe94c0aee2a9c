"""What a device must be and may do: settings, the provisioning handshake, and who is let in."""
