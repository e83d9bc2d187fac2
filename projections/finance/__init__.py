"""Questions about budgets and costs 预算与成本视图."""
