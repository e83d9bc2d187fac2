"""The pages 页面, one file each: its routes, and what it gathers. ``interfaces.web.routes`` finds them."""
