"""What is in memory stays there: a crash leaves no picture of it on the disk."""

import sys


def keep_off_the_disk() -> None:
    """See to it that a crash of this program writes no core dump, which would hold patients, codes and keys.

    On Linux the limit is one byte and not none: with none, a dump is still piped to whatever collects crashes, while
    one byte tells the kernel to make no dump at all (`fs/coredump.c`, "RLIMIT_CORE is set to 1").

    `prctl(PR_SET_DUMPABLE, 0)`, the other way, is not taken. It also hides `/proc/<pid>/root` from the desktop's
    portal, which then refuses this program everything: staff could choose no file any more, and the window would not
    learn of a dark theme (flatpak/xdg-desktop-portal issues 785 and 2141). What it would add, that no other program
    of the same user reads this one's memory, that user's key ring would give away all the same.

    Where the system has nothing of the kind, this does nothing. Programs started from here have the same limit.
    """
    if sys.platform == "win32":
        _report_nothing()
    else:
        _dump_nothing()


def _dump_nothing() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  Windows has none

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        wanted = 1 if sys.platform == "linux" and most != 0 else 0
        resource.setrlimit(resource.RLIMIT_CORE, (wanted, most))


def _report_nothing() -> None:
    """Windows' own error reports hold a dump (Microsoft on SetErrorMode: with this flag none is made)."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        no_report = 0x0002  # SEM_NOGPFAULTERRORBOX
        system = ctypes.windll.kernel32
        system.SetErrorMode(system.GetErrorMode() | no_report)
