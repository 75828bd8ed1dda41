# shellcheck shell=bash
# What of this machine is shown to the nodes.

# Prints the directory of the newest JDK from 25 on, or nothing.
newest_jdk() {
    local candidate release best='' best_release=24
    for candidate in "${AIFACTORY_TESTBED_JDK:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk*; do
        [[ -n $candidate && -x $candidate/bin/java && -f $candidate/release ]] || continue
        release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release")
        ((${release:-0} > best_release)) || continue
        best=$(realpath "$candidate") best_release=$release
        [[ $candidate != "${AIFACTORY_TESTBED_JDK:-}" ]] || break
    done
    printf '%s\n' "$best"
}
