"""Decimals in the OpenAPI document 十进制数: strings with a pattern that says how many digits and places they take."""

from typing import Any


def tell_decimals(schema: Any) -> None:
    """Gives every decimal written as a string its pattern, in place; draft JSON Schema knows no ``decimal_places``."""
    if isinstance(schema, list):
        for each in schema:
            tell_decimals(each)
    elif isinstance(schema, dict):
        if schema.get("type") == "string" and "decimal_places" in schema:
            schema["pattern"] = _pattern(schema.pop("max_digits", 20), schema.pop("decimal_places"), schema)
            for bound in ("gt", "ge", "lt", "le"):
                schema.pop(bound, None)
        for each in schema.values():
            tell_decimals(each)


def _pattern(digits: int, places: int, bounds: dict[str, Any]) -> str:
    not_zero = r"(?!0+(\.0+)?$)" if "gt" in bounds else ""
    whole = f"[0-9]{{1,{digits - places}}}" if "le" not in bounds else "([0-9]{1,2}|100(?!\\.0*[1-9]))"
    return f"^{not_zero}{whole}(\\.[0-9]{{1,{places}}})?$"
