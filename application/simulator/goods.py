"""What the sample company buys and from whom 示例物品与供应商: made up, with prices that reach every tier."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SampleItem:
    """An item of a category, its specification, unit and usual price in CNY."""

    category: str
    item: str
    specification: str
    unit: str
    price: Decimal
    usual: tuple[int, int]
    """The least and the most that is asked for at once."""


@dataclass(frozen=True, slots=True)
class SampleSupplier:
    """A supplier: how its prices lie against the usual, and how often in a hundred it is late or delivers badly."""

    id: str
    name: str
    categories: tuple[str, ...]
    price_level: Decimal
    late_percent: int
    bad_percent: int


def _item(category: str, item: str, specification: str, unit: str, price: str, least: int, most: int) -> SampleItem:
    return SampleItem(category, item, specification, unit, Decimal(price), (least, most))


ITEMS = (
    _item("office_supplies", "复印纸 Copy paper", "A4 70g 500张", "包", "24.50", 5, 60),
    _item("office_supplies", "签字笔 Gel pen", "0.5mm 黑", "盒", "18.00", 2, 20),
    _item("office_supplies", "硒鼓 Toner", "HY-388 黑", "支", "268.00", 1, 8),
    _item("office_supplies", "文件柜 Filing cabinet", "四抽 钢制", "个", "680.00", 1, 5),
    _item("office_supplies", "人体工学椅 Office chair", "可升降 网布", "把", "899.00", 1, 10),
    _item("it_equipment", "笔记本电脑 Laptop", "14寸 16G 512G", "台", "5999.00", 1, 3),
    _item("it_equipment", "显示器 Monitor", "27寸 4K", "台", "1699.00", 1, 6),
    _item("it_equipment", "键鼠套装 Keyboard and mouse", "无线", "套", "159.00", 1, 12),
    _item("it_equipment", "网络交换机 Switch", "24口 千兆", "台", "1380.00", 1, 4),
    _item("it_equipment", "移动硬盘 Portable disk", "2T USB-C", "个", "479.00", 1, 6),
    _item("services", "保洁服务 Cleaning", "季度 2000㎡", "季", "4600.00", 1, 1),
    _item("services", "设备维保 Maintenance", "打印机 年保", "年", "1850.00", 1, 2),
    _item("services", "翻译服务 Translation", "中英 千字", "千字", "180.00", 3, 30),
    _item("services", "会议场地 Meeting room", "50人 一天", "天", "3200.00", 1, 2),
)


def _supplier(number: int, categories: tuple[str, ...], level: str, late: int, bad: int) -> SampleSupplier:
    return SampleSupplier(f"SP{number:02}", f"示例供应商{number:02}", categories, Decimal(level), late, bad)


SUPPLIERS = (
    _supplier(1, ("office_supplies",), "0.97", 5, 2),
    _supplier(2, ("office_supplies",), "1.00", 10, 3),
    _supplier(3, ("office_supplies",), "1.03", 3, 1),
    _supplier(4, ("office_supplies",), "0.88", 35, 18),
    _supplier(5, ("it_equipment",), "0.98", 6, 2),
    _supplier(6, ("it_equipment",), "1.00", 8, 3),
    _supplier(7, ("it_equipment",), "1.05", 2, 1),
    _supplier(8, ("it_equipment",), "0.90", 30, 20),
    _supplier(9, ("services",), "0.99", 6, 2),
    _supplier(10, ("services",), "1.02", 4, 2),
    _supplier(11, ("services",), "1.00", 12, 5),
    _supplier(12, ("services",), "0.92", 28, 12),
)


def items_of(category: str) -> tuple[SampleItem, ...]:
    """The items of a category."""
    return tuple(item for item in ITEMS if item.category == category)


def suppliers_of(category: str) -> tuple[SampleSupplier, ...]:
    """The suppliers of a category."""
    return tuple(supplier for supplier in SUPPLIERS if category in supplier.categories)
