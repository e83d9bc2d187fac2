"""Procurement 采购管理, clauses 4.1.*: from the requisition to goods in stock."""
