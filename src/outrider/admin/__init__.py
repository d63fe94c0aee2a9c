"""Administration: every act once, called over the control socket, by the command line or in tests."""
