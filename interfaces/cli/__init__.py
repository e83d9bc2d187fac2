"""The command ``guicheng`` 命令行: one module a group, found by walking this package."""


def main() -> None:
    """The console script."""
    from interfaces.cli.main import main as run

    run()
