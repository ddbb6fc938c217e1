"""The power is cut under SQLite at random system calls (quality R3); `python -m bench.powercut` is
the long form.
"""

import shutil
import subprocess

import pytest

from bench import powercut


def can_trace() -> bool:
    """Whether strace is there and this machine lets it look."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0


@pytest.mark.long
@pytest.mark.skipif(not can_trace(), reason="strace is missing, or may not trace here")
def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path):
    found = powercut.run(tmp_path, payments=8, cuts=150, seed=1)

    assert (found["FULL"].lost, found["FULL"].corrupt) == (0, 0)
    # The control: with a sync fewer in each commit, the same cuts lose what had been said.
    assert found["NORMAL"].lost
