#%Module1.0
## For Environment Modules: put this file, named VERSION, into a directory "aifactory" of the module path, and set the next line to the
## directory of the unpacked tarball.
set root /opt/aifactory

module-whatis "Benchmarks of AI inference servers with many clients on Slurm"
proc ModulesHelp { } { puts stderr "Measures AI inference servers from the nodes of a cluster: aifactory --help, man aifactory" }

prepend-path PATH          $root/bin
prepend-path MANPATH       $root/share/man
prepend-path XDG_DATA_DIRS $root/share
