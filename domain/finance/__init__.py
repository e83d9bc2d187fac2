"""Finance 财务: budgets, commitment control, cost periods, alerts and savings (clauses 2.1.1.1 - 2.2.3.3)."""
