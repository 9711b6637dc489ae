# Sourced by the launchers, with `plugin` and `root` set: finds a Node that can run the source, and runs it.
# The Node that `npm ci` put into node_modules is preferred, whatever the one on PATH is.
node="$root/node_modules/node/bin/node"
if [ ! -x "$node" ]; then
  node=$(command -v node) || {
    echo "error: kubectl $plugin needs Node.js 22.19 or newer, and there is no node on PATH" >&2
    exit 2
  }
  if ! "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 19) ? 0 : 1)'; then
    echo "error: kubectl $plugin needs Node.js 22.19 or newer, but $node is $("$node" --version)" >&2
    exit 2
  fi
fi
exec "$node" --disable-warning=ExperimentalWarning "$root/src/main.ts" "$plugin" "$@"
