/** Loaded into Flytt's processes by the sandbox only: ends them when the sandbox is gone, so that nothing stays behind. */
process.stdin.resume()
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'))
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'))
process.stdin.unref?.()
