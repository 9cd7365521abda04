"""The process that serves TensorBoard to this machine alone."""

from __future__ import annotations

from collections.abc import Callable

from studio.core.errors import UserError

Handler = Callable[[str], str]


def make() -> Handler:
    """A handler for `core.workers.Worker`: asked about a folder of runs, it answers with an address for a browser."""
    served: dict[str, str] = {}

    def answer(folder: str) -> str:
        """Serve the curves below a folder on a free port of the loopback, for as long as this process lives.

        Raises:
            UserError: TensorBoard is not installed, or cannot serve.
        """
        if folder not in served:
            served[folder] = _served(folder)
        return served[folder]

    return answer


def _served(folder: str) -> str:
    try:
        from tensorboard import program
    except ImportError:
        raise UserError(
            "TensorBoard is not installed here; install it with `pip install tensorboard`,"
            f" or open {folder} in one elsewhere"
        ) from None
    board = program.TensorBoard()
    # Its own reader, since the quicker one is a program by itself that some machines refuse to start.
    board.configure(
        argv=["tensorboard", "--logdir", folder, "--host", "127.0.0.1", "--port", "0", "--load_fast", "false"]
    )
    try:
        address: str = board.launch()
    except Exception as error:  # its errors share no class of their own
        raise UserError(f"TensorBoard cannot be started ({error}); open {folder} in one by hand") from error
    return address
