"""Mail systems, each as the roles of `domain.roles`; they never see a tag, and never each other."""
