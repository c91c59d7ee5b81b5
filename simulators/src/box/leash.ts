/**
 * Loaded into every child by `node --import`. The parent holds the other end of the child's
 * stdin: when the parent is gone, however it went, stdin ends and the child goes too.
 */
const { stdin } = process
stdin.on('end', () => process.kill(process.pid, 'SIGTERM'))
stdin.on('error', () => process.kill(process.pid, 'SIGTERM'))
stdin.resume()
// A pipe is a socket underneath; it must not keep a process alive that has ended its work.
if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
