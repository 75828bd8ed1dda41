-- For Lmod: put this file, named VERSION.lua, into a directory "aifactory" of the module path, and set the first line to the
-- directory of the unpacked tarball.
local root = "/opt/aifactory"

help([[Measures AI inference servers from the nodes of a cluster: aifactory --help, man aifactory]])
whatis("Name: aifactory")
whatis("Description: benchmarks of AI inference servers with many clients on Slurm")

prepend_path("PATH", pathJoin(root, "bin"))
prepend_path("MANPATH", pathJoin(root, "share/man"))
prepend_path("XDG_DATA_DIRS", pathJoin(root, "share"))
