"""Between domain values and the elements of ActiveSync, per version; what absence means; pure."""
