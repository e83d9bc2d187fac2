"""Questions about approvals, deadlines, decisions and the history itself 治理视图."""
