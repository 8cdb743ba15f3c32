#!/usr/bin/env bash
# Stands in for the entry point of Flink's image and the scripts of Flink's bin/ behind it: settings from FLINK_PROPERTIES,
# the class path with flink-dist last, the JVM's memory by Flink's own computation.
set -euo pipefail

conf=$FLINK_HOME/conf
class_path=$(find "$FLINK_HOME/lib" ! -type d -name '*.jar' | grep -v /flink-dist | sort | paste -sd:):$FLINK_HOME/lib/flink-dist-2.3.0.jar

# Flink's own tool, which writes the file anew with the settings that are given.
configure() {
  local settings=() written
  for setting in "$@"; do settings+=("-D$setting"); done
  written=$(utility UPDATE_AND_GET_FLINK_CONFIGURATION "${settings[@]}")
  echo "$written" >"$conf/config.yaml"
}

utility() {
  local answer
  answer=$(java -cp "$FLINK_HOME/lib/flink-dist-2.3.0.jar" org.apache.flink.runtime.util.bash.BashJavaUtils \
    "$1" --configDir "$conf" "${@:2}" 2>&1) || { echo "$answer" >&2; exit 1; }
  grep BASH_JAVA_UTILS_EXEC_RESULT: <<<"$answer" | sed 's/^.*BASH_JAVA_UTILS_EXEC_RESULT://'
}

settings=("jobmanager.rpc.address=${JOB_MANAGER_RPC_ADDRESS:-$(hostname -f)}" blob.server.port=6124 query.server.port=6125)
while IFS= read -r property; do
  property=$(tr -d '[:space:]' <<<"$property" | envsubst)
  [ -z "$property" ] || settings+=("${property%%:*}=${property#*:}")
done <<<"${FLINK_PROPERTIES:-}"
configure "${settings[@]}"

run() { # kind of memory, class, arguments
  local memory options dynamic
  memory=$(utility "$1" "${@:3}")
  options=$(utility UPDATE_AND_GET_FLINK_CONFIGURATION -flatten |
    sed -n 's/^env\.java\.opts\.all: *//p' | sed "s/^[\"']//; s/[\"']$//")
  dynamic=$(tail -n 1 <<<"$memory")
  # The words of the options are words.
  # shellcheck disable=SC2086
  exec java $(head -n 1 <<<"$memory") $options "-Dlog.file=$FLINK_HOME/log/flink.log" \
    "-Dlog4j.configurationFile=file:$conf/log4j-console.properties" -classpath "$class_path" \
    "$2" --configDir "$conf" $dynamic "${@:3}"
}

case ${1:-help} in
  standalone-job)
    run GET_JM_RESOURCE_PARAMS org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint "${@:2}" ;;
  jobmanager)
    run GET_JM_RESOURCE_PARAMS org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint "${@:2}" ;;
  taskmanager)
    run GET_TM_RESOURCE_PARAMS org.apache.flink.runtime.taskexecutor.TaskManagerRunner "${@:2}" ;;
  help)
    echo "Usage: docker-entrypoint.sh (jobmanager|standalone-job|taskmanager)" ;;
  *) exec "$@" ;;
esac
