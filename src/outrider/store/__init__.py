"""What ActiveSync itself must remember: devices, what each of them has, and what was already done for it."""
