# Spack recipe of a release: the tarball of the target's architecture, which brings its own Java.
#
# packaging/recipes fills in version, checksums and address. To install from the directory of a release:
#   spack repo add DIRECTORY/spack && spack install aifactory
import os
import platform

from spack.package import *

_RELEASE = "@RELEASE@"
_CHECKSUMS = {
    "@VERSION@": {
        "x86_64": "@SHA256_X86_64@",
        "aarch64": "@SHA256_AARCH64@",
    },
}


class Aifactory(Package):
    """Measures AI inference servers from an HPC cluster: one Slurm job, many client processes, one result."""

    homepage = "@RELEASE@"
    license("Apache-2.0", checked_by="aifactory")
    maintainers("aifactory")

    for _version, _files in _CHECKSUMS.items():
        _checksum = _files.get(platform.machine())
        if _checksum:
            version(
                _version,
                sha256=_checksum,
                url=f"{_RELEASE}/aifactory-{_version}-linux-{platform.machine()}.tar.gz",
            )

    conflicts("platform=darwin", msg="aifactory runs on Linux")
    conflicts("platform=windows", msg="aifactory runs on Linux")

    def install(self, spec, prefix):
        install_tree(".", prefix)

    def setup_run_environment(self, env):
        env.prepend_path("XDG_DATA_DIRS", os.path.join(self.prefix, "share"))

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_install(self):
        Executable(os.path.join(self.prefix.bin, "aifactory"))("version")
