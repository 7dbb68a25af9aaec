"""Zishu (紫舒老师): raise a character on your desktop, and the studio beside her."""

__version__ = "0.1.0"
