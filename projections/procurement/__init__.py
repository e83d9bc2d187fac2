"""Questions about buying and stock 采购与库存视图."""
