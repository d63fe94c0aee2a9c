"""Between domain values and the documents mail systems keep: MIME, HTML, TNEF, vCard; pure."""
