# Sourced by ./mvnw and ./dragonfly: points JAVA_HOME at a JDK 25, or ends with a clear error.
jdk25_ok() {
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -q '^JAVA_VERSION="25' "$1/release"
}
if ! jdk25_ok "${JAVA_HOME:-/nonexistent}"; then
  jdk25_found=
  for jdk25_home in /usr/lib/jvm/*25* /opt/jdk-25* /opt/java/*25* "$HOME"/.sdkman/candidates/java/25* \
    "$HOME"/.jdks/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    if jdk25_ok "$jdk25_home"; then
      jdk25_found=$jdk25_home
      break
    fi
  done
  if [ -z "$jdk25_found" ]; then
    echo "error: no JDK 25 found (looked at JAVA_HOME='${JAVA_HOME:-}', /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks)." >&2
    echo "       Install one (for example Temurin 25) and set JAVA_HOME to its folder." >&2
    exit 1
  fi
  JAVA_HOME=$jdk25_found
  export JAVA_HOME
fi
