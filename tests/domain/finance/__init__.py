"""Specs of finance 财务."""
