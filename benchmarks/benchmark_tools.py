"""What the scripts of this directory share: building, starting the simulated server, reading its log of true times."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILT = os.path.join(HERE, "target", "floor")

# As a client process has them (ClientProcessCommandLine, JavaCommand).
JAVA_OPTIONS = [
    "-XX:+UseSerialGC", "-Xms128m", "-Xmn64m", "-Xmx768m", "-XX:MetaspaceSize=128m",
    "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
]


def fail(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def java(main_class, *arguments, options=()):
    """The command that runs a class of the benchmarks the way that a client process runs."""
    found = subprocess.run([os.path.join(ROOT, ".mvn", "find-jdk-25")], capture_output=True, text=True)
    if found.returncode != 0:
        fail(found.stderr.strip())
    class_path = f"{os.path.join(HERE, 'target', 'classes')}:{os.path.join(HERE, 'target', 'lib', '*')}"
    return [os.path.join(found.stdout.strip(), "bin", "java"), *JAVA_OPTIONS, *options,
            "-cp", class_path, f"aifactory.benchmarks.{main_class}", *arguments]


def build_java():
    subprocess.run(
        [os.path.join(ROOT, "mvnw"), "-q", "-B", "-ntp", "-DskipTests", "-Dspotless.check.skip",
         "package", "-pl", "benchmarks", "-am"],
        cwd=ROOT, check=True, stdout=sys.stderr)


def build_c(*names):
    """Compiles programs of the floor; each is built/NAME."""
    os.makedirs(BUILT, exist_ok=True)
    for name in names:
        try:
            subprocess.run(["cc", "-O2", "-o", os.path.join(BUILT, name), os.path.join(HERE, "floor", f"{name}.c")],
                           check=True)
        except FileNotFoundError:
            fail("no C compiler 'cc' here; install one, e.g. apt-get install gcc libc6-dev")


def require_open_files(connections):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + 500
    if hard != resource.RLIM_INFINITY and hard < needed:
        fail(f"{connections} connections need {needed} open files, and this shell allows {hard}; "
             "raise it with ulimit -n, or ask for fewer --connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))


def raise_priority(nice):
    """Of this process, and so of everything that it starts."""
    if nice:
        try:
            os.nice(nice)
            raise_session_priority(nice)
        except PermissionError:
            fail(f"--nice {nice}: only root may raise a priority; leave it out")


def raise_session_priority(nice):
    """Where the system groups processes by session, a priority counts only inside the group."""
    if nice and os.path.exists("/proc/self/autogroup"):
        with open("/proc/self/autogroup", "w") as group:
            group.write(str(max(-20, min(19, nice))))


class MavenBuilds:
    """Builds of this repository, again and again, each in a copy and as from another terminal."""

    def __init__(self, count, nice=0):
        self.count, self.nice = count, nice
        self.builds = []

    def __enter__(self):
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        for _ in range(self.count):
            copy = tempfile.TemporaryDirectory()
            subprocess.run(["tar", "x"], cwd=copy.name, input=archive, check=True)
            build = "while :; do ./mvnw -B -ntp -q -o -DskipTests -Dspotless.check.skip clean test-compile || sleep 1; done"
                # In a separate session: where the system groups processes by session, it is a separate group.
            process = subprocess.Popen(["sh", "-c", build], cwd=copy.name, start_new_session=True, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, preexec_fn=lambda: raise_session_priority(self.nice))
            self.builds.append((process, copy))
        if self.count:
            time.sleep(5)
        return self

    def __exit__(self, *unused):
        for process, copy in self.builds:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            time.sleep(1)
            copy.cleanup()


class SimulatedServer:
    """The simulated AI server; with a log of true times, if one is asked for."""

    def __init__(self, log=None, **behaviour):
        self.log = log
        named = [f"{name}={value}" for name, value in behaviour.items()]
        if log:
            named.append(f"time_log={log}")
        self.process = subprocess.Popen(java("SimulatedServer", *named, options=["-Xmx2g"]),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        if len(words) != 2:
            fail("the simulated server did not start")
        self.url = f"http://127.0.0.1:{words[1]}"

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def times(self):
        """What it has logged, once it is closed."""
        with open(self.log) as lines:
            return [json.loads(line) for line in lines]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
