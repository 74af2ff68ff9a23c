"""What pytest makes of the plugin in somebody's project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_no_program_is_said(inner: pytest.Pytester) -> None:
    """Both ways to say it are named."""
    inner.makepyfile("def test_it(oci_sandbox_stack): pass")
    result = inner.runpytest_subprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*say which program: `oci_sandbox_stack = path/to/program`*"])


def test_a_folder_that_is_no_program(inner: pytest.Pytester) -> None:
    """Named, before an engine is looked for."""
    inner.makepyfile(
        "import pytest\n\n@pytest.mark.oci_sandbox_stack('nowhere')\ndef test_it(oci_sandbox_stack): pass"
    )
    result = inner.runpytest_subprocess("--strict-markers")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*nowhere: no Pulumi.yaml is there*"])


def test_a_run_that_uses_none_of_it_imports_nothing(inner: pytest.Pytester) -> None:
    """The plugin is loaded in every run of an environment that has it."""
    inner.makepyfile(
        "import sys\n\ndef test_it(): assert not [name for name in sys.modules if name.startswith('sandbox')]"
    )

    inner.runpytest_subprocess().assert_outcomes(passed=1)


def test_nothing_is_left_when_pytest_has_ended(inner: pytest.Pytester) -> None:
    """The process that served ends with the run."""
    inner.makepyfile(
        """
        def test_it(oci_sandbox):
            print("served in", oci_sandbox.folder)
        """
    )
    result = inner.runpytest_subprocess("-s")
    (line,) = (line for line in result.outlines if "served in" in line)
    folder = line.partition("served in ")[2]
    ended = "import sys, time\nfrom pathlib import Path\nfrom sandbox import private\n"
    ended += "until = time.monotonic() + 10\n"
    ended += "while private.is_locked(Path(sys.argv[1])) and time.monotonic() < until: time.sleep(0.02)\n"
    ended += "sys.exit(private.is_locked(Path(sys.argv[1])))"
    waited = subprocess.run([sys.executable, "-c", ended, f"{folder}/rest/serve.lock"], cwd=ROOT, check=False)

    assert Path(folder, "rest", "serve.lock").exists()
    assert waited.returncode == 0
