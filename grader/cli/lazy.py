"""A group of commands whose modules are imported when they are called."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """A click group that knows where its commands are, and imports one when it is asked for."""

    def __init__(self, *arguments: object, commands_at: Mapping[str, str], **options: object) -> None:
        """Makes a group.

        Args:
            commands_at: By the command's name, its place, as `module:attribute`.
        """
        super().__init__(*arguments, **options)  # type: ignore[arg-type] # whatever click takes
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None if there is none of that name."""
        del ctx
        if cmd_name not in self._commands_at:
            return None
        module, _, attribute = self._commands_at[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command), "the table names a command"  # noqa: S101 - for the type
        return command
